package event

import (
	"maps"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/state"
)

// unpinned are the versions that nothing says any more of what is not rendered: what is there by itself runs instead,
// and nobody can tell which version that is.
func unpinned(moved []move) []Unresolved {
	var list []Unresolved
	for _, m := range moved {
		if m.after != nil || m.After == nil || m.before.Slot.Object != state.DeclaredImages || m.site.after.Fidelity != state.Partial {
			continue
		}
		list = append(list, Unresolved{
			Overlay: valid(m.After.Dir), App: valid(m.App), Environment: m.Environment, Target: valid(m.Target), Reached: true,
			Reason:   "no images entry says any more which version of " + valid(m.artifact.Name) + " runs in what is not rendered",
			Location: locationOf(m.After.Dir, state.MainLocation(m.After)),
		})
	}
	return list
}

// unnamed are the images of what is not rendered of which no images entry says any more that they come from elsewhere.
func (b *builder) unnamed() []Unresolved {
	var list []Unresolved
	for _, s := range b.sites {
		if s.Reached() && s.Before != nil && s.After != nil && s.after.Fidelity == state.Partial {
			list = append(list, s.unnamed()...)
		}
	}
	return list
}

func (s *site) unnamed() []Unresolved {
	var list []Unresolved
	before, after := byKey(s.before.Objects), byKey(s.after.Objects)
	for _, key := range slices.Sorted(maps.Keys(before)) {
		was := before[key]
		isRenamed := slices.ContainsFunc(was.Texts, func(text state.Text) bool { return strings.HasSuffix(text.Path, ".newName") })
		if was.Group+was.Kind != state.DeclaredImages || after[key] != nil || !isRenamed {
			continue
		}
		list = append(list, Unresolved{
			Overlay: valid(s.After.Dir), App: valid(s.App), Environment: s.Environment, Target: valid(s.Target), Reached: true,
			Reason:   "no images entry says any more where " + valid(was.Name) + " comes from in what is not rendered",
			Location: locationOf(s.After.Dir, state.MainLocation(s.After)),
		})
	}
	return list
}
