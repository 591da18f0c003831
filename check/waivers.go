package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/govern"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/check/waiver"
)

// waivers are those that govern, with environments called as the repository calls them. One of a rule or an environment
// that there is not would excuse nothing, and nobody would be told.
func (r *rules) waivers(g *govern.Governing, path []overlay.Environment) ([]waiver.Waiver, error) {
	names := namesOf(path)
	var known []string
	for _, rule := range r.all {
		known = append(known, rule.ID)
	}
	waivers := slices.Clone(g.Waivers)
	for i := range waivers {
		w := &waivers[i]
		if !w.Emergency && !slices.Contains(known, w.Rule) {
			return nil, mistake.Configured(w.Path, w.Line, fmt.Sprintf("there is no rule %q to be waived%s", w.Rule, spelling.Suggest(w.Rule, known)))
		}
		if w.Environment == "" || len(names) == 0 { // a repo before its first overlay
			continue
		}
		called, ok := spelling.Among(names, w.Environment)
		if !ok {
			return nil, mistake.Configured(w.Path, w.Line,
				fmt.Sprintf("environment %q is not on the promotion path: %s%s", w.Environment, strings.Join(names, ", "), spelling.Suggest(w.Environment, names)))
		}
		w.Environment = called
	}
	return waivers, nil
}

// began has each emergency that concerns an event end as it has to, by when it came to the base branch.
func (s *Session) began(ctx context.Context, at *standing, e *event.Event, waivers []waiver.Waiver, past func() (*history.History, error), now time.Time) error {
	for i, w := range waivers {
		if !w.Emergency || w.Over(now) || !concerns(w, e) {
			continue
		}
		since, known, err := s.waivedSince(ctx, at, w, past, now)
		if err != nil {
			return err
		}
		waivers[i] = w.Came(since)
		waivers[i].Unproven = !known
	}
	return nil
}

// waiverNotices says which waivers end soon or have ended, of those that concern what changes, and what becomes of those
// that the change itself brings.
func (s *Session) waiverNotices(ctx context.Context, c *change, e *event.Event, waivers []waiver.Waiver, past func() (*history.History, error)) ([]string, error) {
	notices, err := s.brought(c, e)
	if err != nil {
		return nil, err
	}
	now := s.options.Now
	atHead := c.Staged && len(notices) == 0
	for _, w := range waivers {
		if !concerns(w, e) {
			continue
		}
		if atHead && !w.Over(now) {
			atHead = false
			notices = append(notices, "what is staged is judged by the waivers at HEAD")
		}
		if w.Unproven {
			notices = append(notices, fmt.Sprintf("%s does not count: an emergency lasts a day, and when this one came to the base branch is not known", w))
			continue
		}
		if w.Over(now) {
			notices = append(notices, fmt.Sprintf("%s has ended, on %s: remove it, or decide anew", w, w.End()))
			continue
		}
		soon, err := s.endsSoon(ctx, c, w, past)
		if err != nil {
			return nil, err
		}
		if soon {
			notices = append(notices, fmt.Sprintf("%s ends soon, on %s", w, w.End()))
		}
	}
	return notices, nil
}

// concerns reports whether a waiver is about an app that changes, or about a file that does.
func concerns(w waiver.Waiver, e *event.Event) bool {
	return slices.ContainsFunc(e.Effects, func(effect event.Effect) bool { return w.Concerns(effect.App) }) ||
		slices.ContainsFunc(e.Changes, func(c event.Change) bool { return w.Concerns(c.App) }) ||
		slices.ContainsFunc(e.Files, func(file event.File) bool { return w.Names(file.Path) })
}

// What is left of a waiver's time when it is said to end soon: a tenth of it, and no more than a week.
const (
	soonShare = 10
	soonMost  = 7 * 24 * time.Hour
)

func (s *Session) endsSoon(ctx context.Context, c *change, w waiver.Waiver, past func() (*history.History, error)) (bool, error) {
	if w.Ends.Sub(s.options.Now) > soonMost {
		return false, nil
	}
	since, known, err := s.waivedSince(ctx, c.standing, w, past, s.options.Now)
	return err == nil && isSoon(w, since, known, s.options.Now), err
}

