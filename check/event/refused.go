package event

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/trait"
)

// Refused are the places where fields that no cluster lets change are said, in the changed files: by effect, and by the object's
// kind and name. One that another file makes is not there.
type Refused map[string]map[string]Location

// refused finds them.
func (b *builder) refused(effects []Effect) Refused {
	all := Refused{}
	for _, e := range effects {
		for _, r := range e.Resources {
			fixed, _ := r.Traits["fixed"].(*trait.Fixed)
			if fixed == nil {
				continue
			}
			if at, ok := b.fieldIn(e.ReachedBy, r, fixed.Fields); ok {
				if all[e.ID] == nil {
					all[e.ID] = map[string]Location{}
				}
				at.Overlay = e.Location.Overlay
				all[e.ID][r.Kind+" "+r.Name] = at
			}
		}
	}
	return all
}

// fieldIn is where one of some files says one of the fields of an object, which an overlay may give another name.
func (b *builder) fieldIn(files []string, r Resource, fields []string) (Location, bool) {
	for _, file := range files {
		data, err := b.After.ReadFile(file)
		if err != nil {
			continue
		}
		documents, _ := document.Parse(data) // what is no YAML says no field
		for _, root := range documents {
			if key := b.labelsIn(root, file, fields); key != nil {
				return Location{Path: valid(file), Line: key.Line, Column: key.Column}, true
			}
			of := document.Identify(root, file)
			if of.Kind != r.Kind || of.Name == "" || !strings.Contains(r.Name, of.Name) {
				continue
			}
			for _, field := range fields {
				if key := keyAt(root, strings.Split(field, ".")); key != nil {
					return Location{Path: valid(file), Line: key.Line, Column: key.Column}, true
				}
			}
		}
	}
	return Location{}, false
}

// labelsIn is where a kustomization puts other labels into the selectors and pods of all objects, if those cannot change.
func (b *builder) labelsIn(root *yaml.Node, file string, fields []string) *yaml.Node {
	isAbout := func(field string) bool {
		return slices.ContainsFunc([]string{"spec.selector", "spec.template", "spec.volumeClaimTemplates"}, func(of string) bool { return strings.HasPrefix(field, of) })
	}
	if !kustomization.IsName(file) || !slices.ContainsFunc(fields, isAbout) {
		return nil
	}
	var was *yaml.Node
	if data, err := b.Before.ReadFile(file); err == nil {
		if documents, _ := document.Parse(data); len(documents) == 1 {
			was = documents[0]
		}
	}
	for _, labels := range []string{"commonLabels", "labels"} {
		if key := keyAt(root, []string{labels}); key != nil && !document.Equal(document.Get(root, labels), document.Get(was, labels)) {
			return key
		}
	}
	return nil
}

// keyAt is the key of a field.
func keyAt(root *yaml.Node, path []string) *yaml.Node {
	last := len(path) - 1
	in := document.Get(root, path[:last]...)
	if !document.IsMapping(in) {
		return nil
	}
	at := slices.IndexFunc(in.Content, func(node *yaml.Node) bool { return node.Value == path[last] })
	if at < 0 || at%2 != 0 {
		return nil
	}
	return in.Content[at]
}
