package event

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/flux"
	"github.com/promocheck/promocheck/check/state"
)

// passedOn are what is held elsewhere of an environment's ConfigMaps and Secrets: variables and values that fill a version
// there. It is that version which changes, and not another one in the object that says it.
type passedOn map[string]map[flux.Origin]bool

func (b *builder) passedOn() passedOn {
	passed := passedOn{}
	for _, s := range b.sites {
		for _, at := range []*state.State{s.before, s.after} {
			if at == nil {
				continue
			}
			for _, held := range at.Held {
				for _, use := range held.Uses {
					if passed[s.Environment] == nil {
						passed[s.Environment] = map[flux.Origin]bool{}
					}
					passed[s.Environment][use.Origin] = true
				}
			}
		}
	}
	return passed
}

// without leaves out what an environment's objects only say for others.
func (p passedOn) without(environment string, held []state.Held) []state.Held {
	if len(p[environment]) == 0 {
		return held
	}
	return slices.DeleteFunc(slices.Clone(held), func(h state.Held) bool {
		_, object, _ := strings.Cut(h.Slot.Object, "/") // past the group
		kind, object, _ := strings.Cut(object, "/")
		namespace, name, _ := strings.Cut(object, "/")
		_, key, _ := strings.Cut(strings.TrimPrefix(h.Slot.Part, "/"), "/")
		key, _, _ = strings.Cut(key, "/")
		key, _, _ = strings.Cut(key, "#")
		return p[environment][flux.Origin{Ref: flux.Ref{Kind: kind, Namespace: namespace, Name: name}, Key: key}]
	})
}

// has reports whether a text of an object is one that it only says for others.
func (p passedOn) has(environment string, object document.Identity, path string) bool {
	for origin := range p[environment] {
		isOf := origin.Ref == flux.Ref{Kind: object.Kind, Namespace: object.Namespace, Name: object.Name}
		if _, inside, found := strings.Cut(path, "."); isOf && found && inside == origin.Key {
			return true
		}
	}
	return false
}
