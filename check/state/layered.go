package state

import (
	"errors"
	"io/fs"
	"path"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// addLayers reads files of which each says more, or something else, than those before it: values that
// all environments share and those of one, or manifests in the same way.
func (c *collector) addLayers(t *tree.Tree, files []string) {
	var objects []layeredObject
	for _, file := range files {
		data, err := t.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // what is shared need not be there
		}
		if err != nil {
			c.unresolved(err.Error(), Location{Path: file})
			continue
		}
		roots, err := ReadLayer(file, data)
		for _, root := range roots {
			objects = layer(objects, root, file)
		}
		var wrong *mistake.Error
		if errors.As(err, &wrong) {
			c.unreadable("cannot be read: "+wrong.Problem, file, wrong.Line, data)
		}
	}
	for _, object := range objects {
		c.read(&observed{root: object.root, file: object.file, inFile: true})
	}
}

// ReadLayer reads a file that says what runs: YAML, or variables.
func ReadLayer(file string, data []byte) ([]*yaml.Node, error) {
	if path.Ext(file) == ".env" {
		return form.Variables(data)
	}
	return document.Parse(data)
}

// layeredObject is what several layers say of one object, or of values.
type layeredObject struct {
	root *yaml.Node
	file string // the last that says something
}

// layer merges a document into what earlier ones say of the same object; all values are one.
func layer(objects []layeredObject, root *yaml.Node, file string) []layeredObject {
	for i, earlier := range objects {
		if sameLayer(earlier.root, root) {
			objects[i] = layeredObject{document.Merge(earlier.root, root), file}
			return objects
		}
	}
	return append(objects, layeredObject{root, file})
}

func sameLayer(a, b *yaml.Node) bool {
	if !document.IsMapping(a) || !document.IsMapping(b) || form.IsChart(a) || form.IsChart(b) {
		return false
	}
	return document.Identify(a, "") == document.Identify(b, "")
}
