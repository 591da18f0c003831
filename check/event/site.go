package event

import (
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

// site is a place with its states, once they are known. Where the change does not reach it, the two
// are the same one.
type site struct {
	overlay.Place
	before, after *state.State
	// What runs at base, and will once the change is in, where charts wait for their next version; nil: those two.
	stands, gets *state.State

	alike map[*state.State][]state.Likenesses // of what either state holds, once it was asked for
}

// absent is the state of a place that has no overlay.
var absent = &state.State{}

func sitesOf(places []overlay.Place) []*site {
	sites := make([]*site, 0, len(places))
	for _, place := range places {
		sites = append(sites, &site{Place: place})
	}
	return sites
}

// dropParts drops the new overlays that others of their environment are built with, unless they hold
// a version that none of those does: those would be deployed by whoever deploys every directory.
func (b *builder) dropParts() {
	b.sites = slices.DeleteFunc(b.sites, func(part *site) bool {
		return part.Part && !slices.ContainsFunc(part.after.Held, func(h state.Held) bool {
			return !slices.ContainsFunc(b.sites, func(s *site) bool {
				return s.App == part.App && s.Environment == part.Environment && !s.Part && s.after != nil && s.after.Holds(h)
			})
		})
	})
}

// joinRenamed makes one site of an overlay that goes and one that comes in the same environment, if
// both render alike: an app or a target that is called something else is no promotion.
func (b *builder) joinRenamed() {
	joined := map[*site]bool{}
	for _, came := range b.sites {
		if came.Before != nil || !came.Reached() || len(came.after.Objects) == 0 {
			continue
		}
		at := slices.IndexFunc(b.sites, func(gone *site) bool {
			return gone.After == nil && gone.Reached() && !joined[gone] && gone.Environment == came.Environment && alike(gone.before, came.after)
		})
		if at < 0 {
			continue
		}
		gone := b.sites[at]
		came.Before, came.before = gone.Before, gone.before
		joined[gone] = true
	}
	b.sites = slices.DeleteFunc(b.sites, func(s *site) bool { return joined[s] })
}

// alike reports whether two states deploy the same.
func alike(a, b *state.State) bool {
	before, after := byKey(a.Objects), byKey(b.Objects)
	return a.Fidelity == b.Fidelity && a.Fidelity != state.Declared && len(a.Held) == len(b.Held) &&
		maps.EqualFunc(before, after, func(a, b *state.Object) bool { return a.Equal(*b) })
}
