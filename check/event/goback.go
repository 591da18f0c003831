package event

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

// Bringing is a commit of head that brings a version to a target, and says of itself that it goes back.
type Bringing struct {
	Commit  string `json:"commit"`
	Reverts bool   `json:"reverts"` // what had brought the version that was there before
}

// mostDeclaring bounds how many of head's commits are looked at that say that they go back, the newest first.
const mostDeclaring = 50

// declaring are the commits of head that say that they go back: what that is good for depends on what they do.
func (b *builder) declaring() []git.LogEntry {
	var declaring []git.LogEntry
	for _, entry := range b.Commits {
		if len(declaring) < mostDeclaring && (entry.Reverts.Any() || b.trailer(entry) != "") {
			declaring = append(declaring, entry)
		}
	}
	return declaring
}

// trailer is the reason that a commit's trailer gives for going back.
func (b *builder) trailer(entry git.LogEntry) string {
	for _, reason := range entry.Trailers[strings.ToLower(b.rollback)] {
		if reason = strings.TrimSpace(reason); reason != "" {
			return reason
		}
	}
	return ""
}

// goBack is what of the past has to do with a change backward.
type goBack struct {
	move     move
	change   int // its place in the list
	replaced *history.Replaced
}

// addPrevious notes, for changes backward, what the version took the place of that they take back, and which commits of
// head do so. of are the places of the moves' changes in the list.
func (b *builder) addPrevious(changes []Change, moved []move, of []int) error {
	if b.inquiry == nil {
		return nil
	}
	inquiry := b.past.Inquire()
	var back []goBack
	for i, m := range moved {
		if changes[of[i]].Direction == Backward {
			question := m.in(m.past.Target)
			question.Version, question.Mention = m.before.Version, m.before.Mention
			back = append(back, goBack{m, of[i], inquiry.Before(question)})
		}
	}
	if err := inquiry.Answer(); err != nil {
		return err
	}
	declaring := b.declaring()
	for _, g := range back {
		c := &changes[g.change]
		if c.Previous == nil && g.replaced.By.OID != "" && valid(g.move.Target) == c.Targets[0] {
			c.Previous = &Previous{By: authorOf(g.replaced.By), Versions: append([]Version{}, g.replaced.Versions...)}
		}
		by, err := b.broughtBy(g, declaring)
		if err != nil {
			return err
		}
		target := valid(g.move.Target)
		if others, seen := c.BroughtBy[target]; seen { // another object of the target goes back, too
			by = slices.DeleteFunc(by, func(one Bringing) bool { return !slices.Contains(others, one) })
		}
		c.BroughtBy[target] = by
	}
	return nil
}

// broughtBy are those of some commits that bring the version of a move to its target.
func (b *builder) broughtBy(g goBack, declaring []git.LogEntry) ([]Bringing, error) {
	by := []Bringing{}
	if len(declaring) == 0 {
		return by, nil
	}
	brought, err := b.past.Brought(g.replaced.By)
	if err != nil {
		return nil, err
	}
	m := g.move
	for _, entry := range declaring {
		was, is, err := b.step(entry.OID, m.App, history.Place{Environment: m.Environment, Target: m.Target}, []*overlay.Overlay{m.Before, m.After})
		if err != nil {
			return nil, err
		}
		if m.becomes(was, is) {
			by = append(by, Bringing{Commit: string(entry.OID), Reverts: entry.Reverts.Of(brought)})
		}
	}
	return by, nil
}

// becomes reports whether what holds the version of a move holds it after a step, and did not before. Where just that is
// not there, any other counts that holds the artifact.
func (m move) becomes(was, is []state.Held) bool {
	has := func(held []state.Held) bool {
		in := func(h state.Held) bool { return h.Artifact == m.artifact && h.Slot == m.after.Slot }
		if at := slices.IndexFunc(held, in); at >= 0 {
			return held[at].Version.Unchanged(m.after.Version)
		}
		return holdsArtifact(held, m.artifact, m.after.Version.Unchanged)
	}
	return has(is) && !has(was)
}

func holdsArtifact(held []state.Held, a artifact.Artifact, same func(Version) bool) bool {
	return slices.ContainsFunc(held, func(h state.Held) bool { return h.Artifact == a && same(h.Version) })
}

// stepOf is what a commit made of what a target holds.
type stepOf struct {
	commit git.OID
	app    string
	at     history.Place
}

type step struct{ was, is []state.Held }

// step asks for it once, since many versions may be asked of one.
func (b *builder) step(commit git.OID, app string, at history.Place, built []*overlay.Overlay) (was, is []state.Held, err error) {
	of := stepOf{commit, app, at}
	known, ok := b.steps[of]
	if !ok {
		if known.was, known.is, err = b.past.Of(at.Environment).Step(commit, app, at, slices.DeleteFunc(built, func(o *overlay.Overlay) bool { return o == nil })); err != nil {
			return nil, nil, err
		}
		b.steps[of] = known
	}
	return known.was, known.is, nil
}
