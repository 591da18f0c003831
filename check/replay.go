package check

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/promocheck/promocheck/check/doing"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/replay"
)

// Steps say which steps of the past are judged, and how.
type Steps struct {
	Last     int       // so many of the newest
	Since    time.Time // those that came since then; zero: however old they are
	SinceDay bool      // Since is a day, which begins when it does in the team's zone
	FailOn   finding.Severity
	// Within bounds a step. Its error is of type *Exceeded where the step has met a bound and was given up.
	Within func(ctx context.Context, judge func(context.Context) error) error
	// Progress is told how many steps are done; nil: nobody asks.
	Progress func(done, all int)
}

// Exceeded is a bound that a step has met.
type Exceeded struct{ Err error }

func (e *Exceeded) Error() string { return e.Err.Error() }

// Unwrap is what is told of it.
func (e *Exceeded) Unwrap() error { return e.Err }

// Replay judges each step that the base branch has made by what governs now: what the base became of what it was before,
// at the time at which it did.
func (s *Session) Replay(ctx context.Context, request refs.Request, steps Steps) (*replay.Replay, error) {
	s.load()
	at, err := s.standingAtBase(ctx, request)
	if err != nil {
		return nil, err
	}
	if steps.SinceDay {
		year, month, day := steps.Since.Date()
		steps.Since = time.Date(year, month, day, 0, 0, 0, 0, at.governing.Time.Zone)
	}
	r := s.replayer(at, steps)
	rules, err := s.configure(at.governing, at.layout.Path)
	if err != nil {
		return nil, err
	}
	r.variations = replay.Variations(rules.Rulings())
	n, err := r.list(ctx)
	if err != nil {
		return nil, err
	}
	result := &replay.Replay{
		Branch: at.commit, Now: s.options.Now.In(at.governing.Time.Zone), Configuration: at.governing.Config.Path, FailOn: steps.FailOn,
		Short: n < steps.Last, Variations: r.variations, ZoneIsGiven: at.governing.Time.ZoneIsGiven,
	}
	if !at.governing.Configured {
		result.Configuration = ""
	}
	if result.Steps, err = r.judged(ctx, n); err != nil {
		return nil, err
	}
	result.FindUndone()
	return result, ctx.Err()
}

// replayer judges steps one after the other.
type replayer struct {
	*Session
	at         *standing // the branch as it stands now
	steps      Steps
	past       git.Past           // the branch's, with times that can be
	variations []replay.Variation // that each step is judged by as well

	governs *then             // the branch that says what governs; nil: it is the one whose steps are judged
	others  []*then           // those of the environments before
	layouts []*overlay.Layout // of those, at the latest step
}

func (s *Session) replayer(at *standing, steps Steps) *replayer {
	s.memory = history.NewMemory()
	return &replayer{Session: s, at: at, steps: steps}
}

// judged are the newest n steps, the oldest of them first.
func (r *replayer) judged(ctx context.Context, n int) ([]*replay.Step, error) {
	if n == 0 {
		return nil, nil
	}
	if err := r.beside(ctx, r.past.Commits[n-1].Time); err != nil {
		return nil, err
	}
	var all []*replay.Step
	for i := n - 1; i >= 0; i-- {
		if r.steps.Progress != nil {
			r.steps.Progress(n-1-i, n)
		}
		step, err := r.step(ctx, i)
		if err != nil {
			return nil, err
		}
		all = append(all, step)
	}
	return all, nil
}

// list reads the branch's past, and returns how many steps of it are to be judged. There is no step to the oldest commit
// that is known.
func (r *replayer) list(ctx context.Context) (n int, err error) {
	depth := r.at.governing.Config.Depth
	if r.at.commit.OID == "" {
		return 0, nil
	}
	if r.steps.Last > 0 {
		r.past, err = r.repo.Past(ctx, r.at.commit, r.steps.Last+depth)
		history.Settle(r.past.Commits, r.options.Now)
		n = min(r.steps.Last, len(r.past.Commits)-1)
	} else {
		r.past, err = r.pastFrom(ctx, r.at.commit, r.steps.Since.Add(-1), depth)
		n = len(r.past.Commits) - 1
	}
	if err != nil {
		return 0, err
	}
	for n > 0 && r.past.Commits[n-1].Time.Before(r.steps.Since) {
		n--
	}
	return n, nil
}