// waivedSince is when a waiver came to the branch that it is read from, at the earliest. It is the same one as long as it says the
// same, wherever it is stated.
func (s *Session) waivedSince(ctx context.Context, at *standing, w waiver.Waiver, past func() (*history.History, error), now time.Time) (since time.Time, known bool, err error) {
	if at.governing.States(w) {
		return time.Time{}, false, nil // a file has no past
	}
	all, err := past()
	if err == nil && at.governing.Tree.OID() != at.tree.OID() {
		all, err = history.Open(ctx, history.Source{
			Repo: s.repo, Branch: at.governedBy, Tree: at.governing.Tree, Depth: at.governing.Config.Depth, Now: now,
		})
	}
	if err != nil {
		return time.Time{}, false, err
	}
	watch := &tree.Watch{}
	watch.Entry(config.FileName)
	watch.Whole(waiver.Directory)
	commit, known, err := all.Since(watch, func(older *tree.Tree) (bool, error) {
		waivers, err := s.waiversIn(older)
		return slices.ContainsFunc(waivers, w.Same), err
	})
	since, isTold := all.Earliest(commit)
	return since, known && isTold, err
}

// waiversIn are those that a tree states, read once for all that are looked for. Where what governs there is wrong, nothing
// could be judged by it.
func (s *Session) waiversIn(t *tree.Tree) ([]waiver.Waiver, error) {
	if waivers, known := s.waivers[t.OID()]; known {
		return waivers, nil
	}
	governing, err := govern.Read(t)
	switch wrong := new(mistake.Error); {
	case errors.As(err, &wrong):
		governing = &govern.Governing{}
	case err != nil:
		return nil, err
	}
	s.waivers[t.OID()] = governing.Waivers
	return governing.Waivers, nil
}

// brought says what becomes of the waivers that a change adds, edits or removes.
func (s *Session) brought(c *change, e *event.Event) ([]string, error) {
	if !slices.ContainsFunc(c.files, func(file tree.Change) bool { return file.Path == config.FileName || waiver.MayBeIn(file.Path) }) {
		return nil, nil
	}
	if c.governing.Tree.OID() != c.tree.OID() {
		said, _ := c.After.ReadFile(config.FileName) // where there is none, it brings none
		if !bytes.Contains(said, []byte("waivers")) && !slices.ContainsFunc(c.files, func(file tree.Change) bool { return waiver.MayBeIn(file.Path) }) {
			return nil, nil
		}
		return []string{"waivers are read from " + c.governedBy.Name + ", and those of the change count for nothing here: merge them there"}, nil
	}
	after, err := govern.ReadWith(c.After, s.options.Dir, s.options.Config)
	if err != nil {
		return nil, err
	}
	added, removed := "it is judged without it, by those at "+c.Base.Name, "it is still judged with it, as "+c.Base.Name+" is"
	if c.Staged {
		added, removed = "what is staged is judged without it, by those at HEAD", "what is staged is still judged with it, by those at HEAD"
	}
	var notices []string
	for _, w := range lacking(after.Waivers, c.governing.Waivers) {
		then := ". Merge the " + w.Kind() + " first, by a change of its own, and then this one"
		if len(e.Effects)+len(e.Changes) == 0 {
			then = ", and it counts once it is merged"
		}
		notices = append(notices, fmt.Sprintf("the change adds %s; %s%s", w, added, then))
	}
	for _, w := range lacking(c.governing.Waivers, after.Waivers) {
		notices = append(notices, fmt.Sprintf("the change removes %s; %s", w, removed))
	}
	return notices, nil
}

// lacking are the waivers that others do not have among them.
func lacking(waivers, others []waiver.Waiver) []waiver.Waiver {
	return slices.DeleteFunc(slices.Clone(waivers), func(w waiver.Waiver) bool { return slices.ContainsFunc(others, w.Same) })
}
