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
	Base   git.Commit
	Head   git.Commit // without a commit where the index is judged
	Staged bool
	Before *tree.Tree
	After  *tree.Tree // what base would become; until Settle, on the assumption that head has all of base

	settle func() (git.Log, *tree.Tree, error)
}

// Compare finds the two sides of a request. Errors that a person can act on are of type *git.Error.
func Compare(ctx context.Context, repo *git.Repo, request Request) (*Comparison, error) {
	store := tree.NewStore(repo)
	if request.Staged {
		return staged(ctx, repo, store)
	}
	base, err := baseOf(ctx, repo, request.Base)
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
	c := &Comparison{Base: base, Head: head, Before: store.Tree(base.Tree), After: store.Tree(head.Tree)}
	c.settle = relation(func() (git.Log, *tree.Tree, error) {
		log, err := repo.Between(ctx, base, head)
		if err != nil || !log.Behind || request.NoMerge {
			return log, c.After, err
		}
		merged, err := repo.Merge(ctx, base, head)
		return log, store.Tree(merged), err
	})
	return c, nil
}

// relation starts to find out how two commits relate, which takes Git as long as reading the trees, and
// returns what waits for it.
func relation(find func() (git.Log, *tree.Tree, error)) func() (git.Log, *tree.Tree, error) {
	type found struct {
		log   git.Log
		after *tree.Tree
		err   error
	}
	done := make(chan found, 1)
	go func() {
		log, after, err := find()
		done <- found{log, after, err}
	}()
	return func() (git.Log, *tree.Tree, error) {
		f := <-done
		return f.log, f.after, f.err
	}
}

// Settle waits for how the two sides relate. It returns the commits that head has and base lacks,
// newest first, and whether After is now another tree: that of a merge. It is called once.
func (c *Comparison) Settle() (log git.Log, merged bool, err error) {
	if c.settle == nil {
		return git.Log{}, false, nil
	}
	log, after, err := c.settle()
	if err != nil {
		return log, false, err
	}
	merged = after.OID() != c.After.OID()
	c.After = after
	return log, merged, nil
}

func baseOf(ctx context.Context, repo *git.Repo, name string) (git.Commit, error) {
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
