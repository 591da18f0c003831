// Package history looks into the base branch's past: which environment held which version, since when
// and until when, and who brought it there.
//
// It follows the branch's first parents, merge by merge, the newest first, and goes back only as far as what is
// asked needs. Of an app, only the commits count that touch what its overlays are built from, and of those only
// the states are rendered that may say something: a version whose tag stands in no file of an overlay is not in
// what that overlay renders to, and a change that moves no version needs no new look.
package history

import (
	"context"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// Source is the branch whose past is asked for, and how its overlays are found.
type Source struct {
	Repo   *git.Repo
	Branch git.Commit
	Past   *git.Past       // its commits, where they are known by now; nil: they are read
	Tree   *tree.Tree      // the branch's own
	Depth  int             // how many commits back to look
	Now    time.Time       // commits from the future count as made now
	Layout *overlay.Layout // the branch's: environments are called as it calls them, and apps told apart as there
	States *state.Cache
	Memory *Memory // of what was worked out for other histories; nil: there are none
	Apart  bool    // it is one environment's, and others have other branches
	// Progress is told from time to time how far the walk through the commits is; nil: nobody asks.
	Progress func(app string, done, all int)
}

// History is the past of a branch. What is asked of it is gathered in an Inquiry, and answered in one walk.
type History struct {
	Source
	ctx     context.Context // of whoever opened it
	past    git.Past
	brought map[git.OID][]git.LogEntry // by a commit, if it was asked for

	beside []beside // of the environments that have another branch, each in its own
	backs  map[place.Place]*back
	// followed are the points after a commit by which something left a place, as they were asked for.
	followed map[departedFrom][]point
	states   map[state.Key]*state.State // those of the past that were asked for last
	failed   error                      // the first that came up while answers were put together
}

// Open reads the list of commits.
func Open(ctx context.Context, source Source) (*History, error) {
	h := &History{Source: source, ctx: ctx, brought: map[git.OID][]git.LogEntry{}, backs: map[place.Place]*back{}, followed: map[departedFrom][]point{}, states: map[state.Key]*state.State{}}
	if source.Branch.OID == "" {
		h.past.Whole = true // before the first commit there was nothing
		return h, nil
	}
	if source.Past == nil {
		past, err := source.Repo.Past(ctx, source.Branch, source.Depth)
		if err != nil {
			return nil, err
		}
		source.Past = &past
	}
	h.past = *source.Past
	Settle(h.past.Commits, source.Now)
	return h, nil
}

// Settle makes the times of commits those at which they can have come to the branch: none after now, and
// none before that of an older commit. Committers' clocks are not to be trusted: an early time would
// pretend that a version was long there.
func Settle(commits []git.PastCommit, now time.Time) {
	latest, first := now, now
	for i := range commits {
		if commits[i].Ahead = commits[i].Ahead || commits[i].Time.After(first); !commits[i].Ahead {
			first = commits[i].Time
		}
		if commits[i].Time.After(now) {
			commits[i].Time = latest
		}
		latest = commits[i].Time
	}
	for i, commit := range slices.Backward(commits) {
		if i+1 < len(commits) && commit.Time.Before(commits[i+1].Time) {
			commits[i].Time = commits[i+1].Time
		}
	}
}

// Whole reports whether the past is known back to the first commit.
func (h *History) Whole() bool { return h.past.Whole }

// Shallow reports whether it is the clone that hides what was before.
func (h *History) Shallow() bool { return h.past.Shallow }

// Commits is how many commits of the branch are known.
func (h *History) Commits() int { return len(h.past.Commits) }

// Oldest is the first commit that is known.
func (h *History) Oldest() git.PastCommit {
	if len(h.past.Commits) == 0 {
		return git.PastCommit{}
	}
	return h.past.Commits[len(h.past.Commits)-1]
}
