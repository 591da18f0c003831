package refs

import (
	"context"
	"errors"
	"strings"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/mistake"
)

// ErrFirstPush is a push to a remote that has nothing to compare with.
var ErrFirstPush = errors.New("nothing to compare with")

// ErrUndeployed is a push to a branch that deploys nothing, and may go into any that does.
var ErrUndeployed = errors.New("the branch deploys nothing")

// Push is what a hook is told of a push.
type Push struct {
	Remote string // its name
	Branch string // the ref there that changes, refs/heads/main
	From   string // what that is now; empty if it is new
	To     string // what it becomes
	// Deployed is set where the branch is an environment's own, which is judged by what the push makes of it.
	Deployed bool
}

// base is what a push is judged against. The default branch becomes exactly what is pushed, whatever
// it was before; any other branch is judged by what merging it into the default branch would make of that.
func (p *Push) base(ctx context.Context, repo *git.Repo, request Request) (Request, git.Commit, error) {
	request.Head = p.To
	if p.Deployed {
		if p.From == "" {
			return request, git.Commit{}, ErrFirstPush
		}
		base, err := repo.Resolve(ctx, p.From)
		branch := p.Remote + "/" + strings.TrimPrefix(p.Branch, "refs/heads/")
		base.Name, base.Ref, request.NoMerge = branch, "refs/remotes/"+branch, true
		return request, base, err
	}
	base, err := repo.DefaultBase(ctx)
	if err != nil {
		var unknown *mistake.Error
		if p.From == "" && errors.As(err, &unknown) && unknown.Usage {
			err = ErrFirstPush
		}
		return request, base, err
	}
	if p.From != "" && base.Name == p.Remote+"/"+strings.TrimPrefix(p.Branch, "refs/heads/") {
		name := base.Name
		base, err = repo.Resolve(ctx, p.From)
		base.Name, request.NoMerge = name, true
	}
	return request, base, err
}
