// Package check is the whole of promocheck as one pipeline: from two refs to findings.
package check

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// Options say what to check.
type Options struct {
	refs.Request
	Dir    string // where to look for the repository; empty: the working directory
	Config string // a configuration file on disk, instead of the one at the base ref
	Now    time.Time
	// Progress is told how far a walk through the base branch's history is; nil: nobody asks.
	Progress func(app string, done, all int)

	// Policies are directories on disk with rules of the caller's own, beside the bundled ones.
	Policies []string
}

// Check is a change that was read, ready to be judged.
type Check struct {
	Event       *event.Event
	After       *tree.Tree // what the base branch would become
	ZoneIsGiven bool       // the configuration names the time zone
	Notices     []string   // what a person should know about how the change was read

	repo     *git.Repo
	rules    *rules
	now      time.Time
	timeline *calendar.Timeline
}

// Read works out what a change would deploy where. Errors that a person can act on are of type
// *git.Error or *config.Error. The check must be closed.
func Read(ctx context.Context, o Options) (c *Check, err error) {
	loading := load(o.Policies)
	repo, err := git.Open(ctx, o.Dir, git.Options{UseIndexFile: o.Dir == ""})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = repo.Close() // it was only read; the error that matters is err
		}
	}()
	compared, err := refs.Compare(ctx, repo, o.Request)
	if err != nil {
		return nil, err
	}
	// The search for overlays looks at all of both.
	if err := tree.Load(compared.Before, compared.After); err != nil {
		return nil, err
	}
	changes, err := tree.Diff(compared.Before, compared.After)
	if err != nil {
		return nil, err
	}
	configuration, err := readConfig(o, compared.Before)
	if err != nil {
		return nil, err
	}
	if o.Config == "" {
		if err := checkOwnConfig(compared.Before, compared.After); err != nil {
			return nil, err
		}
		if err := checkOwnWindows(configuration, compared.After, changes); err != nil {
			return nil, err
		}
	}
	parsed, states := kustomization.Cache{}, state.NewCache()
	before := overlay.Side{Tree: compared.Before, Reader: kustomization.NewReader(compared.Before, parsed)}
	after := overlay.Side{Tree: compared.After, Reader: kustomization.NewReader(compared.After, parsed)}
	layout, err := overlay.Find(before, after, pathsOf(changes), configuration)
	if err != nil {
		return nil, err
	}
	times, err := calendar.Read(configuration, compared.Before, layout.Path)
	if err != nil {
		return nil, err
	}
	past := sync.OnceValues(func() (*history.History, error) {
		return history.Open(ctx, history.Source{
			Repo: repo, Branch: compared.Base, Tree: compared.Before, Depth: configuration.Depth, Now: o.Now,
			Layout: layout, Parsed: parsed, States: states, Progress: o.Progress,
		})
	})
	built, err := event.Build(event.Comparison{
		Now:    o.Now.In(configuration.Timezone),
		Base:   baseOf(compared),
		Head:   headOf(compared),
		Layout: layout,
		Before: compared.Before,
		After:  compared.After,
		States: states,
		Past:   past,
	})
	if err != nil {
		return nil, err
	}
	timeline := times.Timeline(calendar.PlacesOf(built))
	built.Time = timeline.At(o.Now)
	// The rules are only asked for here because they take as long to load as the event to build.
	rules, err := configure(loading, configuration, built)
	if err != nil {
		return nil, err
	}
	return &Check{
		Event:       built,
		After:       compared.After,
		ZoneIsGiven: configuration.ZoneIsGiven,
		Notices:     append(notices(o, configuration, compared, changes, layout), historyNotice(built, past)...),
		repo:        repo,
		rules:       rules,
		now:         o.Now,
		timeline:    timeline,
	}, nil
}

// Findings asks the rules what they find in the change.
func (c *Check) Findings(ctx context.Context) ([]finding.Finding, error) {
	results, err := c.rules.Evaluate(ctx, c.Event)
	if err != nil {
		return nil, err
	}
	return finding.Of(results, c.rules.all, c.rules.settings, c.Event), nil
}

// Rules are those that look for findings: all but the ones that the configuration switches off.
func (c *Check) Rules() []evaluate.Rule {
	return slices.DeleteFunc(slices.Clone(c.rules.all), func(rule evaluate.Rule) bool {
		return c.rules.settings[rule.ID].Severity == evaluate.Off
	})
}

// Close ends what was started to read the repository.
func (c *Check) Close() error { return c.repo.Close() }

func pathsOf(changes []tree.Change) []string {
	paths := make([]string, 0, len(changes))
	for _, change := range changes {
		paths = append(paths, change.Path)
	}
	return paths
}

func baseOf(c *refs.Comparison) event.Ref {
	return event.Ref{Ref: c.Base.Name, Commit: string(c.Base.OID)}
}

func headOf(c *refs.Comparison) event.Head {
	head := event.Head{
		Ref:     event.Ref{Ref: c.Head.Name, Commit: string(c.Head.OID)},
		Staged:  c.Staged,
		Commits: make([]event.Commit, 0, len(c.Commits)),
	}
	for _, entry := range c.Commits {
		head.Commits = append(head.Commits, event.Commit{
			Commit: string(entry.OID), Author: entry.Author, Subject: entry.Subject, Trailers: entry.Trailers, Reverts: entry.Reverts,
		})
	}
	return head
}

// Layout works out how the repository lays out its environments at HEAD, by the configuration there.
// It also returns the directory of the work tree, where the configuration file belongs.
func Layout(ctx context.Context, dir string) (*overlay.Layout, string, error) {
	repo, err := git.Open(ctx, dir, git.Options{})
	if err != nil {
		return nil, "", err
	}
	defer repo.Close()
	head, err := repo.Resolve(ctx, "HEAD")
	if err != nil {
		return nil, "", err
	}
	top, err := repo.WorkTree(ctx)
	if err != nil {
		return nil, "", err
	}
	at := tree.NewStore(repo).Tree(head.Tree)
	configuration, err := configAt(at)
	if err != nil {
		return nil, "", err
	}
	layout, err := layoutAt(at, kustomization.Cache{}, configuration)
	return layout, top, err
}

// layoutAt works out the layout of one tree, by itself.
func layoutAt(at *tree.Tree, parsed kustomization.Cache, c *config.Config) (*overlay.Layout, error) {
	side := overlay.Side{Tree: at, Reader: kustomization.NewReader(at, parsed)}
	return overlay.Find(side, side, nil, c)
}
