// Package trait reads what rules ask of an object beside its versions, while its YAML is there. Each trait is a file: which
// objects have it, what is kept of them, what the event says of it and what that means. Nothing lists them.
package trait

import (
	"cmp"
	"reflect"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// Set is what is kept of an object, by the names of its traits. Most objects have none.
type Set map[string]any

// trait is something that is known of some objects.
type trait struct {
	name    string
	meaning string // of what the event says, for its schema
	read    func(*yaml.Node, document.Identity) any
	tell    func(before, after any) any
	says    reflect.Type
}

// traits are all that there are, in the order of their files.
var traits []trait

// add adds a trait. read takes from an object what is to be kept of it, nil where that is nothing; tell says of an object
// before and after a change, of which one may be nil, what the event has of it, nil where that is nothing. The fields of
// what it says have their meaning in a tag.
func add[Kept, Said any](name, meaning string, read func(*yaml.Node, document.Identity) *Kept, tell func(before, after *Kept) *Said) struct{} {
	traits = append(traits, trait{
		name: name, meaning: meaning, says: reflect.TypeFor[Said](),
		read: func(root *yaml.Node, of document.Identity) any {
			if kept := read(root, of); kept != nil {
				return kept
			}
			return nil
		},
		tell: func(before, after any) any {
			was, _ := before.(*Kept)
			is, _ := after.(*Kept)
			if said := tell(was, is); said != nil {
				return said
			}
			return nil
		},
	})
	slices.SortFunc(traits, func(a, b trait) int { return cmp.Compare(a.name, b.name) })
	return struct{}{}
}

// keep adds a trait of which the event says nothing as it is: other parts of it are made from what is kept.
func keep[Kept any](name string, read func(*yaml.Node, document.Identity) *Kept) struct{} {
	return add(name, "", read, func(_, _ *Kept) *struct{} { return nil })
}

// Sides is what the event says of a trait that it has as it is, before and after a change.
type Sides[Kept any] struct {
	Before *Kept `json:"before" meaning:"Before the change; null where it has none, or the object comes."`
	After  *Kept `json:"after" meaning:"After the change; null where it has none, or the object goes."`
}

func sides[Kept any](before, after *Kept) *Sides[Kept] {
	if before == nil && after == nil {
		return nil
	}
	return &Sides[Kept]{before, after}
}

// Of reads the traits of an object.
func Of(root *yaml.Node, of document.Identity) Set {
	var set Set
	for _, t := range traits {
		if kept := t.read(root, of); kept != nil {
			if set == nil {
				set = Set{}
			}
			set[t.name] = kept
		}
	}
	return set
}

// Between is what the event says of an object with these traits before and after a change.
func Between(before, after Set) map[string]any {
	said := map[string]any{}
	if len(before) == 0 && len(after) == 0 {
		return said
	}
	for _, t := range traits {
		if told := t.tell(before[t.name], after[t.name]); told != nil {
			said[t.name] = told
		}
	}
	return said
}

// text is that of a field.
func text(root *yaml.Node, keys ...string) string { return document.Text(document.Get(root, keys...)) }

// isTrue reports whether a field says yes.
func isTrue(root *yaml.Node, keys ...string) bool { return text(root, keys...) == "true" }
