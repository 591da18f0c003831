package replay

import (
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
)

// soon is within what time a step counts as undone by a later one.
const soon = 7 * 24 * time.Hour

// Undoing is a later step that took one back.
type Undoing struct {
	By git.PastCommit
	// Reverted says that it names what it reverts; else a target went back to what it ran before.
	Reverted bool
}

// FindUndone notes which steps were soon taken back. To try again what was taken back is no undoing of that.
func (r *Replay) FindUndone() {
	undoes := map[*Step]bool{}
	for i, step := range r.Steps {
		if !step.Deploys && step.Unjudged == nil || undoes[step] {
			continue
		}
		for _, later := range r.Steps[i+1:] {
			if later.Commit.Time.Sub(step.Commit.Time) > soon {
				break
			}
			reverts := later.reverts(step)
			if reverts || later.returns(step) {
				step.Undone = &Undoing{later.Commit, reverts}
				undoes[later] = true
				break
			}
		}
	}
}

// reverts reports whether a step says that it reverts an earlier one.
func (s *Step) reverts(earlier *Step) bool {
	return slices.ContainsFunc(s.Brought, func(c git.LogEntry) bool { return c.Reverts.Any() && c.Reverts.Of(earlier.Brought) })
}

// returns reports whether a step takes a target back to what it ran before an earlier one.
func (s *Step) returns(earlier *Step) bool {
	return slices.ContainsFunc(s.Moves, func(m Move) bool {
		return slices.ContainsFunc(earlier.Moves, func(was Move) bool {
			return m.App == was.App && m.Environment == was.Environment && m.Target == was.Target && m.Artifact == was.Artifact &&
				same(m.After, was.Before)
		})
	})
}

func same(a, b *artifact.Version) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
