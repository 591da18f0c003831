package history

import (
	"time"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/tree"
)

// Since is the commit from which on the branch's trees have had something without a break, which its tip has. It depends on
// nothing but what is watched. known is false where it may have been there before the first commit that is known.
func (h *History) Since(watch *tree.Watch, has func(*tree.Tree) (bool, error)) (since git.PastCommit, known bool, err error) {
	newer := h.Tree
	for i, commit := range h.past.Commits {
		if i == 0 {
			continue
		}
		older := h.Tree.At(commit.Tree)
		differs, err := watch.Differs(older, newer)
		if err != nil {
			return since, false, err
		}
		if differs {
			if had, err := has(older); err != nil || !had {
				return h.past.Commits[i-1], true, err
			}
		}
		newer = older
	}
	return h.Oldest(), h.Whole(), nil
}

// Earliest is when a commit came at the earliest: where its clock was ahead, not before the last one whose clock was not. It is
// false where there is none.
func (h *History) Earliest(commit git.PastCommit) (time.Time, bool) {
	for _, older := range h.past.Commits[max(0, h.position(commit.OID)):] {
		if !older.Ahead {
			return older.Time, true
		}
	}
	return time.Time{}, false
}
