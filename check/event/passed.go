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
type passedOn map[string]map[flux.Origin]*passing

// passing is what is taken from one key of an object.
type passing struct {
	sites    map[*site]bool  // where it is taken
	texts    map[string]bool // what is
	isHidden bool            // it is not to be known
}

func (b *builder) passedOn() passedOn {
	passed := passedOn{}
	for _, s := range b.sites {
		for _, at := range []*state.State{s.before, s.after} {
			if at == nil {
				continue
			}
			for _, held := range at.Held {
				for _, use := range held.Uses {
					passed.add(s, use)
				}
			}
		}
	}
	return passed
}

func (p passedOn) add(s *site, use flux.Use) {
	if p[s.Environment] == nil {
		p[s.Environment] = map[flux.Origin]*passing{}
	}
	to := p[s.Environment][use.Origin]
	if to == nil {
		to = &passing{sites: map[*site]bool{}, texts: map[string]bool{}}
		p[s.Environment][use.Origin] = to
	}
	to.sites[s], to.texts[use.Text], to.isHidden = true, true, to.isHidden || use.Text == ""
}

// without leaves out what a site's objects only say for others.
func (p passedOn) without(s *site, held []state.Held) []state.Held {
	if len(p[s.Environment]) == 0 {
		return held
	}
	return slices.DeleteFunc(slices.Clone(held), func(h state.Held) bool {
		_, object, _ := strings.Cut(h.Slot.Object, "/") // past the group
		kind, object, _ := strings.Cut(object, "/")
		namespace, name, _ := strings.Cut(object, "/")
		_, key, _ := strings.Cut(strings.TrimPrefix(h.Slot.Part, "/"), "/")
		key, _, _ = strings.Cut(key, "/")
		key, _, _ = strings.Cut(key, "#")
		v := h.Version
		return p.passes(s, flux.Origin{Ref: flux.Ref{Kind: kind, Namespace: namespace, Name: name}, Key: key},
			v.Tag, v.Digest, v.Repository+":"+v.Tag, v.Repository+"@"+v.Digest)
	})
}

// has reports whether a text of an object is one that it only says for others.
func (p passedOn) has(s *site, object document.Identity, text state.Text) bool {
	_, key, found := strings.Cut(text.Path, ".")
	return found && p.passes(s, flux.Origin{Ref: flux.Ref{Kind: object.Kind, Namespace: object.Namespace, Name: object.Name}, Key: key}, text.Value)
}

// passes reports whether what a site's object says is taken from there. Without a namespace an object of another app may be
// called the same: then it has to be what is said there.
func (p passedOn) passes(s *site, origin flux.Origin, said ...string) bool {
	to := p[s.Environment][origin]
	return to != nil && (origin.Namespace != "" || to.isHidden || to.sites[s] ||
		slices.ContainsFunc(said, func(text string) bool { return text != "" && to.texts[text] }))
}
