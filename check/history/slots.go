package history

import (
	"iter"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/state"
)

// Slots are those that hold an artifact in objects that are counterparts of one another. The zero value has all.
type Slots struct {
	Of    state.Likeness
	Alone bool // where there is no such object, no other stands in for it
}

// slotsAt are the slots that count at a point. Before there was an object, those count that ran its artifact, unless
// they are known to go their own way: a workload that joins others has their past.
func (q Question) slotsAt(h *History, p point) Slots {
	if q.Slots == (Slots{}) || q.Slots.Alone {
		return q.Slots
	}
	for _, s := range p.sites {
		if q.Place.has(s) && len(h.heldIn(q, q.Slots, s)) > 0 {
			return q.Slots
		}
	}
	return Slots{}
}

// heldIn is what some slots of a site hold of the artifact that is asked about, as far as it is evidence for that.
func (h *History) heldIn(q Question, slots Slots, s *site) []artifact.Version {
	var versions []artifact.Version
	for version := range h.inSlots(q, slots, s) {
		versions = append(versions, version)
	}
	return versions
}

// inSlots is the same, each with why what holds it does not run, if it does not.
func (h *History) inSlots(q Question, slots Slots, s *site) iter.Seq2[artifact.Version, idle.Idle] {
	return func(yield func(artifact.Version, idle.Idle) bool) {
		held := h.heldBy(s)[q.Artifact]
		for i, mention := range s.mentions[q.Artifact] {
			if mention.Proves(q.Mention) && (slots == (Slots{}) || slots.Of.Among(s.alike[q.Artifact][i])) && !yield(held[i], s.idle[q.Artifact][i]) {
				return
			}
		}
	}
}
