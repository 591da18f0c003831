package event

import (
	"slices"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/state"
)

// departed is one target's departure from a version, with what has to be asked once more to know its direction.
type departed struct {
	*history.Departure
	of    history.Question
	first *history.First // when the version was there first; nil where tags tell
	steps []successor    // what came in its place, and what came later
}

// successor is what a target had after a version that it gave up.
type successor struct {
	by       git.PastCommit
	to       []Version        // without what it had before
	firstsOf []*history.First // when each of those was there first, nil where their tags tell
}

// askOrderOf asks for what is needed to know which way a target went from a version: with what took its place and, since whoever
// goes back may do so in steps, with what came after that.
func (b *builder) askOrderOf(inquiry *history.Inquiry, of history.Question, departure *history.Departure) (*departed, error) {
	followers, err := b.past.Of(of.Place.Environment).Followers(departure, of)
	if err != nil {
		return nil, err
	}
	d := &departed{Departure: departure, of: of}
	had := departure.Was
	for _, f := range slices.Concat([]history.Follower{{By: departure.Gone, Is: departure.Is}}, followers) {
		d.steps = append(d.steps, successor{by: f.By, to: newOf(f.Is, had)})
		had = f.Is
	}
	of.Slots = history.Slots{}
	for i := range d.steps {
		step := &d.steps[i]
		for _, to := range step.to {
			var first *history.First
			if _, known := of.Version.Order(to); !known && !unnamed(to) && !unnamed(of.Version) {
				d.first = inquiry.First(of)
				came := of
				came.Version = to
				first = inquiry.First(came)
			}
			step.firstsOf = append(step.firstsOf, first)
		}
	}
	return d, nil
}

// newOf are the versions that a target did not have before or, where it had all of them, all.
func newOf(is, had []Version) []Version {
	isNew := func(v Version) bool { return !slices.ContainsFunc(had, v.Unchanged) }
	if slices.ContainsFunc(is, isNew) {
		return slices.DeleteFunc(slices.Clone(is), func(v Version) bool { return !isNew(v) })
	}
	return is
}

// directionTo is which way it went to one of the versions that came in the place of another. What is new to the target
// is most likely newer, but that is not certain.
func (d *departed) directionTo(step successor, i int, whole bool) (direction Direction, certain bool) {
	order, known := d.of.Version.Order(step.to[i])
	first := step.firstsOf[i]
	switch {
	case known && order < 0:
		return Forward, true
	case known:
		return Backward, true
	case first == nil:
		return Unknown, false
	case first.Before(d.first):
		return Backward, true
	case d.first.Before(first) && whole:
		return Forward, first.By.OID != step.by.OID
	}
	return Unknown, false
}

// took reports whether a step took the version away.
func (d *departed) took(was, is []state.Held) bool {
	return holdsArtifact(was, d.of.Artifact, d.of.Version.MayBe) && !holdsArtifact(is, d.of.Artifact, d.of.Version.MayBe)
}
