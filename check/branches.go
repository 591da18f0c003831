package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/govern"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/refs"
)

// branches is what a commit has to do with environments that have a branch each.
type branches struct {
	environment string      // whose branch it is on; empty: no environment's
	name        string      // of the branch; empty where it is not known
	others      []*standing // the branches of the environments before that one, in the order of promotion
}

// onBranch works out how a commit stands on the branch of an environment: all that is in its tree is deployed there, and the
// environments before it are where their branches are. A branch that is no environment's deploys nothing.
func (s *Session) onBranch(ctx context.Context, commit git.Commit, g *govern.Governing, asked refs.Request) (*standing, error) {
	own, err := s.environmentOf(ctx, commit, g.Config, asked)
	if err != nil {
		return nil, err
	}
	at, err := s.standingIn(ctx, commit, g, own)
	if err != nil || own.environment == "" {
		return at, err
	}
	return at, s.addOthers(ctx, at, overlay.Before(at.layout.Path, own.environment))
}

// standingIn is how a commit stands in an environment whose branch it is on.
func (s *Session) standingIn(ctx context.Context, commit git.Commit, g *govern.Governing, own branches) (*standing, error) {
	s.loadBy(g)
	finder, err := overlay.NewFinder(g.Config, s.parsed)
	if err != nil {
		return nil, err
	}
	finder.OfBranch(own.environment)
	self := s.self(own.name, g)
	if own.name != "" {
		self.Default = func() string { return cmp.Or(s.trunk(), "main") } // HEAD is no other environment's branch
	}
	s.follow(ctx, finder, self)
	at := s.store.Tree(commit.Tree)
	layout, err := finder.Of(at)
	if err != nil {
		return nil, err
	}
	return &standing{commit: commit, tree: at, governing: g, layout: layout, self: self, branches: &own}, nil
}

// addOthers adds the branches of other environments.
func (s *Session) addOthers(ctx context.Context, at *standing, environments []overlay.Environment) error {
	tips, err := s.tips(ctx, at, environments)
	if err != nil {
		return err
	}
	for i, environment := range environments {
		other, err := s.standingIn(ctx, tips[i], at.governing, branches{environment: environment.Name, name: environment.Branch})
		if err != nil {
			return err
		}
		at.branches.others = append(at.branches.others, other)
	}
	return nil
}

// tips are those of the branches of environments, as known where the branch is from that a commit is on. Each of them has to
// be there: what such an environment holds would otherwise not be known, and whether that is less or more than it holds
// neither.
func (s *Session) tips(ctx context.Context, at *standing, environments []overlay.Environment) ([]git.Commit, error) {
	from, _, err := s.repo.BranchOf(ctx, at.commit)
	if err != nil {
		return nil, err
	}
	var tips []git.Commit
	var missing []overlay.Environment
	for _, environment := range environments {
		tip, err := s.repo.Tip(ctx, environment.Branch, from.Remote)
		if err != nil && !errors.Is(err, git.ErrMissing) {
			return nil, err
		}
		if err != nil {
			missing = append(missing, environment)
		}
		tips = append(tips, tip)
	}
	if len(missing) > 0 {
		return nil, s.lacking(ctx, at.governing.Config, from.Remote, missing)
	}
	return tips, nil
}

// lacking is an error that names branches to fetch.
func (s *Session) lacking(ctx context.Context, c *config.Config, remote string, missing []overlay.Environment) error {
	var which, names []string
	for _, environment := range missing {
		which = append(which, fmt.Sprintf("%s, the branch of %s", environment.Branch, environment.Name))
		names = append(names, environment.Branch)
	}
	hint, err := s.fetch(ctx, remote, names)
	if err != nil {
		return err
	}
	if hint == "" {
		hint = "push it first, or correct `branch` in " + c.Path
	}
	return &mistake.Error{Problem: "this clone lacks " + strings.Join(which, ", and ") + ": what runs there is not known", Hint: hint, Err: git.ErrMissing}
}

// fetch is what a person types to get branches; empty where there is nowhere to get them from.
func (s *Session) fetch(ctx context.Context, remote string, names []string) (string, error) {
	remote, err := s.repo.Remote(ctx, remote)
	if err != nil || remote == "" {
		return "", err
	}
	command := "git fetch " + quoted(remote)
	for _, name := range names {
		command += " " + quoted("+refs/heads/"+name+":refs/remotes/"+remote+"/"+name)
	}
	return "fetch it: " + command, nil
}

