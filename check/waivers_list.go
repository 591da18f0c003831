package check

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/replay"
	"github.com/promocheck/promocheck/check/waiver"
)

// Waivers lists those of the base branch, with what they silenced in the steps that it has made lately. The steps go back
// for as long as a waiver may be idle.
func (s *Session) Waivers(ctx context.Context, request refs.Request, steps Steps) (*waiver.List, error) {
	s.load()
	at, err := s.standingAtBase(ctx, request)
	if err != nil {
		return nil, err
	}
	all, err := s.everywhere(ctx, at, request)
	if err != nil {
		return nil, err
	}
	rules, err := s.configure(at.governing, at.layout.Path)
	if err != nil {
		return nil, err
	}
	waivers, err := rules.waivers(at.governing, at.layout.Path)
	if err != nil {
		return nil, err
	}
	list := &waiver.List{Branch: cmp.Or(at.governedBy.Name, at.commit.Name), Now: s.options.Now.In(at.governing.Time.Zone)}
	past := sync.OnceValues(func() (*history.History, error) { return s.past(ctx, at, s.options.Now) })
	for _, w := range waivers {
		listed, err := s.listed(ctx, at, all, w, past)
		if err != nil {
			return nil, err
		}
		list.Waivers = append(list.Waivers, listed)
	}
	if len(list.Waivers) == 0 {
		return list, nil
	}
	for _, one := range all {
		replayed, err := s.lately(ctx, one, steps)
		if err != nil {
			return nil, err
		}
		list.Steps, list.Of = list.Steps+len(replayed), append(list.Of, one.commit.Name)
		for i := range list.Waivers {
			count(&list.Waivers[i], replayed)
		}
	}
	return list, nil
}

// everywhere is how all branches stand that the waivers of one count for: the branch's own, and where environments have
// branches, those of all that take waivers from the same.
func (s *Session) everywhere(ctx context.Context, at *standing, asked refs.Request) ([]*standing, error) {
	if at.branches == nil || at.branches.environment != "" && at.governedBy.OID == "" {
		return []*standing{at}, nil
	}
	tips, err := s.tips(ctx, at, at.layout.Path)
	if err != nil {
		return nil, err
	}
	var all []*standing
	for i, environment := range at.layout.Path {
		asked.Base, asked.Into = environment.Branch, nil
		one, err := s.standingAt(ctx, tips[i], asked)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// lately judges the steps that are asked for, or those of the time for which a waiver may be idle, if they are more.
func (s *Session) lately(ctx context.Context, at *standing, steps Steps) ([]*replay.Step, error) {
	r := s.replayer(at, steps)
	n, err := r.list(ctx)
	if err != nil {
		return nil, err
	}
	from := s.options.Now.Add(-waiver.Idle)
	if n > 0 && n >= steps.Last && r.past.Commits[n-1].Time.After(from) {
		r.steps.Last, r.steps.Since = 0, from
		if n, err = r.list(ctx); err != nil {
			return nil, err
		}
	}
	return r.judged(ctx, n)
}

// listed is how a waiver stands, but for what it has silenced. It counts for some branches.
func (s *Session) listed(ctx context.Context, at *standing, branches []*standing, w waiver.Waiver, past func() (*history.History, error)) (waiver.Listed, error) {
	since, known, err := s.waivedSince(ctx, at, w, past, s.options.Now)
	if err != nil {
		return waiver.Listed{}, err
	}
	l := waiver.Listed{Waiver: w, State: waiver.Active}
	switch {
	case known:
		l.Waiver, l.Began = w.Came(since), since
	case w.Emergency:
		l.Unproven = true
	}
	switch {
	case l.Unproven:
		l.State = waiver.Uncertain
	case l.Over(s.options.Now):
		l.State = waiver.Ended
	case isSoon(l.Waiver, since, known, s.options.Now):
		l.State = waiver.EndsSoon
	}
	for _, one := range branches {
		if l.Names, err = one.has(w); err != nil || l.Names {
			break
		}
	}
	return l, err
}

// has reports whether a branch has anything of what a waiver names.
func (at *standing) has(w waiver.Waiver) (bool, error) {
	for _, site := range at.layout.Sites {
		if w.In(site.App, site.Environment) && w.At(site.Target) {
			return true, nil
		}
	}
	if w.File == "" {
		return false, nil
	}
	files, err := filesOf(at.tree)
	for _, file := range files {
		if w.Names(file.Path) {
			return true, err
		}
	}
	return false, err
}

// count counts what a waiver silenced in some steps.
func count(l *waiver.Listed, replayed []*replay.Step) {
	for _, step := range replayed {
		for _, f := range step.Findings {
			if f.Waived != nil && f.Waived.Same(l.Waiver) {
				l.Silenced++
				if step.Commit.Time.After(l.Last) {
					l.Last = step.Commit.Time
				}
			}
		}
	}
}

func isSoon(w waiver.Waiver, since time.Time, known bool, now time.Time) bool {
	left := w.Ends.Sub(now)
	return left <= soonMost && (!known || left <= w.Ends.Sub(since)/soonShare)
}
