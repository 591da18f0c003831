package state

import (
	"errors"
	"io/fs"
	"path"
	"strings"

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
		if isValues(file) && document.Differ(roots) {
			c.unreadable(severalDocuments, file, 0, data)
		}
		if err == nil && path.Ext(file) != ".env" && !isValues(file) && !isChart(file) && !document.Agree(data, roots) {
			c.unreadable(contested, file, 0, data)
		}
		for _, root := range roots {
			objects = layer(objects, root, file)
		}
		var wrong *mistake.Error
		if errors.As(err, &wrong) {
			c.unreadable("cannot be read: "+wrong.Problem, file, wrong.Line, data)
		}
	}
	for _, object := range objects {
		c.pending = append(c.pending, &observed{root: object.root, file: object.file, inFile: true, isValues: isValues(object.file)})
	}
}

// contested is what is wrong with a file of which nobody knows who reads it, where that matters.
const contested = "means something else to Kustomize and Flux than to kubectl and Argo CD"

const severalDocuments = "has several documents, of which Helm 3 reads the first only and Helm 4 merges all"

// isValues reports whether a file is called as the values for a chart are: then it is that, whatever it has in it.
func isValues(file string) bool { return strings.Contains(path.Base(file), "values") }

// isChart reports whether a file is a chart's own: the one that says what it is, or the one that Helm reads over that.
func isChart(file string) bool {
	return path.Base(file) == "Chart.yaml" || path.Base(file) == "requirements.yaml"
}

// ReadLayer reads a file that says what runs: YAML, or variables.
func ReadLayer(file string, data []byte) ([]*yaml.Node, error) {
	switch {
	case path.Ext(file) == ".env":
		return form.Variables(data)
	case isValues(file) || isChart(file):
		return document.ParseAsJSON(data) // as Helm does
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
		if sameLayer(earlier, layeredObject{root, file}) {
			objects[i] = layeredObject{document.Merge(earlier.root, root), file}
			return objects
		}
	}
	return append(objects, layeredObject{root, file})
}

func sameLayer(a, b layeredObject) bool {
	switch {
	case !document.IsMapping(a.root) || !document.IsMapping(b.root) || isChart(a.file) || isChart(b.file):
		return false
	case isValues(a.file) && isValues(b.file):
		return true
	}
	return document.Identify(a.root, "") == document.Identify(b.root, "")
}