// quoted is a word as a shell takes it for just that.
func quoted(word string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("+-./:_", r)
	}
	if strings.ContainsFunc(word, func(r rune) bool { return !plain(r) }) {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

// environmentOf finds out whose branch a commit is on: the one that it was asked for as, else what a CI system says, else
// the one that is checked out. What is none of these may be production's, so it is refused, but for the default branch:
// what is merged into that is deployed by nobody as it is.
func (s *Session) environmentOf(ctx context.Context, commit git.Commit, c *config.Config, asked refs.Request) (branches, error) {
	branch, isBranch, err := s.repo.BranchOf(ctx, commit)
	if err != nil {
		return branches{}, err
	}
	var names []string
	if isBranch {
		names = append(names, branch.Name)
	}
	names = append(names, asked.Into...)
	if !isBranch {
		here, ok, err := s.repo.BranchOf(ctx, git.Commit{Name: "HEAD"})
		if err != nil {
			return branches{}, err
		}
		if ok {
			names = append(names, here.Name)
		}
	}
	isDefault, err := s.repo.IsDefault(commit)
	if err != nil {
		return branches{}, err
	}
	for i, name := range names {
		environment, ok := c.OnBranch(name)
		if ok && isBranch && isDefault && i > 0 {
			return branches{}, &mistake.Error{
				Problem: fmt.Sprintf("%s is the branch of no environment, and what is pushed goes to %s, which is that of %s", commit.Name, name, environment.Name),
				Hint:    "compare with what that was before the push: --base COMMIT --no-merge",
				Usage:   true,
			}
		}
		if ok {
			return branches{environment: environment.Name, name: name}, nil
		}
	}
	if asked.Staged || isBranch && slices.Contains(asked.Into, branch.Name) {
		return branches{name: branch.Name}, nil // either it is not said yet what the commit goes into, or that it is this branch
	}
	if main, err := s.main(ctx, asked); err == nil {
		if is, _, err := s.repo.BranchOf(ctx, main); err != nil || slices.Contains(names, is.Name) && (!isBranch || branch.Name == is.Name) {
			return branches{name: is.Name}, err
		}
	}
	var known []string
	for _, environment := range c.Environments {
		known = append(known, environment.Branch)
	}
	return branches{}, &mistake.Error{
		Problem: fmt.Sprintf("%s is the branch of no environment that %s names", commit.Name, c.Path),
		Hint:    "compare with what the change goes into, by its branch's name: --base " + strings.Join(known, ", or --base "),
		Usage:   true,
	}
}

// others are the branches of the environments before the one that a commit is on.
func (at *standing) others() []*standing {
	if at.branches == nil {
		return nil
	}
	return at.branches.others
}

// addAll adds the branches of all environments, where a commit is on none's.
func (s *Session) addAll(ctx context.Context, at *standing) error {
	if at.branches == nil || at.branches.environment != "" {
		return nil
	}
	return s.addOthers(ctx, at, at.layout.Path)
}

// sites are those of all branches.
func (at *standing) sites() []overlay.Site {
	sites := slices.Clone(at.layout.Sites)
	for _, other := range at.others() {
		sites = append(sites, other.layout.Sites...)
	}
	slices.SortStableFunc(sites, func(a, b overlay.Site) int { return strings.Compare(a.App, b.App) })
	return sites
}

// undeployed says why nothing that is committed there is deployed; empty where it is.
func (at *standing) undeployed() string {
	switch {
	case at.branches == nil || at.branches.environment != "":
		return ""
	case at.branches.name == "":
		return "no branch is checked out that an environment has"
	}
	return at.branches.name + " is the branch of no environment"
}

// push has a push be judged that goes to an environment's branch by what that becomes. Where a push to another branch goes in
// the end does not show.
func (s *Session) push(ctx context.Context, request *refs.Request) error {
	if request.Push == nil {
		return nil
	}
	main, err := s.main(ctx, *request)
	var unknown *mistake.Error
	if errors.As(err, &unknown) || errors.Is(err, git.ErrMissing) {
		return nil // a default branch that the clone lacks is an error where it is needed
	}
	if err != nil {
		return err
	}
	governing, err := govern.ReadWith(s.store.Tree(main.Tree), s.options.Dir, s.options.Config)
	if err != nil || !governing.Config.ByBranch() {
		return err
	}
	name := strings.TrimPrefix(request.Push.Branch, "refs/heads/")
	if _, ok := governing.Config.OnBranch(name); ok {
		request.Push.Deployed = true
		return nil
	}
	if branch, _, err := s.repo.BranchOf(ctx, main); err != nil || branch.Name == name {
		return err
	}
	return &mistake.Error{Problem: name + " is the branch of no environment", Hint: "the pull request shows which one it goes into", Err: refs.ErrUndeployed}
}

// isKnown reports whether it is known what an environment deploys: that of the branch, and those before it.
func (at *standing) isKnown(environment string) bool {
	return at.branches == nil || at.branches.environment == environment ||
		slices.ContainsFunc(at.others(), func(other *standing) bool { return other.branches.environment == environment })
}

// branchNotices says where what is judged comes from, where environments have branches.
func (s *Session) branchNotices(ctx context.Context, c *change) []string {
	if c.branches == nil {
		return nil
	}
	var notices []string
	if why := c.undeployed(); why != "" {
		notices = append(notices, why+": what is committed there is deployed when it comes to one that is")
	}
	if c.governedFrom != "" {
		notices = append(notices, fmt.Sprintf("judged by the %s of %s, since %s has none", config.FileName, c.governedFrom, c.Base.Name))
	}
	for _, at := range append([]*standing{c.standing}, c.others()...) {
		own, err := s.repo.Own(at.branches.name)
		if err != nil || at.branches.environment == "" {
			continue // there is but one
		}
		known, err := s.repo.Tip(ctx, at.branches.name, "")
		switch here := "this clone's own " + own.Name; {
		case err != nil || own.OID == known.OID:
		case at.commit.OID == own.OID:
			notices = append(notices, fmt.Sprintf("%s is judged by %s; %s is another commit", at.branches.environment, here, known.Name))
		default:
			notices = append(notices, fmt.Sprintf("%s is judged by %s; %s is another commit", at.branches.environment, at.commit.Name, here))
		}
	}
	return notices
}
