package event

import (
	"slices"

	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// Shared is another environment that gets a change's After by the very scalar that sets it here.
type Shared struct {
	Environment string   `json:"environment"`
	Already     bool     `json:"already"` // one scalar set the version in both at base, too
	Location    Location `json:"location"`
}

// shared lists the earlier environments that get the version of a move by the scalar that it is set by.
func (b *builder) shared(m move) []Shared {
	shared := []Shared{}
	upstream, earlier := b.appPath(m)
	for _, environment := range slices.Concat(upstream, earlier) {
		isNoted := slices.ContainsFunc(shared, func(s Shared) bool { return s.Environment == environment.Name })
		if isNoted || !b.getting(m, environment) {
			continue
		}
		if line, ok := b.sharedWith(m, environment.Name); ok {
			shared = append(shared, line)
		}
	}
	return shared
}

// getting reports whether a move's version comes to an environment by this same change.
func (b *builder) getting(m move, environment overlay.Environment) bool {
	return !b.held(m, environment.Name, atBase).some(m.after.Version) && b.held(m, environment.Name, afterwards).some(m.after.Version)
}

func (b *builder) sharedWith(m move, environment string) (Shared, bool) {
	var was *Version
	if m.before != nil {
		was = &m.before.Version
	}
	here, ok := b.places.Scalar(b.After, m.After, *m.after, was)
	if !ok {
		return Shared{}, false
	}
	line := Shared{Environment: environment, Location: locationOf(m.After.Dir, here)}
	found := false
	for _, site := range b.around(m) {
		if site.Environment != environment || site.After == nil || !b.sets(here, b.After, site.After, site.heldFor(m, site.after), was) {
			continue
		}
		found = true
		line.Already = line.Already || b.sharedBefore(m, site)
	}
	return line, found
}

// sharedBefore reports whether one scalar set what a move leads away from, and what a site had at base.
func (b *builder) sharedBefore(m move, s *site) bool {
	was := m.was()
	if m.before == nil || was.Before == nil {
		return false
	}
	there, ok := b.places.Scalar(b.Before, was.Before, *m.before, nil)
	return ok && slices.ContainsFunc(s.predecessors(), func(s *site) bool {
		return b.sets(there, b.Before, s.Before, s.heldFor(m, s.before), nil)
	})
}

// sets reports whether a scalar sets one of the versions that an overlay holds.
func (b *builder) sets(scalar state.Location, t *tree.Tree, o *overlay.Overlay, held []state.Held, was *Version) bool {
	return slices.ContainsFunc(held, func(h state.Held) bool {
		found, ok := b.places.Scalar(t, o, h, was)
		return ok && found == scalar
	})
}

// sharedByAll keeps those environments that share a scalar with every target of a change.
func sharedByAll(some, others []Shared) []Shared {
	both := []Shared{}
	for _, line := range some {
		at := slices.IndexFunc(others, func(o Shared) bool { return o.Environment == line.Environment })
		if at >= 0 {
			line.Already = line.Already && others[at].Already
			both = append(both, line)
		}
	}
	return both
}
