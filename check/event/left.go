package event

import (
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/overlay"
)

// Left is how a target gave up a version, the last time that it had it.
type Left struct {
	Direction Direction `json:"direction"` // forward, backward, removed or unknown
	To        *Version  `json:"to"`        // what came in its place; null where nothing did
	At        *string   `json:"at"`        // RFC 3339
	Author
	Reason string `json:"reason"` // by which the commit declares that it takes the version back; empty where it does not
	// RevertedBy is the commit of head that reverts the one which took the version away: it says so, and brings it back there.
	RevertedBy *string `json:"reverted_by"`
}

// leftIn is how the targets of an environment gave up the version that a move brings.
func (b *builder) leftIn(m move, environment overlay.Environment) *history.Left {
	return b.inquiry.Left(m.about(environment.Name))
}

// about is a question about the version that the move brings, in an environment.
func (m move) about(environment string) history.Question {
	question := m.in("")
	question.Place.Environment = environment
	question.Slots = m.counted[environment]
	return question
}

// departed is one target's departure from a version, with what has to be asked once more to know its direction.
type departed struct {
	*history.Departure
	of       history.Question
	to       []Version        // what came in its place
	first    *history.First   // when the version was there first
	firstsOf []*history.First // and when each of those, nil where their tags tell
}

// askLeft finds out how the targets of some moves' environments gave the versions up. Where tags do not tell which is
// the older one, history is asked once more: what was there first.
func (b *builder) askLeft(moved []move) error {
	b.lefts = map[history.Question]Left{}
	inquiry := b.past.Inquire()
	var all []*departed
	for _, m := range moved {
		if m.after == nil {
			continue
		}
		for _, environment := range slices.Concat(b.environmentsOf(m), b.otherProduction(m)) {
			left := b.leftIn(m, environment)
			for _, target := range slices.Sorted(maps.Keys(left.Targets)) {
				of := m.about(environment.Name)
				of.Place.Target = target
				if _, asked := b.lefts[of]; !asked {
					b.lefts[of] = Left{}
					all = append(all, askOrderOf(inquiry, of, left.Targets[target]))
				}
			}
		}
	}
	if err := inquiry.Answer(); err != nil {
		return err
	}
	for _, d := range all {
		told, err := b.tell(d)
		if err != nil {
			return err
		}
		b.lefts[d.of] = told
	}
	return nil
}

func askOrderOf(inquiry *history.Inquiry, of history.Question, departure *history.Departure) *departed {
	d := &departed{Departure: departure, of: of, to: departure.Is}
	isNew := func(v Version) bool { return !slices.ContainsFunc(departure.Was, v.Unchanged) }
	if slices.ContainsFunc(d.to, isNew) {
		d.to = slices.DeleteFunc(slices.Clone(d.to), func(v Version) bool { return !isNew(v) })
	}
	of.Slots = history.Slots{}
	for _, to := range d.to {
		var first *history.First
		if _, known := of.Version.Order(to); !known && !unnamed(to) && !unnamed(of.Version) {
			d.first = inquiry.First(of)
			came := of
			came.Version = to
			first = inquiry.First(came)
		}
		d.firstsOf = append(d.firstsOf, first)
	}
	return d
}

// environmentsOf are those of which it is told what they have to do with the version that a move brings: its own and
// those before it.
func (b *builder) environmentsOf(m move) []overlay.Environment {
	upstream, earlier := b.appPath(m)
	return slices.Concat([]overlay.Environment{{Name: m.Environment}}, upstream, earlier)
}

// otherProduction are, of a move into production, the other environments that are production, in which the app is.
func (b *builder) otherProduction(m move) []overlay.Environment {
	if !b.isProduction(m.Environment) {
		return nil
	}
	has := map[string]bool{}
	for _, s := range b.around(m) {
		has[s.Environment] = true
	}
	return slices.DeleteFunc(slices.Clone(b.Layout.Path), func(e overlay.Environment) bool {
		return !e.Production || !has[e.Name] || e.Name == m.Environment
	})
}

