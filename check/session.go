package check

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/govern"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/render"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/check/waiver"
)

// Options say which repository is asked, and by what it is judged.
type Options struct {
	Dir    string // where to look for the repository; empty: the working directory
	Config string // a configuration file on disk, instead of the one at the base ref
	Now    time.Time
	// Progress is told how far a walk through the base branch's history is; nil: nobody asks.
	Progress func(app string, done, all int)
	// Longest asks history for the longest stays too where no rule reads them.
	Longest bool
	// Repositories are addresses of the repository that the caller knows, beside those that it says itself.
	Repositories []string
	// DefaultBranch is what the repository's default branch is called; empty: the caller does not know.
	DefaultBranch string
	// Policies are directories on disk with rules that the caller tries out, beside the bundled ones and the repository's
	// own.
	Policies []string
	// Prints takes what rules that are not bundled print; nil: nobody does.
	Prints func(text string)
}

// Session is one repository that is asked questions: what a change would deploy and what rules say of it (Check),
// which version was where (History), what differs between two environments (Diff), what rules would have said of the past (Replay), when changes may go in (Week), how the environments are laid out and which files
// they are built from (Survey).
// What was read, parsed and rendered for one question is there for the next. A session is for one goroutine at a
// time, and must be closed.
type Session struct {
	options   Options
	repo      *git.Repo
	store     *tree.Store
	parsed    kustomization.Cache
	deploying deploy.Cache
	remotes   func() []string
	trunk     func() string // what the default branch is called; empty: that is not known
	states    *state.Cache
	waivers   map[git.OID][]waiver.Waiver // by the tree that states them
	memory    *history.Memory             // of what the past was at other times; nil: only one is asked about
	policies  *loader
	judges    bool // it is asked what rules find
}

// Open starts to read a repository. Errors that a person can act on are of type *mistake.Error, here
// and from all questions.
func Open(ctx context.Context, o Options) (*Session, error) {
	render.Confine()
	repo, err := git.Open(ctx, o.Dir, git.Options{UseIndexFile: o.Dir == ""})
	if err != nil {
		return nil, err
	}
	s := &Session{
		options: o, repo: repo, store: tree.NewStore(repo), parsed: kustomization.Cache{}, deploying: deploy.Cache{}, states: state.NewCache(), waivers: map[git.OID][]waiver.Waiver{},
		remotes:  sync.OnceValue(func() []string { return repo.Remotes(ctx) }),
		policies: newLoader(o.Policies, o.Prints),
	}
	s.trunk = sync.OnceValue(func() string { return s.defaultBranch(ctx) })
	return s, nil
}

// defaultBranch is what the default branch is called, as a CI system says, else as the clone knows it; empty where neither does.
func (s *Session) defaultBranch(ctx context.Context) string {
	if s.options.DefaultBranch != "" {
		return s.options.DefaultBranch
	}
	main, err := s.repo.DefaultBase(ctx)
	if err != nil {
		return ""
	}
	branch, _, err := s.repo.BranchOf(ctx, main)
	if err != nil {
		return ""
	}
	return branch.Name
}

// Close ends what was started to read the repository.
func (s *Session) Close() error { return s.repo.Close() }

// Top is where the files of the repository lie that are worked on.
func (s *Session) Top(ctx context.Context) (string, error) { return s.repo.WorkTree(ctx) }

// load has the bundled policies loaded while something else is waited for.
func (s *Session) load() {
	s.judges = true
	go func() {
		render.Prepare() // what is built comes first
		_, _ = bundled()
	}()
}

// loadBy does so with all that count where something governs, if they will be asked.
func (s *Session) loadBy(g *govern.Governing) {
	if !s.judges {
		return
	}
	if _, err := g.Rules(); err == nil { // from the repository, which is read by one at a time
		go func() { _, _ = s.policies.by(g) }()
	}
}

// standing is how one commit stands: what governs there, and how it lays out its environments.
type standing struct {
	commit    git.Commit
	tree      *tree.Tree
	governing *govern.Governing
	layout    *overlay.Layout
	self      deploy.Self // the repository, as objects in the commit's tree may name it

	governedFrom string     // the other branch that governing is from; empty: it is the commit's own
	governedBy   git.Commit // of that branch, or where all but the caller's configuration is from
	past         *git.Past  // the commit's, where it is known by now
	branches     *branches  // where each environment has a branch of its own; nil where directories tell them apart
}

// standingBy works out how a commit stands by what governs there, where directories tell environments apart.
func (s *Session) standingBy(ctx context.Context, commit git.Commit, at *tree.Tree, g *govern.Governing) (*standing, error) {
	s.loadBy(g)
	finder, err := overlay.NewFinder(g.Config, s.parsed)
	if err != nil {
		return nil, err
	}
	self := s.self(commit.Name, g)
	self.Default = s.trunk
	s.follow(ctx, finder, self)
	layout, err := finder.Of(at)
	if err != nil {
		return nil, err
	}
	return &standing{commit: commit, tree: at, governing: g, layout: layout, self: self}, nil
}

// builds has layouts know what deployers are built to.
func (s *Session) builds(ctx context.Context) overlay.Build {
	return func(t *tree.Tree, o *overlay.Overlay) ([]deploy.Object, bool, error) {
		return s.states.Deployers(ctx, t, o)
	}
}

// self is the repository at a branch, by the addresses that the configuration has for it, the caller and the clone.
func (s *Session) self(branch string, g *govern.Governing) deploy.Self {
	return deploy.Self{
		Branch:    branch,
		Addresses: func() []string { return slices.Concat(g.Config.Repositories, s.options.Repositories, s.remotes()) },
	}
}

// follow has a finder follow what deployers point to that take this repository.
func (s *Session) follow(ctx context.Context, finder *overlay.Finder, self deploy.Self) {
	finder.Follow(deploy.NewReader(s.deploying, self), s.builds(ctx))
}

// try reads all that depends on what governs a tree, and fails where a check would.
func (s *Session) try(ctx context.Context, g *govern.Governing) error {
	at, err := s.standingBy(ctx, git.Commit{}, g.Tree, g)
	if err != nil {
		return err
	}
	rules, err := s.configure(g, at.layout.Path)
	if err != nil {
		return err
	}
	if _, err := rules.waivers(g, at.layout.Path); err != nil {
		return err
	}
	_, err = at.calendar(at.layout.Path)
	return err
}

// calendar is what a commit says about time, for the environments of a path.
func (at *standing) calendar(path []overlay.Environment) (*calendar.Calendar, error) {
	return at.governing.Calendar(namesOf(path))
}

// past opens the history of a branch as it stands, and that of the branches of other environments.
func (s *Session) past(ctx context.Context, at *standing, now time.Time) (*history.History, error) {
	past, err := history.Open(ctx, history.Source{
		Repo: s.repo, Branch: at.commit, Past: at.past, Tree: at.tree, Depth: at.governing.Config.Depth, Now: now.In(at.governing.Time.Zone),
		Layout: at.layout, States: s.states, Memory: s.memory, Progress: s.options.Progress, Apart: at.branches != nil && at.branches.environment != "",
	})
	if err != nil || at.branches == nil {
		return past, err
	}
	for _, other := range at.branches.others {
		elsewhere, err := s.past(ctx, other, now)
		if err != nil {
			return nil, err
		}
		past.Beside(other.branches.environment, elsewhere)
	}
	return past, nil
}

func namesOf(path []overlay.Environment) []string {
	names := make([]string, 0, len(path))
	for _, environment := range path {
		names = append(names, environment.Name)
	}
	return names
}
