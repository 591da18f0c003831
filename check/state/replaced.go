package state

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/render"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// takenFrom are the objects of a rendering that replacements take something from which are not rendered themselves.
func takenFrom(r *render.Rendering, s form.Settings) []*yaml.Node {
	var sources []*yaml.Node
	for _, part := range r.LeftOut {
		for _, root := range part.Says {
			for _, found := range form.Replacements(root, s) {
				if found.Source != nil {
					sources = append(sources, found.Source)
				}
			}
		}
	}
	if sources == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.Objects), func(object *yaml.Node) bool {
		return !slices.ContainsFunc(sources, func(source *yaml.Node) bool { return isSource(object, source) })
	})
}

// isSource reports whether a replacement takes something from an object. What is generated may have a hash at its name's end.
func isSource(object, source *yaml.Node) bool {
	return document.Text(document.Get(object, "kind")) == document.Text(document.Get(source, "kind")) &&
		strings.HasPrefix(document.Text(document.Get(object, "metadata", "name")), document.Text(document.Get(source, "name")))
}

// sourceOf is what a replacement takes, as far as that is rendered.
func (c *collector) sourceOf(source *yaml.Node) fingerprint {
	field := strings.Split(document.Text(document.Get(source, "fieldPath")), ".")
	for _, object := range c.taken {
		if value := document.Get(object, field...); value != nil && isSource(object, source) {
			return fingerprintOf(value, nil)
		}
	}
	return fingerprint{}
}
