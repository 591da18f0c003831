// Package refs decides what is compared: which commits or index the caller means, and which two trees
// show what the base branch would become.
package refs

import (
	"context"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/tree"
)

// Request is what a caller asks to compare.
type Request struct {
	Base    string // empty: the default branch of the upstream repository
	Head    string // empty: HEAD
	Staged  bool   // compare HEAD with the index instead
	NoMerge bool   // compare the trees as they are
}

// Comparison is the two sides of a change, and the trees to judge it by.
type Comparison struct {
	Base    git.Commit
	Head    git.Commit // without a commit where the index is judged
	Staged  bool
	Commits []git.LogEntry // what head has and base lacks, newest first
	Before  *tree.Tree
	After   *tree.Tree // what base would become
	// Truncated says that there are more commits than are listed.
	Truncated bool
}

// Compare finds the two sides of a request. Errors that a person can act on are of type *git.Error.
func Compare(ctx context.Context, repo *git.Repo, request Request) (*Comparison, error) {
	store := tree.NewStore(repo)
	if request.Staged {
		return staged(ctx, repo, store)
	}
	base, err := Base(ctx, repo, request.Base)
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
		return nil, &git.Error{
			Problem: base.Name + " and " + head.Name + " are the same commit: comparing them would find nothing, ever",
			Hint:    "on a push, compare with what was there before it, --base HEAD^ for a single commit; on a branch, name the branch that it goes into with --base",
			Usage:   true,
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
		Base: base, Head: head, Commits: log.Commits, Truncated: log.Truncated,
		Before: store.Tree(base.Tree), After: store.Tree(after),
	}, nil
}

// Base finds the branch that changes go into: the default branch of the upstream repository where none is
// named.
func Base(ctx context.Context, repo *git.Repo, name string) (git.Commit, error) {
	if name == "" {
		return repo.DefaultBase(ctx)
	}
	return repo.Resolve(ctx, name)
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
