package state

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/unclaimed"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// addAsking tells of what templates say where that hangs on what is not known here: images that are not in what is rendered, and
// what is looked up.
func (in *installing) addAsking(held int) {
	if !in.compares {
		return
	}
	sources := slices.DeleteFunc(slices.Clone(in.rendering.Sources), func(s chart.Source) bool {
		return in.isLeftOut(s.Path) || slices.Contains(in.Files(), s.Path)
	})
	keys := map[chart.Source]string{}
	if in.gives.Root != nil {
		document.Expanded(in.gives.Root, func(at string, scalar *yaml.Node) { // which may be given to a template as one
			if strings.Contains(scalar.Value, "{{") {
				source := chart.Source{Path: in.gives.Origins[scalar], Text: scalar.Value}
				sources, keys[source] = append(sources, source), strings.ReplaceAll(strings.Trim(at, "/"), "/", ".")
			}
		})
	}
	said := map[string][]chart.Said{}
	for _, s := range chart.Open(sources, chart.Unknown{Name: !in.Known, Values: in.Open}) {
		if s.Key == "" {
			s.Key = keys[s.Source]
		}
		said[s.Path] = append(said[s.Path], s)
	}
	for _, file := range slices.Sorted(maps.Keys(said)) {
		in.addTexts(file, in.saying(file, said[file], in.Held[held:]))
	}
}

// isLeftOut reports whether a template is not rendered, so that all of it is looked at.
func (in *installing) isLeftOut(template string) bool {
	return slices.ContainsFunc(in.rendering.LeftOut, func(p chart.Part) bool { return p.Template == template })
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

// saying are the texts of a template that may name what runs, and that are not rendered.
func (in *installing) saying(file string, said []chart.Said, rendered []Held) []Text {
	var texts []Text
	list := &yaml.Node{Kind: yaml.SequenceNode}
	add := func(keys []string, value *yaml.Node) {
		list.Content = append(list.Content, document.Below(keys, value))
	}
	for _, s := range said {
		text := document.NewText(s.Text)
		text.Line = s.Line
		switch {
		case s.Decides:
			value := strings.Join(append([]string{s.Text}, in.valuesAt(s.Values)...), " ")
			texts = append(texts, Text{Text: unclaimed.Text{Path: "what it asks the cluster", Value: value, Kind: unclaimed.Choice, Line: s.Line}, File: file})
		case s.IsFile:
			if data, err := in.tree.ReadFile(path.Join(chartOf(file), s.Text)); err == nil {
				add([]string{s.Text}, document.NewText(string(data)))
			}
		case s.Key != "":
			add([]string{s.Key}, text)
		case s.Text != "":
			add(nil, text)
		}
		for _, at := range s.Values {
			keys := strings.Split(at, ".")
			if value := document.Get(in.gives.Root, keys...); value != nil && !s.Decides {
				add(keys, value)
			}
		}
	}
	isRendered := in.isRendered(rendered)
	return append(texts, slices.DeleteFunc(in.texts(list, nil, file), func(t Text) bool {
		return t.Loose || t.Kind == unclaimed.Bare || t.Kind == unclaimed.Emptied || t.Kind == unclaimed.Claimed || isRendered(t.Value)
	})...)
}

// isRendered reports whether a text is in what is rendered, and so looked at there.
func (in *installing) isRendered(rendered []Held) func(text string) bool {
	said := map[string]bool{}
	for _, h := range rendered {
		said[h.Version.Tag], said[h.Version.Digest], said[h.Version.Repository] = true, true, true
	}
	for _, object := range in.Objects {
		for _, text := range object.Texts {
			said[text.Value] = true
		}
	}
	return func(text string) bool {
		_, version, err := artifact.ParseImage(text)
		return said[text] || err == nil && slices.ContainsFunc(rendered, func(h Held) bool {
			return h.Version.Repository == version.Repository && h.Version.Same(version)
		})
	}
}

// chartOf is the directory of the chart that a template is of.
func chartOf(template string) string {
	dir, _, _ := strings.Cut(template, "/templates/")
	return dir
}

// valuesAt are the texts of the values at some paths.
func (in *installing) valuesAt(paths []string) []string {
	var texts []string
	for _, at := range paths {
		if value := document.Get(in.gives.Root, strings.Split(at, ".")...); value != nil {
			document.Expanded(value, func(_ string, scalar *yaml.Node) { texts = append(texts, scalar.Value) })
		}
	}
	return texts
}
