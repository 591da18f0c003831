package check

import (
	"context"
	"path"
	"strings"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/govern"
	"github.com/promocheck/promocheck/check/overlay"
)

// ofBranches looks at the branches of all environments. Whatever is checked out, each counts as it is known to be deployed.
func (s *Survey) ofBranches(ctx context.Context, governing *govern.Governing) (err error) {
	if s.at, err = s.session.standingIn(ctx, s.at.commit, governing, branches{}); err != nil {
		return err
	}
	if err := s.session.addAll(ctx, s.at); err != nil {
		return err
	}
	s.Layout = s.at.layout.With(s.at.sites())
	for _, other := range s.at.others() {
		files, err := s.account(other)
		if err != nil {
			return err
		}
		for _, file := range files {
			file.Path, file.Environment = other.branches.name+":"+file.Path, true
			s.Files = append(s.Files, file)
		}
	}
	if main, err := s.session.repo.DefaultBase(ctx); err == nil {
		s.Default = main.Name
	}
	return nil
}

// hydrated is the file that Argo CD's hydrator leaves beside what it renders.
const hydrated = "hydrator.metadata"

// branchesAsEnvironments recognises environments that have a branch each: the branches are called like environments, all in
// the same way, and either a hydrator writes them, or no directory is an environment's, neither there nor where one is.
func (s *Session) branchesAsEnvironments(ctx context.Context, here *standing) ([]config.Environment, error) {
	names, err := s.repo.Branches(ctx)
	if err != nil {
		return nil, err
	}
	tried := map[string]bool{}
	for _, name := range names {
		if tried[path.Dir(name)] {
			continue
		}
		tried[path.Dir(name)] = true
		found := overlay.CalledLike(names, name)
		if len(found) < 2 {
			continue
		}
		environments := make([]config.Environment, 0, len(found))
		are := true
		for _, e := range found {
			environments = append(environments, config.Environment{Name: e.Name, Branch: e.Branch})
			is, err := s.isEnvironment(ctx, e.Branch, here)
			if err != nil {
				return nil, err
			}
			are = are && is
		}
		if are {
			return environments, nil
		}
	}
	return nil, nil
}

// isEnvironment reports whether all of a branch reads as an environment's.
func (s *Session) isEnvironment(ctx context.Context, branch string, here *standing) (bool, error) {
	tip, err := s.repo.Tip(ctx, branch, "")
	if err != nil {
		return false, err
	}
	at, err := s.standingBy(ctx, tip, s.store.Tree(tip.Tree), here.governing)
	if err != nil {
		return false, err
	}
	files, err := filesOf(at.tree)
	if err != nil {
		return false, err
	}
	manifests := false
	for _, file := range files {
		if path.Base(file.Path) == hydrated {
			return true, nil
		}
		manifests = manifests || strings.HasSuffix(file.Path, ".yaml") || strings.HasSuffix(file.Path, ".yml")
	}
	return manifests && len(at.layout.Sites) == 0 && len(here.layout.Sites) == 0, nil
}