// step judges the step to a commit, by its place in the past. What it cannot be judged for is told of it; the error is
// one that concerns all.
func (r *replayer) step(ctx context.Context, i int) (*replay.Step, error) {
	var step *replay.Step
	err := r.steps.Within(ctx, func(ctx context.Context) (err error) {
		step, err = r.judge(ctx, i)
		return err
	})
	var exceeded *Exceeded
	var wrong *mistake.Error
	switch {
	case err == nil:
		return step, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case !errors.As(err, &exceeded) && !errors.As(err, &wrong):
		return nil, err
	}
	commit := r.past.Commits[i]
	brought, failed := r.repo.Brought(ctx, commit.OID)
	return &replay.Step{Commit: commit, Brought: brought, Unjudged: err}, failed
}

func (r *replayer) judge(ctx context.Context, i int) (*replay.Step, error) {
	doing.Note(ctx, "comparing two commits")
	commit := r.past.Commits[i]
	base, err := r.repo.At(r.at.commit, r.past.Commits[i+1].OID)
	if err != nil {
		return nil, err
	}
	head, err := r.repo.At(git.Commit{Name: string(commit.OID)}, commit.OID)
	if err != nil {
		return nil, err
	}
	compared, err := refs.Step(ctx, r.repo, r.store, base, head)
	if err != nil {
		return nil, err
	}
	change, err := r.compare(ctx, compared, func() (*standing, error) { return r.before(ctx, base, i+1, commit.Time) })
	if err != nil {
		return nil, err
	}
	past := sync.OnceValues(func() (*history.History, error) { return r.Session.past(ctx, change.standing, commit.Time) })
	read, err := r.read(ctx, change, past, commit.Time)
	if err != nil {
		return nil, err
	}
	step := replay.NewStep(commit, compared.Commits, read.Event)
	if step.Findings, err = read.Findings(ctx); err != nil {
		return nil, err
	}
	step.Stopped = finding.AnyAtLeast(step.Findings, r.steps.FailOn)
	softened := slices.Clone(step.Findings)
	finding.Soften(softened, r.at.governing.Ramps, r.options.Now)
	step.Softened = step.Stopped && !finding.AnyAtLeast(softened, r.steps.FailOn)
	return step, r.vary(ctx, step, read)
}

// before is how the branch stood at one of its commits, by its place in the past, and the branches beside it at a moment.
func (r *replayer) before(ctx context.Context, commit git.Commit, i int, moment time.Time) (*standing, error) {
	at := *r.at
	at.commit, at.tree = commit, r.store.Tree(commit.Tree)
	if err := r.governedThen(&at, moment); err != nil {
		return nil, err
	}
	past := r.past.From(i, at.governing.Config.Depth)
	at.past = &past
	var err error
	if at.layout, err = r.at.layout.Anew(at.tree, r.builds(ctx)); err != nil {
		return nil, err
	}
	return &at, r.othersThen(ctx, &at, moment)
}

// vary finds out with which settings the step would have been stopped. Where nothing would be deployed differently, what
// rules find depends on no parameter of theirs.
func (r *replayer) vary(ctx context.Context, step *replay.Step, read *Check) error {
	found := map[string]bool{}
	for _, f := range step.Findings {
		found[f.Rule] = true
	}
	for _, v := range r.variations {
		setting := read.judge.rules.settings[v.Rule]
		asks := step.Deploys
		if v.Key == replay.Severity {
			asks = found[v.Rule] || v.Now == string(evaluate.Off)
		}
		if !asks {
			step.StoppedWith = append(step.StoppedWith, step.Stopped)
			continue
		}
		findings, err := read.judge.with(ctx, v.Rule, v.Of(setting))
		if err != nil {
			return err
		}
		step.StoppedWith = append(step.StoppedWith, finding.AnyAtLeast(findings, r.steps.FailOn))
	}
	return nil
}
