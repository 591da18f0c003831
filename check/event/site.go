package event

import (
	"maps"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

// site is a place with its states, once they are known. Where the change does not reach it, the two
// are the same one.
type site struct {
	overlay.Place
	before, after *state.State
	// What really runs before the change and after it, where charts are installed anew only with their next version; nil: what
	// is declared.
	runsBefore, runsAfter *state.State

	// Other sites of its environment that gave up something which this one has now, and those that this one gave up to.
	origins, heirs []*site

	artifacts map[*state.State]map[artifact.Artifact][]int // what holds each of them, once it was asked for
	alike     map[*state.State][]state.Likenesses          // of what either state holds, once it was asked for
	held      map[heldOf][]state.Held                      // what was asked for of it
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
// a version that none of those does: those would be deployed by whoever deploys every directory. Where another overlay was
// in the place of such a one, it is gone.
func (b *builder) dropParts() {
	dropped := func(part *site) bool {
		return part.Part && !slices.ContainsFunc(part.after.Held, func(h state.Held) bool {
			return !slices.ContainsFunc(b.sites, func(s *site) bool {
				return s.App == part.App && s.Environment == part.Environment && !s.Part && s.after != nil && s.after.Holds(h)
			})
		})
	}
	var sites []*site
	for _, s := range b.sites {
		if !dropped(s) {
			sites = append(sites, s)
			continue
		}
		if s.Before != nil {
			s.After, s.after = nil, absent
			sites = append(sites, s)
		}
	}
	b.sites = sites
}

// joinRenamed makes one site of an overlay that goes and one that comes in the same environment, if
// both render alike: an app or a target that is called something else is no promotion.
func (b *builder) joinRenamed() {
	joined := map[*site]bool{}
	all := map[bundle][]*site{} // that go
	for _, s := range b.sites {
		if s.After == nil && s.Reached() {
			called := bundle{s.Environment, namesOf(s.before)}
			all[called] = append(all[called], s)
		}
	}
	for _, came := range b.sites {
		if len(all) == 0 || came.Before != nil || !came.Reached() || len(came.after.Objects) == 0 {
			continue
		}
		some := all[bundle{came.Environment, namesOf(came.after)}]
		at := slices.IndexFunc(some, func(gone *site) bool { return !joined[gone] && alike(gone.before, came.after) })
		if at < 0 {
			continue
		}
		gone := some[at]
		came.Before, came.before = gone.Before, gone.before
		joined[gone] = true
	}
	b.sites = slices.DeleteFunc(b.sites, func(s *site) bool { return joined[s] })
}

// bundle are the objects of an environment's site, by all their names.
type bundle struct{ environment, objects string }

func namesOf(s *state.State) string {
	return strings.Join(slices.Sorted(maps.Keys(byKey(s.Objects))), "\n")
}

// alike reports whether two states deploy the same.
func alike(a, b *state.State) bool {
	before, after := byKey(a.Objects), byKey(b.Objects)
	return a.Fidelity == b.Fidelity && a.Fidelity != state.Declared && len(a.Held) == len(b.Held) &&
		maps.EqualFunc(before, after, func(a, b *state.Object) bool { return a.Equal(*b) })
}

// predecessors are what was there at base of a site: itself, or what it has come from.
func (s *site) predecessors() []*site {
	if s.Before != nil {
		return []*site{s}
	}
	return s.origins
}

// knew reports whether something could not be worked out before either, of the site or of what it has come from.
func (s *site) knew(u state.Unresolved) bool {
	return slices.ContainsFunc(s.before.Unresolved, u.Same) ||
		slices.ContainsFunc(s.origins, func(o *site) bool { return slices.ContainsFunc(o.before.Unresolved, u.Same) })
}

// tookOver are the objects, by key, that the sites which a site has come from deployed, and do no more.
func (s *site) tookOver() map[string]*state.Object {
	took := map[string]*state.Object{}
	for _, o := range s.origins {
		maps.Copy(took, lacking(o.before, o.after))
	}
	return took
}

// handedOver are the objects, by key, that the sites which have come from a site deploy, and did not.
func (s *site) handedOver() map[string]*state.Object {
	handed := map[string]*state.Object{}
	for _, h := range s.heirs {
		maps.Copy(handed, lacking(h.after, h.before))
	}
	return handed
}

// lacking are the objects of one state whose keys are not in another.
func lacking(in, of *state.State) map[string]*state.Object {
	objects, others := byKey(in.Objects), byKey(of.Objects)
	maps.DeleteFunc(objects, func(key string, _ *state.Object) bool { return others[key] != nil })
	return objects
}

// deploysAlike reports whether some objects have one of that key, and it is the same.
func deploysAlike(objects map[string]*state.Object, key string, o *state.Object) bool {
	return objects[key] != nil && objects[key].Equal(*o)
}
