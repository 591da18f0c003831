package state

import (
	"bytes"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/render"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// images tells of names whether what the overlay is built from has an image of that name, so that an images entry for
// it matches. Where something was left out of rendering it may be there.
func (c *collector) images(t *tree.Tree, r *render.Rendering) func(name string) bool {
	known := map[string]bool{}
	return func(name string) bool {
		is, ok := known[name]
		if !ok {
			is = r.Partial || c.hasImage(t, name)
			known[name] = is
		}
		return is
	}
}

// hasImage reports whether a manifest or patch that the overlay is built from runs an image of a name.
func (c *collector) hasImage(t *tree.Tree, name string) bool {
	for _, file := range c.overlay.Closure.Named() {
		if data, err := t.ReadFile(file); err == nil && c.runs(data, name) {
			return true
		}
	}
	for _, file := range c.overlay.Closure.Files {
		for _, patch := range slices.Concat(file.Patches, file.PatchesJson6902) {
			if c.runs([]byte(patch.Patch), name) {
				return true
			}
		}
		for _, patch := range file.PatchesStrategicMerge {
			if c.runs([]byte(patch), name) {
				return true
			}
		}
	}
	return false
}

// runs reports whether an object or a patch of a file runs an image of a name.
func (c *collector) runs(data []byte, name string) bool {
	if !bytes.Contains(data, []byte(name)) {
		return false
	}
	roots, _ := document.Parse(data)
	for _, root := range roots {
		for _, object := range objectsIn(root) {
			found, _ := form.Object(object, c.settings)
			if slices.ContainsFunc(append(found, form.Operations(object, c.settings)...), func(f form.Found) bool { return f.Mention == "" && isCalled(f.Scalars, name) }) {
				return true
			}
		}
	}
	return false
}

// isCalled reports whether one of the scalars of a reference has a name, alone or with a tag or digest.
func isCalled(scalars []*yaml.Node, name string) bool {
	return slices.ContainsFunc(scalars, func(scalar *yaml.Node) bool {
		rest, ok := strings.CutPrefix(scalar.Value, name)
		return ok && (rest == "" || rest[0] == ':' || rest[0] == '@')
	})
}
