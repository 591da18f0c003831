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
	if o.kept.Group+"/"+o.kept.Kind == "argoproj.io/ApplicationSet" {
		c.claimRevisions(o, document.Get(o.root, "spec", "generators"))
	}
	file := ""
	if o.inFile && o.filled == nil {
		file = o.file
	}
	o.kept.Texts = append(o.kept.Texts, c.texts(o.root, o.claims, file)...)
	for _, root := range o.taken().Content {
		o.kept.Texts = append(o.kept.Texts, c.texts(root, o.claims, "")...)
	}
	if isChart(o.file) { // its version is what files beside it are packed as
		o.kept.Texts = slices.DeleteFunc(o.kept.Texts, func(text Text) bool { return text.Kind == unclaimed.Versioned })
	}
	isFollowed := strings.HasSuffix(o.kept.Group, ".toolkit.fluxcd.io") && c.settings.Follows != nil && c.settings.Follows(o.root, document.Get(o.root, "spec"))
	o.kept.Texts = slices.DeleteFunc(o.kept.Texts, func(text Text) bool { // what is judged where it is put in
		return o.passes && strings.HasPrefix(text.Path, "spec.postBuild.substitute.") || isFollowed && o.kept.Kind == "Kustomization" && strings.HasPrefix(text.Path, "spec.patches.")
	})
	for _, text := range slices.Concat(c.hiddenTexts(o), c.elsewhere(o)) {
		text.File = file
		o.kept.Texts = append(o.kept.Texts, text)
	}
	followed := c.followedBy(o) // what lies there is looked at itself
	o.kept.Texts = slices.DeleteFunc(o.kept.Texts, func(text Text) bool { return text.Kind == unclaimed.Directory && (isFollowed || followed[text.Value]) })
}

// claimRevisions claims the revisions of generators, however deep in others, that go through this repository as it is: what they find
// is read here.
func (c *collector) claimRevisions(o *observed, node *yaml.Node) {
	for _, generator := range document.Items(node) {
		git := document.Get(generator, "git")
		if revision := document.Get(git, "revision"); revision != nil && c.settings.Repo.Generates(git) {
			o.claims[revision] = nil
		}
		for _, of := range []string{"matrix", "merge"} {
			c.claimRevisions(o, document.Get(generator, of, "generators"))
		}
	}
}

// followedBy are the directories that an application, or a set of them, deploys and that are followed: what lies there is looked
// at itself.
func (c *collector) followedBy(o *observed) map[string]bool {
	if o.deployed == nil || c.settings.Follows == nil {
		return nil
	}
	followed := map[string]bool{}
	for _, application := range o.deployed.Applications {
		for _, source := range application.Sources {
			if c.settings.Follows(application.Node, source.Node) {
				followed[unclaimed.TakenFrom(source.Node)] = true
			}
		}
	}
	return followed
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
func textsOf(d *kustomization.Declaration, whole bool) []Text {
	if whole {
		return nil
	}
	var texts []Text
	for _, field := range [][2]string{{"newName", d.Current}, {"newTag", d.Tag + d.Suffix}, {"digest", d.Digest}} {
		if field[1] != "" && field[1] != d.Name {
			texts = append(texts, Text{Text: unclaimed.Text{Path: "images." + d.Name + "." + field[0], Value: field[1], Kind: unclaimed.ImageKey}})
		}
	}
	return texts
}
