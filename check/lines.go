package check

import (
	"context"
	"slices"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// Lines is how versions came to production lately.
type Lines struct {
	Merges   int // that were looked at
	Entering int // that brought a version to production which was new there, though another environment is before it
	Shared   int // those of them that did so by a line that sets it in the environment before, too
}

// latestMerges is how many merges are looked at to tell how a repository works.
const latestMerges = 100

// Lines looks at the latest merges for how they brought versions to production.
func (s *Survey) Lines(ctx context.Context) (Lines, error) {
	var lines Lines
	past, err := s.session.repo.Past(ctx, s.at.commit, latestMerges+1)
	if err != nil {
		return lines, err
	}
	for i := range len(past.Commits) - 1 {
		if err := ctx.Err(); err != nil {
			return lines, err
		}
		lines.Merges++
		entering, shared, err := s.session.entries(ctx, s.at, past.Commits[i+1], past.Commits[i])
		if err != nil {
			continue // of what cannot be read nothing can be told
		}
		if entering {
			lines.Entering++
		}
		if shared {
			lines.Shared++
		}
	}
	return lines, nil
}

// entries reports whether a version entered production from one commit to the next, and whether one did by a shared line.
func (s *Session) entries(ctx context.Context, as *standing, from, to git.PastCommit) (entering, shared bool, err error) {
	before, after := s.store.Tree(from.Tree), s.store.Tree(to.Tree)
	files, err := tree.Diff(before, after)
	if err != nil || len(files) == 0 {
		return false, false, err
	}
	layout, err := as.layout.In(before)
	if err != nil {
		return false, false, err
	}
	then, err := layout.In(after)
	if err != nil {
		return false, false, err
	}
	pairing := overlay.Pair(layout, then, pathsOf(files))
	built, err := event.Build(ctx, event.Comparison{
		Now: s.options.Now, Layout: pairing, Before: before, After: after, States: s.states,
	})
	if err != nil {
		return false, false, err
	}
	for _, c := range built.Changes {
		if !c.Entry || c.After == nil || len(c.Upstream) == 0 || !isProduction(pairing.Path, c.Environment) {
			continue
		}
		entering = true
		shared = shared || slices.ContainsFunc(c.Upstream, func(h event.Holding) bool {
			return slices.ContainsFunc(c.Shared, func(line event.Shared) bool { return line.Environment == h.Environment && line.Already })
		})
	}
	return entering, shared, nil
}

func isProduction(path []overlay.Environment, name string) bool {
	return slices.ContainsFunc(path, func(e overlay.Environment) bool { return e.Name == name && e.Production })
}
