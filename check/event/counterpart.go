package event

import (
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/state"
)

// counted are, by environment, the slots of its artifact that a move is judged by: where several releases of one chart
// run, or several workloads of one image, those of the same object. An environment that is not in there is judged by all.
type counted map[string]history.Slots

// judgeApart finds out what each move is judged by, and drops those that are the same as another of their site.
func (b *builder) judgeApart(moved []move) []move {
	var apart []move
	of := map[artifactAt][]move{}
	for _, m := range moved {
		m.counted = b.counted(m)
		at := artifactAt{m.site, m.artifact}
		if !slices.ContainsFunc(of[at], m.isAs) {
			apart, of[at] = append(apart, m), append(of[at], m)
		}
	}
	return apart
}

// artifactAt is an artifact of a site.
type artifactAt struct {
	*site
	artifact artifact.Artifact
}

// isAs reports whether two moves of one artifact of a site say the same.
func (m move) isAs(o move) bool {
	return sameVersion(m.before, o.before) && sameVersion(m.after, o.after) && m.mention() == o.mention() &&
		maps.Equal(m.counted, o.counted)
}

func (b *builder) counted(m move) counted {
	if m.after == nil {
		return nil
	}
	of := func(h *state.Held, at *site, in *state.State, environment string) counterparts {
		return b.counterparts(counterpartsOf{m.App, m.fromApp(), environment, m.artifact, h.Mention, at.likenessesOf(h, in)})
	}
	ask := func(environment string) counterparts { // what is there of the object, or of the one that it goes on from
		if m.isCalledOtherwise() {
			if found := of(m.before, m.was(), m.was().before, environment); found.slots.Alone {
				return found
			}
		}
		found := of(m.after, m.site, m.site.after, environment)
		if !found.known && m.before != nil {
			found = of(m.before, m.was(), m.was().before, environment)
		}
		return found
	}
	all := counted{}
	upstream, earlier := b.appPath(m)
	var apart history.Slots // of an environment that has something else in its other objects
	for _, environment := range slices.Concat(upstream, earlier) {
		found := ask(environment.Name)
		all.set(environment.Name, found.slots)
		if found.slots.Alone {
			apart = found.slots
		}
	}
	if len(all) == 0 {
		return nil // nor is anything told apart here: what a canary ran is no news to the stable one
	}
	own := ask(m.Environment)
	if !own.known {
		own.slots = apart // it is new here, whatever others run
	}
	all.set(m.Environment, own.slots)
	return all
}

// isCalledOtherwise reports whether a version comes to another container of the object that it was in: a new name makes it no other
// one.
func (m move) isCalledOtherwise() bool {
	return m.before != nil && m.before.Slot.Object == m.after.Slot.Object && m.before.Owner.Container() != m.after.Owner.Container()
}

// mention is what the place is that a version comes to, where it runs nothing by itself.
func (m move) mention() form.Mention {
	if m.after == nil {
		return ""
	}
	return m.after.Mention
}

func (c counted) set(environment string, slots history.Slots) {
	if slots != (history.Slots{}) {
		c[environment] = slots
	}
}

// apart reports whether one of the environments has something else in other objects.
func (c counted) apart() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(c)), func(s history.Slots) bool { return s.Alone })
}

// counterpartsOf is what counterparts are asked for.
type counterpartsOf struct {
	app, from, environment string // as a move has them
	artifact               artifact.Artifact
	mention                form.Mention
	of                     state.Likenesses
}

// counterparts are an object's in an environment.
type counterparts struct {
	slots history.Slots // that hold the artifact; the zero value where no others do
	known bool          // there are counterparts that hold it
}

func (b *builder) counterparts(of counterpartsOf) counterparts {
	found, ok := b.paired[of]
	if !ok {
		found = b.findCounterparts(of)
		b.paired[of] = found
	}
	return found
}

// findCounterparts finds them by the likeness that asks for most.
func (b *builder) findCounterparts(asked counterpartsOf) counterparts {
	for form, likeness := range asked.of {
		if likeness == (state.Likeness{}) {
			break
		}
		var in, out []Version
		for _, site := range b.sitesOf(asked.app, asked.from) {
			if site.Environment != asked.environment {
				continue
			}
			for _, i := range site.holding(site.before, asked.artifact) {
				h := site.before.Held[i]
				switch {
				case !h.Mention.Proves(asked.mention):
				case site.likenesses(site.before)[i][form] == likeness:
					in = append(in, h.Version)
				default:
					out = append(out, h.Version)
				}
			}
		}
		if len(in) > 0 && len(out) > 0 {
			return counterparts{history.Slots{Of: likeness, Alone: lacksAny(in, out) || lacksAny(out, in)}, true}
		}
		if len(in) > 0 {
			return counterparts{known: true}
		}
	}
	return counterparts{}
}

// lacksAny reports whether some versions lack one of others.
func lacksAny(some, others []Version) bool {
	return slices.ContainsFunc(others, func(v Version) bool { return !slices.ContainsFunc(some, v.Same) })
}

// likenessesOf are those of what holds a version in one of a site's two states.
func (s *site) likenessesOf(held *state.Held, in *state.State) state.Likenesses {
	at := slices.IndexFunc(in.Held, func(h state.Held) bool { return h.Slot == held.Slot && h.Artifact == held.Artifact })
	return s.likenesses(in)[at]
}

func (s *site) likenesses(in *state.State) []state.Likenesses {
	if s.alike == nil {
		s.alike = map[*state.State][]state.Likenesses{}
	}
	if s.alike[in] == nil {
		s.alike[in] = state.LikenessesOf(in.Held, s.Place.Place)
	}
	return s.alike[in]
}

// heldFor is what holds a move's artifact in a site, of what the move is judged by.
func (s *site) heldFor(m move, in *state.State) []state.Held { return s.heldIn(m, in, m.counted) }

// heldIn is the same, of what is counted: nothing, and all is. Many moves of one artifact ask for the same.
func (s *site) heldIn(m move, in *state.State, counted counted) []state.Held {
	asked := heldOf{in, m.artifact, m.mention(), counted[s.Environment]}
	held, known := s.held[asked]
	if !known {
		if s.held == nil {
			s.held = map[heldOf][]state.Held{}
		}
		held = s.findHeld(asked)
		s.held[asked] = held
	}
	return held
}

// heldOf is what is asked for of what one of a site's states holds.
type heldOf struct {
	in       *state.State
	artifact artifact.Artifact
	mention  form.Mention
	slots    history.Slots // zero: all
}

func (s *site) findHeld(of heldOf) []state.Held {
	var held []state.Held
	for _, i := range s.holding(of.in, of.artifact) {
		h := of.in.Held[i]
		if h.Mention.Proves(of.mention) && (of.slots == (history.Slots{}) || of.slots.Of.Among(s.likenesses(of.in)[i])) {
			held = append(held, h)
		}
	}
	return held
}

// holding are the places in a state's list of what holds an artifact. A manifest may run thousands of others.
func (s *site) holding(in *state.State, a artifact.Artifact) []int {
	if s.artifacts == nil {
		s.artifacts = map[*state.State]map[artifact.Artifact][]int{}
	}
	if s.artifacts[in] == nil {
		s.artifacts[in] = map[artifact.Artifact][]int{}
		for i, h := range in.Held {
			s.artifacts[in][h.Artifact] = append(s.artifacts[in][h.Artifact], i)
		}
	}
	return s.artifacts[in][a]
}
