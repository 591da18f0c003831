package state

import (
	"errors"
	"io/fs"
	"path"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// addLayers reads files of which each says more, or something else, than those before it: values that
// all environments share and those of one, or manifests in the same way.
func (s *State) addLayers(t *tree.Tree, files []string) {
	var objects []layeredObject
	for _, file := range files {
		data, err := t.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // what is shared need not be there
		}
		if err != nil {
			s.unresolved(err.Error(), file, 0, 0)
			continue
		}
		roots, err := layerOf(file, data)
		for _, root := range roots {
			objects = layer(objects, root, file)
		}
		var mistake *document.Error
		if errors.As(err, &mistake) {
			s.unreadable("cannot be read: "+mistake.Problem, file, mistake.Line, data)
		}
	}
	for _, object := range objects {
		s.add(object.root, nil, object.file, true)
	}
}

// layerOf reads a layer: YAML, or variables.
func layerOf(file string, data []byte) ([]*yaml.Node, error) {
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
	return identify(a, "").Key() == identify(b, "").Key()
}
