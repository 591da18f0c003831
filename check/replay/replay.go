// Package replay puts together what rules would have said of a branch's past, step by step: how much they would have
// stopped, whether that was worth it, and which setting would have made a difference.
package replay

import (
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/git"
)

// Replay is what a branch's past would have met with.
type Replay struct {
	Branch git.Commit
	Now    time.Time // in the zone that is judged by
	// Configuration is the file that all steps are judged by; empty: there is none.
	Configuration string
	FailOn        evaluate.Severity
	Steps         []*Step // the oldest first
	// Short says that there are fewer steps than were asked for, because no more of the branch is known.
	Short       bool
	Variations  []Variation
	ZoneIsGiven bool
}

// Step is what one commit made of the branch, and what the rules would have said of it then.
type Step struct {
	Commit git.PastCommit // with the time at which it can have come to the branch
	// Brought are the commit itself and those that it merged, newest first.
	Brought    []git.LogEntry
	Moves      []Move
	Deploys    bool // anything would be deployed differently
	Production bool // in production, that is
	Findings   []finding.Finding
	Stopped    bool
	// Softened says that it would be let through as of now, by a ramp alone. Those of the past have nobody to get used to
	// them.
	Softened bool
	// StoppedWith says, of each variation, whether it would have been stopped with that.
	StoppedWith []bool
	// Unjudged is why it could not be judged; nil where it was.
	Unjudged error
	// Undone is how it was soon taken back; nil where it was not.
	Undone *Undoing
}

// Move is a version of one target, before and after a step.
type Move struct {
	App, Environment, Target, Artifact string
	Before, After                      *artifact.Version
}

// NewStep is a step of which it is known what it deploys where.
func NewStep(commit git.PastCommit, brought []git.LogEntry, e *event.Event) *Step {
	s := &Step{Commit: commit, Brought: brought, Deploys: len(e.Changes)+len(e.Effects) > 0}
	production := map[string]bool{}
	for _, environment := range e.Path {
		production[environment.Name] = environment.Production
	}
	for _, c := range e.Changes {
		s.Production = s.Production || production[c.Environment]
		for _, target := range c.Targets {
			s.Moves = append(s.Moves, Move{c.App, c.Environment, target, c.Artifact.Key(), c.Before, c.After})
		}
	}
	for _, effect := range e.Effects {
		s.Production = s.Production || production[effect.Environment]
	}
	return s
}

// IsPromotion reports whether a step moves a version.
func (s *Step) IsPromotion() bool { return len(s.Moves) > 0 }

// Stopped are the steps that would have been stopped, the latest first.
func (r *Replay) Stopped() []*Step { return r.latest(func(s *Step) bool { return s.Stopped }) }

// PassedUndone are those that would have been let through and were soon taken back, the latest first.
func (r *Replay) PassedUndone() []*Step {
	return r.latest(func(s *Step) bool { return !s.Stopped && s.Unjudged == nil && s.Undone != nil })
}

// Unjudged are those that could not be judged, the latest first.
func (r *Replay) Unjudged() []*Step { return r.latest(func(s *Step) bool { return s.Unjudged != nil }) }

func (r *Replay) latest(is func(*Step) bool) []*Step {
	var steps []*Step
	for _, step := range slices.Backward(r.Steps) {
		if is(step) {
			steps = append(steps, step)
		}
	}
	return steps
}

// Stopping are the findings for which a step is stopped, each rule's together.
func (s *Step) Stopping(from finding.Severity) [][]finding.Finding {
	var all [][]finding.Finding
	for _, f := range s.Findings {
		if !f.Counts(from) {
			continue
		}
		at := slices.IndexFunc(all, func(of []finding.Finding) bool { return of[0].Rule == f.Rule })
		if at < 0 {
			at, all = len(all), append(all, nil)
		}
		all[at] = append(all[at], f)
	}
	return all
}