// leftElsewhere tells how their targets gave up the version that a move brings.
func (b *builder) leftElsewhere(m move) map[string]map[string]Left {
	all := map[string]map[string]Left{}
	if b.inquiry == nil || m.after == nil {
		return all
	}
	for _, environment := range b.otherProduction(m) {
		if left := b.left(m, environment); len(left) > 0 {
			all[environment.Name] = left
		}
	}
	return all
}

// left tells how each target of an environment gave up the version that a move brings.
func (b *builder) left(m move, environment overlay.Environment) map[string]Left {
	left := map[string]Left{}
	for target := range b.leftIn(m, environment).Targets {
		of := m.about(environment.Name)
		of.Place.Target = target
		left[valid(target)] = b.lefts[of]
	}
	return left
}

// tell tells which way a target went from a version, and why. It went back if what came in its place is older by its
// tag, or was there before it; or if the commit that took it away says so, of what is not known to be newer.
func (b *builder) tell(d *departed) (Left, error) {
	left := Left{Direction: Unknown, At: b.moment(d.Gone.Time), Author: authorOf(d.Gone)}
	var err error
	if left.Reason, err = b.reason(d.of, d.Departure); err != nil {
		return left, err
	}
	if left.RevertedBy, err = b.revertedBy(d); err != nil {
		return left, err
	}
	if len(d.to) == 0 {
		left.Direction = Removed
	}
	for i, to := range d.to {
		direction, certain := d.directionTo(i, b.past.Of(d.of.Place.Environment).Whole())
		if !certain && left.Reason != "" {
			direction = Backward
		}
		if i == 0 || direction == Backward && left.Direction != Backward {
			left.Direction, left.To = direction, &to
		}
	}
	return left, nil
}

// revertedBy is the commit of head that reverts a departure: it says so, and brings the version back to the target. It is
// nil where none does.
func (b *builder) revertedBy(d *departed) (*string, error) {
	for _, entry := range b.Commits {
		if !entry.Reverts.Any() {
			continue
		}
		brought, err := b.past.Brought(d.Gone)
		if err != nil {
			return nil, err
		}
		if !entry.Reverts.Of(brought) {
			continue
		}
		was, is, err := b.step(entry.OID, d.of.App, d.of.Place, nil)
		if err != nil {
			return nil, err
		}
		if holdsArtifact(is, d.of.Artifact, d.of.Version.MayBe) && !holdsArtifact(was, d.of.Artifact, d.of.Version.MayBe) {
			return pointer(string(entry.OID)), nil
		}
	}
	return nil, nil
}

// directionTo is which way it went to one of the versions that came in the place of another. What is new to the target
// is most likely newer, but that is not certain.
func (d *departed) directionTo(i int, whole bool) (direction Direction, certain bool) {
	order, known := d.of.Version.Order(d.to[i])
	first := d.firstsOf[i]
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
		return Forward, first.By.OID != d.Gone.OID
	}
	return Unknown, false
}

// reason is by what the commit that took a version away from a target declares that it takes it back, or one that it
// merged: a trailer's text or, of a revert of what had brought the version, its own title.
func (b *builder) reason(of history.Question, d *history.Departure) (string, error) {
	entries, err := b.past.Brought(d.Gone)
	if err != nil {
		return "", err
	}
	brought, err := b.past.Brought(d.By)
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		reason := b.declares(entry, brought)
		if reason == "" {
			continue
		}
		took := len(entries) == 1
		if !took {
			was, is, err := b.step(entry.OID, d.App, of.Place, nil)
			if err != nil {
				return "", err
			}
			took = holdsArtifact(was, of.Artifact, of.Version.MayBe) && !holdsArtifact(is, of.Artifact, of.Version.MayBe)
		}
		if took {
			return reason, nil
		}
	}
	return "", nil
}

// declares is by what a commit declares that it goes back: the text of a trailer or, if it reverts one of some commits,
// its title. It is empty where it declares nothing.
func (b *builder) declares(entry git.LogEntry, brought []git.LogEntry) string {
	if reason := b.trailer(entry); reason != "" {
		return reason
	}
	if entry.Reverts.Of(brought) {
		return entry.Subject
	}
	return ""
}
