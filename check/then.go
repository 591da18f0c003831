package check

import (
	"context"
	"fmt"
	"time"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/mistake"
)

// then is a branch beside the one whose steps are judged: each step is judged by what that one was when the step was made.
type then struct {
	branch git.Commit // its tip today
	past   git.Past
	depth  int
}

// thenOf reads the past of a branch, of which moments are asked that are not before some time.
func (s *Session) thenOf(ctx context.Context, branch git.Commit, from time.Time, depth int) (*then, error) {
	past, err := s.pastFrom(ctx, branch, from, depth)
	return &then{branch, past, depth}, err
}

// pastFrom reads the past of a branch back to a time, and so many commits of what was before that. Their times are those at
// which they can have come to the branch.
func (s *Session) pastFrom(ctx context.Context, branch git.Commit, from time.Time, depth int) (git.Past, error) {
	for most := depth + 1; ; most *= 2 {
		past, err := s.repo.Past(ctx, branch, most)
		if err != nil {
			return git.Past{}, err
		}
		history.Settle(past.Commits, s.options.Now)
		if tip, ok := past.TipAt(from); len(past.Commits) < most || ok && tip+depth <= len(past.Commits) {
			return past, nil
		}
	}
}

// at is the branch's commit at a moment, with its past; false where the branch was not there yet.
func (b *then) at(repo *git.Repo, moment time.Time) (commit git.Commit, past *git.Past, ok bool, err error) {
	tip, ok := b.past.TipAt(moment)
	if !ok && b.past.Whole {
		return git.Commit{Name: b.branch.Name, Ref: b.branch.Ref}, nil, false, nil
	}
	if !ok {
		return git.Commit{}, nil, false, &mistake.Error{
			Problem: fmt.Sprintf("what %s was then is not known: this clone has its past back to %s", b.branch.Name, b.oldest()),
			Hint:    "fetch all of it: git fetch --unshallow",
		}
	}
	from := b.past.From(tip, b.depth)
	commit, err = repo.At(b.branch, b.past.Commits[tip].OID)
	return commit, &from, true, err
}

func (b *then) oldest() string {
	return b.past.Commits[len(b.past.Commits)-1].Time.UTC().Format(time.DateOnly)
}

// beside reads the pasts of all branches that steps since a time are judged by, beside that whose steps they are.
func (r *replayer) beside(ctx context.Context, from time.Time) error {
	depth := r.at.governing.Config.Depth
	r.others, r.layouts = nil, nil
	if r.at.governedBy.OID != "" {
		var err error
		if r.governs, err = r.thenOf(ctx, r.at.governedBy, from, depth); err != nil {
			return err
		}
	}
	for _, other := range r.at.others() {
		was, err := r.thenOf(ctx, other.commit, from, depth)
		if err != nil {
			return err
		}
		r.others, r.layouts = append(r.others, was), append(r.layouts, other.layout)
	}
	return nil
}

// governedThen has a commit be governed as it was at a moment: the configuration is today's, but a freeze and waivers are those
// that there were.
func (r *replayer) governedThen(at *standing, moment time.Time) error {
	says := at.tree
	if r.governs != nil {
		// A branch that was not there yet said nothing.
		commit, _, _, err := r.governs.at(r.repo, moment)
		if err != nil {
			return err
		}
		at.governedBy, says = commit, r.store.Tree(commit.Tree)
	}
	var err error
	at.governing, err = r.at.governing.On(says)
	return err
}

// othersThen has the other environments' branches be what they were at a moment.
func (r *replayer) othersThen(ctx context.Context, at *standing, moment time.Time) error {
	if len(r.others) == 0 {
		return nil
	}
	own := *at.branches
	own.others = nil
	for i, was := range r.others {
		other := *r.at.branches.others[i]
		commit, past, ok, err := was.at(r.repo, moment)
		if err != nil {
			return err
		}
		if !ok {
			return &mistake.Error{Problem: fmt.Sprintf("%s, the branch of %s, was not there yet: what ran in %s is not known", was.branch.Name, other.branches.environment, other.branches.environment)}
		}
		other.commit, other.tree, other.past, other.governing = commit, r.store.Tree(commit.Tree), past, at.governing
		if other.layout, err = r.layouts[i].Anew(other.tree, r.builds(ctx)); err != nil {
			return err
		}
		r.layouts[i] = other.layout // steps that follow each other mostly meet the same
		own.others = append(own.others, &other)
	}
	at.branches = &own
	return nil
}
