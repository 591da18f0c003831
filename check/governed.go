package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/govern"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/tree"
)

// standingAtBase works out how the branch stands that changes go into.
func (s *Session) standingAtBase(ctx context.Context, asked refs.Request) (*standing, error) {
	_, base, err := refs.Base(ctx, s.repo, asked)
	if err != nil {
		return nil, err
	}
	return s.standingAt(ctx, base, asked)
}

// standingAsked works out how the commit stands that is asked for; empty: HEAD.
func (s *Session) standingAsked(ctx context.Context, asked refs.Request) (*standing, error) {
	commit, err := s.repo.Resolve(ctx, cmp.Or(asked.Base, "HEAD"))
	if err != nil {
		return nil, err
	}
	return s.standingAt(ctx, commit, asked)
}

// standingAt works out how a commit stands. Branches of environments hold no more than what is deployed: where the commit
// has no configuration, that of the default branch counts, with all that belongs to it, if it says that the commit's
// branch is an environment's.
func (s *Session) standingAt(ctx context.Context, commit git.Commit, asked refs.Request) (*standing, error) {
	at := s.store.Tree(commit.Tree)
	own, err := govern.ReadWith(at, s.options.Dir, s.options.Config)
	if err != nil {
		return nil, err
	}
	var main *govern.Governing
	var from git.Commit
	var noMain, noEnvironment error
	isIn, err := hasConfiguration(at)
	if err != nil {
		return nil, err
	}
	if !isIn && (!own.Configured || own.Config.ByBranch()) {
		if main, from, noMain, err = s.ofMain(ctx, commit, asked); err != nil {
			return nil, err
		}
	}
	if own.Configured {
		if !own.Config.ByBranch() {
			return s.standingBy(ctx, commit, at, own)
		}
		if noMain != nil {
			return nil, noMain
		}
		if main != nil {
			if err := own.Instead(main); err != nil {
				return nil, err
			}
		}
		at, err := s.onBranch(ctx, commit, own, asked)
		if err == nil && main != nil {
			at.governedBy = from
		}
		return at, err
	}
	if main != nil && main.Config.ByBranch() {
		var branch branches
		if branch, noEnvironment = s.environmentOf(ctx, commit, main.Config, asked); branch.environment != "" || asked.Staged && noEnvironment == nil {
			at, err := s.onBranch(ctx, commit, main, asked)
			if err == nil {
				at.governedFrom, at.governedBy = from.Name, from
			}
			return at, err
		}
	}
	standing, err := s.standingBy(ctx, commit, at, own)
	if err != nil || len(standing.layout.Sites) > 0 {
		return standing, err
	}
	if err := errors.Join(noMain, noEnvironment); err != nil {
		return nil, first(err)
	}
	return standing, s.mayBeEnvironment(ctx, commit, asked)
}

func hasConfiguration(t *tree.Tree) (bool, error) {
	_, err := t.Lookup(config.FileName)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// ofMain is what governs at the default branch, where that is another commit; nil where there is none. lacking says why the
// default branch is not known, where it should be.
func (s *Session) ofMain(ctx context.Context, commit git.Commit, asked refs.Request) (of *govern.Governing, main git.Commit, lacking, err error) {
	if isDefault, err := s.repo.IsDefault(commit); commit.OID == "" || isDefault || err != nil {
		return nil, git.Commit{}, nil, err
	}
	main, err = s.main(ctx, asked)
	var unknown *mistake.Error
	switch {
	case errors.Is(err, git.ErrMissing) || errors.As(err, &unknown) && unknown.Usage:
		lacking, err = s.lacksMain(ctx, commit, asked)
		return nil, git.Commit{}, lacking, err
	case err != nil || main.OID == commit.OID:
		return nil, git.Commit{}, nil, err
	}
	of, err = govern.Read(s.store.Tree(main.Tree))
	if err != nil {
		err = fmt.Errorf("on %s: %w", main.Name, err)
	}
	return of, main, nil, err
}

// main is the default branch: as the caller says, or as the clone knows.
func (s *Session) main(ctx context.Context, asked refs.Request) (git.Commit, error) {
	if asked.Default == "" {
		return s.repo.DefaultBase(ctx)
	}
	return s.repo.Tip(ctx, asked.Default, "")
}

// lacksMain says which branch to fetch that may say what another one is. Where there is no remote, there is none to fetch.
func (s *Session) lacksMain(ctx context.Context, commit git.Commit, asked refs.Request) (lacking, err error) {
	name := asked.Default
	if name == "" {
		name = "main"
	}
	hint, err := s.fetch(ctx, "", []string{name})
	if err != nil || hint == "" {
		return nil, err
	}
	if asked.Default == "" {
		hint += ", if it is called so"
	}
	return &mistake.Error{
		Problem: fmt.Sprintf("%s has neither a %s nor a directory of an environment, and this clone lacks the default branch, which may say what it is", commit.Name, config.FileName),
		Hint:    hint,
		Err:     git.ErrMissing,
	}, nil
}

// mayBeEnvironment refuses a branch that is called like an environment, and in which nothing is one: everything in it may
// be production's.
func (s *Session) mayBeEnvironment(ctx context.Context, commit git.Commit, asked refs.Request) error {
	branch, _, err := s.repo.BranchOf(ctx, commit)
	if err != nil {
		return err
	}
	environment, ok := overlay.BranchSays(branch.Name)
	if !ok {
		return nil
	}
	known, err := s.repo.Branches(ctx)
	if err != nil {
		return err
	}
	var list []string
	for _, e := range overlay.CalledLike(known, branch.Name) {
		list = append(list, fmt.Sprintf("{name: %s, branch: %s}", e.Name, e.Branch))
	}
	where := "the default branch"
	if main, err := s.main(ctx, asked); err == nil {
		where = main.Name
	}
	return &mistake.Error{
		Problem: fmt.Sprintf("%s is called like an environment (%s), and no directory in it is one's: nothing says what it deploys", commit.Name, environment),
		Hint: fmt.Sprintf("if each environment has a branch, commit a %s to %s that lists them in the order of promotion: environments: [%s]",
			config.FileName, where, strings.Join(list, ", ")),
		Usage: true,
	}
}
