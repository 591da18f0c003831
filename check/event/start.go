package event

import (
	"slices"

	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

// starts are moves of the versions that a site held before in nothing that could run, and holds in something that can.
func (s *site) starts(passed passedOn) []move {
	var started []move
	before := byArtifact(passed.without(s, s.before.Held))
	for a, after := range byArtifact(passed.without(s, s.after.Held)) {
		for i := range after {
			is := &after[i]
			isSame := func(h state.Held) bool { return h.Version.Unchanged(is.Version) }
			ran := func(h state.Held) bool { return couldRun(h) && isSame(h) }
			isTold := func(m move) bool { return m.artifact == a && m.after.Version.Unchanged(is.Version) }
			if couldRun(*is) && slices.ContainsFunc(before[a], isSame) && !slices.ContainsFunc(before[a], ran) && !slices.ContainsFunc(started, isTold) {
				started = append(started, move{site: s, artifact: a, after: is, past: s.Place.Place, starts: true})
			}
		}
	}
	slices.SortFunc(started, func(m, o move) int { return m.artifact.Compare(o.artifact) })
	return started
}

// withoutResumed drops the moves that switch something on which ran there before: the end of an incident is no promotion.
func (b *builder) withoutResumed(moved []move) []move {
	return slices.DeleteFunc(moved, func(m move) bool { return m.starts && !b.enters(m) })
}

// enters reports whether the version of a move comes to its environment only by the change: nothing has it there at base, or what
// has it could never run, as far as history tells.
func (b *builder) enters(m move) bool {
	held := b.held(m, m.Environment, atBase)
	if !held.some(m.after.Version) || held.couldRun(m.after.Version) {
		return !held.some(m.after.Version)
	}
	return b.inquiry == nil || b.staysIn(m, overlay.Environment{Name: m.Environment}).Ran.Ran.IsZero()
}
