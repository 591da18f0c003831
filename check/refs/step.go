package refs

import (
	"context"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/tree"
)

// Step is what one commit made of a branch: base is the branch as it was before.
func Step(ctx context.Context, repo *git.Repo, store *tree.Store, base, head git.Commit) (*Comparison, error) {
	log, err := repo.Between(ctx, base, head)
	if err != nil {
		return nil, err
	}
	return &Comparison{
		Base: base, Head: head, Commits: log.Commits, Truncated: log.Truncated,
		Before: store.Tree(base.Tree), After: store.Tree(head.Tree),
	}, nil
}
