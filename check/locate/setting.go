package locate

import (
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/setting"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// Settings finds where it is written in an overlay that a workload is given a setting, by the setting's name and text: in the
// overlay's own files first, since outer layers have the last word. Where it goes by another name, as in the values of a chart,
// or where it is what is left out, it is not found: that is the zero place.
func (r *Reader) Settings(t *tree.Tree, o *overlay.Overlay) func(of document.Identity, name, text string) state.Location {
	return func(of document.Identity, name, text string) state.Location {
		return r.setting(t, o, sought{of, name, text})
	}
}

func (r *Reader) setting(t *tree.Tree, o *overlay.Overlay, s sought) state.Location {
	files := slices.Concat(kustomizationFiles(o.Closure), o.Manifests, o.Layers, o.Closure.Read())
	isOwn := func(file string) bool { return path.Dir(file) == o.Dir }
	for _, own := range []bool{true, false} {
		for _, file := range files {
			if isOwn(file) != own {
				continue
			}
			if found := r.settingIn(t, o, file, s); found.Path != "" {
				return found
			}
		}
	}
	return state.Location{}
}

// sought is a setting that is looked for.
type sought struct {
	of         document.Identity
	name, text string
}

func (r *Reader) settingIn(t *tree.Tree, o *overlay.Overlay, file string, s sought) state.Location {
	f := r.parsed(t, o.Config, file)
	if f == nil {
		return state.Location{}
	}
	for _, d := range f.documents {
		if !s.mayBeIn(d) {
			continue
		}
		line, column := s.inBlock(d.root), 0
		if scalar := s.find(d.root); scalar != nil {
			line, column = scalar.Line, scalar.Column
		}
		switch {
		case line == 0:
		case isSecretLine(f.data, line):
			return state.Location{Path: file}
		default:
			return placeIn(file, line, column)
		}
	}
	return state.Location{}
}

// isSecretLine reports whether a line has something in it that is not to be shown, as lines are where something is found in them.
func isSecretLine(data []byte, line int) bool {
	lines := strings.Split(string(data), "\n")
	return line > len(lines) || setting.IsSecret("", lines[line-1])
}

// mayBeIn reports whether a document may say it: the workload's own, under the name that it has before an overlay gives it another,
// or what is no workload. Of a Secret nothing is shown.
func (s sought) mayBeIn(d *said) bool {
	switch d.identity.Kind {
	case "Secret":
		return false
	case s.of.Kind:
		return strings.Contains(s.of.Name, d.identity.Name)
	}
	return document.Get(d.root, "spec", "template") == nil
}

// is reports whether a key is what the setting is called, or the end of that.
func (s sought) is(key string) bool {
	return key != "" && (strings.EqualFold(s.name, key) || strings.HasSuffix(s.name, "."+key))
}

// find is the scalar that says it; nil where none does.
func (s sought) find(node *yaml.Node) *yaml.Node {
	switch node.Kind {
	case yaml.MappingNode:
		if value := s.entry(node); value != nil {
			return value
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			value := node.Content[i+1]
			if node.Content[i].Value == "secretGenerator" {
				continue
			}
			if value.Kind == yaml.ScalarNode && s.is(node.Content[i].Value) && document.Text(value) == s.text {
				return value
			}
			if found := s.find(value); found != nil {
				return found
			}
		}
	case yaml.SequenceNode:
		for i, item := range node.Content {
			if found := s.find(item); found != nil {
				return found
			}
			if document.Text(item) == s.name && i+1 < len(node.Content) && document.Text(node.Content[i+1]) == s.text {
				return node.Content[i+1] // a flag, and its value behind it
			}
		}
	case yaml.ScalarNode:
		if name, text, found := strings.Cut(node.Value, "="); found && strings.EqualFold(name, s.name) && text == s.text {
			return node // a flag, or what a generator makes a key of
		}
	}
	return nil
}

// entry is the value of an entry of a list that names it: of a variable, of a JSON patch, or how many replicas a kustomization
// gives a workload.
func (s sought) entry(node *yaml.Node) *yaml.Node {
	text := func(key string) string { return document.Text(document.Get(node, key)) }
	value := document.Get(node, "value")
	switch {
	case value != nil && text("name") == s.name && document.Text(value) == s.text,
		value != nil && s.is(path.Base(text("path"))) && document.Text(value) == s.text:
		return value
	case s.name == "replicas" && text("count") == s.text && strings.Contains(s.of.Name, text("name")):
		return document.Get(node, "count")
	}
	return nil
}

// inBlock is the line at which a patch says it that stands in a file as text; 0 where none does.
func (s sought) inBlock(root *yaml.Node) (line int) {
	document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
		if !isBlock(scalar) {
			return true
		}
		documents, _ := document.Parse([]byte(scalar.Value))
		for _, patch := range documents {
			if d := newSaid(patch); s.mayBeIn(d) {
				if found := s.find(patch); found != nil {
					line = scalar.Line + found.Line
				}
			}
		}
		return line == 0
	})
	return line
}
