package event

import (
	"cmp"
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
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
					d, err := b.askOrderOf(inquiry, of, left.Targets[target])
					if err != nil {
						return err
					}
					all = append(all, d)
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

// tell tells which way a target went from a version, and why. It went back if what came in its place, or later, is older by its
// tag, or was there before it; or if the commit that took it away says so, of what is not known to be newer.
func (b *builder) tell(d *departed) (Left, error) {
	left, err := b.tellOf(d, d.steps[0], d.took)
	if err != nil {
		return left, err
	}
	if len(d.Is) == 0 {
		left.Direction = Removed
	}
	whole := b.past.Of(d.of.Place.Environment).Whole()
	for i, to := range d.steps[0].to {
		direction, certain := d.directionTo(d.steps[0], i, whole)
		if !certain && left.Reason != "" {
			direction = Backward
		}
		if i == 0 || direction == Backward && left.Direction != Backward {
			left.Direction, left.To = direction, &to
		}
	}
	for _, step := range d.steps[1:] {
		for i, to := range step.to {
			if direction, _ := d.directionTo(step, i, whole); direction == Backward && left.Direction != Backward {
				return b.tellBack(d, step, to, left.Reason)
			}
		}
	}
	if left.Direction == Removed && left.Reason != "" {
		left.Direction = Backward
	}
	return left, nil
}

// tellBack tells of a later step that took a target back to an older version, after a first one for which a reason may have been
// given.
func (b *builder) tellBack(d *departed, step successor, to Version, reason string) (Left, error) {
	left, err := b.tellOf(d, step, func(was, is []state.Held) bool {
		return holdsArtifact(is, d.of.Artifact, to.Unchanged) && !holdsArtifact(was, d.of.Artifact, to.Unchanged)
	})
	left.Direction, left.To, left.Reason = Backward, &to, cmp.Or(left.Reason, reason)
	return left, err
}

// tellOf tells who took a step, when and why. A commit of those that were merged by it did so if what it made of the target says
// so.
func (b *builder) tellOf(d *departed, step successor, took func(was, is []state.Held) bool) (Left, error) {
	left := Left{Direction: Unknown, At: b.moment(step.by.Time), Author: authorOf(step.by)}
	var err error
	if left.Reason, err = b.reason(d, step, took); err != nil {
		return left, err
	}
	left.RevertedBy, err = b.revertedBy(d, step)
	return left, err
}

// revertedBy is the commit of head that reverts a step back: it says so, and brings the version back to the target. It is
// nil where none does.
func (b *builder) revertedBy(d *departed, step successor) (*string, error) {
	for _, entry := range b.Commits {
		if !entry.Reverts.Any() {
			continue
		}
		brought, err := b.past.Brought(step.by)
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

// reason is by what the commit of a step declares that it goes back, or one that it
// merged: a trailer's text or, of a revert of what had brought the version, its own title.
func (b *builder) reason(d *departed, step successor, took func(was, is []state.Held) bool) (string, error) {
	entries, err := b.past.Brought(step.by)
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
		if len(entries) == 1 {
			return reason, nil
		}
		was, is, err := b.step(entry.OID, d.App, d.of.Place, nil)
		if err != nil {
			return "", err
		}
		if took(was, is) {
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
