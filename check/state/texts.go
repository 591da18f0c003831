package state

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/unclaimed"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Text is one that may name what runs, and the file that it may stand in.
type Text struct {
	unclaimed.Text
	File string // empty where only the overlay is known
}

// readTexts keeps what no reader of versions knows and may name what runs, in an object and in what it takes from
// other files.
func (c *collector) readTexts(o *observed) {
	file := ""
	if o.inFile && o.filled == nil {
		file = o.file
	}
	o.kept.Texts = c.texts(o.root, o.claims, file)
	for _, root := range o.taken.Content {
		o.kept.Texts = append(o.kept.Texts, c.texts(root, o.claims, "")...)
	}
	if isChart(o.file) { // its version is what files beside it are packed as
		o.kept.Texts = slices.DeleteFunc(o.kept.Texts, func(text Text) bool { return text.Kind == unclaimed.Versioned })
	}
	if o.passes {
		o.kept.Texts = slices.DeleteFunc(o.kept.Texts, func(text Text) bool { return strings.HasPrefix(text.Path, "spec.postBuild.substitute.") })
	}
	o.kept.Texts = append(o.kept.Texts, c.hiddenTexts(o)...)
}

func (c *collector) texts(root *yaml.Node, claims unclaimed.Claims, file string) []Text {
	var texts []Text
	for _, text := range unclaimed.In(root, claims, c.settings) {
		texts = append(texts, Text{text, file})
	}
	return texts
}

// claim notes what a reader has found at its scalars. Of a problem it counts as understood what the problem tells:
// any other difference would be told by nobody.
func claim(claims unclaimed.Claims, found form.Found) {
	for _, scalar := range found.Scalars {
		if found.Problem == "" {
			claims[scalar] = append(claims[scalar], found.Version)
		} else if _, ok := claims[scalar]; !ok && strings.Contains(found.Problem, scalar.Value) {
			claims[scalar] = nil
		}
	}
}

// textsOf are those of an images entry for what was left out: without a version it may be for any image.
func (c *collector) textsOf(d *kustomization.Declaration, whole bool) []Text {
	if whole {
		return nil
	}
	entry := document.Below([]string{"newName"}, document.NewText(d.Current))
	entry = document.Merge(entry, document.Below([]string{"newTag"}, document.NewText(d.Tag+d.Suffix)))
	entry = document.Merge(entry, document.Below([]string{"digest"}, document.NewText(d.Digest)))
	return c.texts(document.Below([]string{"images", d.Name}, entry), nil, "")
}
