// Package refs decides what is compared: which commits or index the caller means, and which two trees
// show what the base branch would become.
package refs

import (
	"context"
	"errors"
	"fmt"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
)

// ErrSame is a base that is the head too.
var ErrSame = errors.New("base and head are the same commit")

// Request is what a caller asks to compare.
type Request struct {
	Base    string // empty: Target, else the default branch of the upstream repository
	Target  string // the remote's branch that the change goes into, as a CI system names it
	Head    string // empty: HEAD
	Staged  bool   // compare HEAD with the index instead
	Push    *Push  // compare what a push changes instead
	NoMerge bool   // compare the trees as they are
	// Into are branches that the change may go into by what a CI system says. They count where Base names no branch.
	Into    []string
	Default string // the default branch, as a CI system names it; empty: as the clone knows
}

// Comparison is the two sides of a change, and the trees to judge it by.
type Comparison struct {
	Base      git.Commit
	Head      git.Commit // without a commit where the index is judged
	Staged    bool
	AsTheyAre bool           // the trees are compared as they are, instead of merging head into base
	Commits   []git.LogEntry // what head has and base lacks, newest first
	Before    *tree.Tree
	After     *tree.Tree // what base would become
	// Truncated says that there are more commits than are listed.
	Truncated bool
}

// Compare finds the two sides of a request, of which the trees are read into the store. Errors that a person
// can act on are of type *mistake.Error.
func Compare(ctx context.Context, repo *git.Repo, store *tree.Store, request Request) (*Comparison, error) {
	if request.Staged {
		return staged(ctx, repo, store)
	}
	request, base, err := Base(ctx, repo, request)
	if err != nil {
		return nil, err
	}
	name := request.Head
	if name == "" {
		name = "HEAD"
	}
	head, err := repo.Resolve(ctx, name)
	if err != nil {
		return nil, err
	}
	if base.OID == head.OID {
		return nil, &mistake.Error{
			Problem: base.Name + " and " + head.Name + " are the same commit: comparing them would find nothing, ever",
			Hint:    "on a push, compare with what was there before it, --base HEAD^ for a single commit; on a branch, name the branch that it goes into with --base",
			Usage:   true,
			Err:     ErrSame,
		}
	}
	log, err := repo.Between(ctx, base, head)
	if err != nil {
		return nil, err
	}
	after := head.Tree
	if log.Behind && !request.NoMerge {
		if after, err = repo.Merge(ctx, base, head); err != nil {
			return nil, err
		}
	}
	return &Comparison{
		Base: base, Head: head, AsTheyAre: request.NoMerge, Commits: log.Commits, Truncated: log.Truncated,
		Before: store.Tree(base.Tree), After: store.Tree(after),
	}, nil
}

// Base finds the base of a request, and completes the request with what follows from it.
func Base(ctx context.Context, repo *git.Repo, request Request) (Request, git.Commit, error) {
	switch {
	case request.Push != nil:
		return request.Push.base(ctx, repo, request)
	case request.Base != "":
		base, err := repo.Resolve(ctx, request.Base)
		return request, base, err
	case request.Target != "":
		base, err := target(ctx, repo, request.Target)
		return request, base, err
	}
	base, err := repo.DefaultBase(ctx)
	return request, base, err
}

// target is a branch as the remote has it: a local one of that name may be left over from an earlier
// build, and old.
func target(ctx context.Context, repo *git.Repo, branch string) (git.Commit, error) {
	const remote = "origin/"
	base, err := repo.Resolve(ctx, "refs/remotes/"+remote+branch)
	if errors.Is(err, git.ErrMissing) {
		base, err = repo.Resolve(ctx, branch)
		var unknown *mistake.Error
		if errors.Is(err, git.ErrMissing) && errors.As(err, &unknown) {
			unknown.Problem = fmt.Sprintf("the branch %q, which the pull request goes into, is not in this clone", branch)
			unknown.Hint = "fetch it, and the history back to where the two part, or name another with --base"
		}
		return base, err
	}
	base.Name = remote + branch
	return base, err
}

// staged compares HEAD with the index: what a commit made now would change.
func staged(ctx context.Context, repo *git.Repo, store *tree.Store) (*Comparison, error) {
	index, err := repo.Staged(ctx)
	if err != nil {
		return nil, err
	}
	after, err := store.Graft(index.Base.Tree, index.Changes)
	if err != nil {
		return nil, err
	}
	return &Comparison{
		Base: index.Base, Head: git.Commit{Name: "index", Tree: after.OID()}, Staged: true,
		Before: store.Tree(index.Base.Tree), After: after,
	}, nil
}
