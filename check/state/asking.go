package state

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/check/unclaimed"
)

var (
	// asksCluster is in a template that is rendered in another way where the cluster has something, or runs something already.
	asksCluster = regexp.MustCompile(`\blookup\s|\.Capabilities\.|\.Release\.(?:IsUpgrade|IsInstall|Revision)`)
	looksUp     = regexp.MustCompile(`\blookup\s`)
	saysImage   = regexp.MustCompile(`(?i)image|tag`)
)

// addAsking tells of what templates say for clusters that have something else than is taken for granted: images that are not in
// what is rendered, and what is looked up.
func (in *installing) addAsking(held int) {
	_ = in.tree.Walk(path.Join(in.Chart, "templates"), func(file string, entry tree.Entry) error { // what is not there asks nothing
		if !entry.Mode.IsFile() || slices.ContainsFunc(in.rendering.LeftOut, func(p chart.Part) bool { return p.Template == file }) {
			return nil
		}
		if data, err := in.tree.Content(file, entry); err == nil && asksCluster.Match(data) {
			in.addTexts(file, in.asking(file, string(data), in.Held[held:]))
		}
		return nil
	})
}

func (in *installing) addTexts(file string, texts []Text) {
	if len(texts) == 0 {
		return
	}
	object := Object{Identity: document.Identity{Kind: "template", Name: file}, Texts: texts}
	in.ownKey(object.Identity)
	var said []string
	for _, text := range texts {
		said = append(said, text.Path, text.Value)
	}
	object.prints = prints{textFingerprint(said...), textFingerprint(said...)}
	in.Objects = append(in.Objects, object)
}

// asking are the texts of a template that are not rendered here, and may be elsewhere.
func (in *installing) asking(file, text string, rendered []Held) []Text {
	isRendered := func(image string) bool {
		_, version, err := artifact.ParseImage(image)
		return slices.ContainsFunc(rendered, func(h Held) bool {
			if image == h.Version.Tag || image == h.Version.Digest || image == h.Version.Repository {
				return true
			}
			return err == nil && h.Version.Repository == version.Repository && h.Version.Same(version)
		})
	}
	texts := slices.DeleteFunc(in.texts(fieldsOf(text), nil, file), func(t Text) bool {
		return t.Loose || t.Kind == unclaimed.Bare || isRendered(t.Value)
	})
	var asked []string
	for line := range strings.Lines(text) {
		if looksUp.MatchString(line) || asksCluster.MatchString(line) && saysImage.MatchString(line) {
			asked = append(asked, strings.TrimSpace(line))
		}
	}
	if len(asked) > 0 {
		value := strings.Join(append(asked, in.valuesOf(strings.Join(asked, "\n"))...), " ")
		texts = append(texts, Text{Text: unclaimed.Text{Path: "what it asks the cluster", Value: value, Kind: unclaimed.Choice}, File: file})
	}
	return texts
}
