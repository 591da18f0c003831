// Package check is the whole of promocheck as one pipeline: from two refs to findings. A session owns the
// repository and all that was read of it; checks, histories and the rest are questions to it.
package check

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/promocheck/promocheck/check/account"
	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/doing"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/govern"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/tree"
)

// Check is a change that was read, and can be judged.
type Check struct {
	Event       *event.Event
	After       *tree.Tree // what the base branch would become
	ZoneIsGiven bool       // the configuration names the time zone
	Zone        *time.Location
	Notices     []string // what a person should know about how the change was read
	GovernedBy  string   // the branch that says how to judge, where that is not the one that the change goes into

	judge *judge
}

// Check works out what a change would deploy where, and makes ready to judge it.
func (s *Session) Check(ctx context.Context, request refs.Request) (*Check, error) {
	s.load()
	doing.Note(ctx, "comparing the two refs")
	if err := s.push(ctx, &request); err != nil {
		return nil, err
	}
	compared, err := refs.Compare(ctx, s.repo, s.store, request)
	if err != nil {
		return nil, err
	}
	behind := s.askWhetherBehind(ctx, compared)
	doing.Note(ctx, "finding the environments of both")
	change, err := s.compare(ctx, compared, func() (*standing, error) { return s.standingAt(ctx, compared.Base, request) })
	if err != nil {
		return nil, err
	}
	past := sync.OnceValues(func() (*history.History, error) { return s.past(ctx, change.standing, s.options.Now) })
	read, err := s.read(ctx, change, past, s.options.Now)
	if err != nil {
		return nil, err
	}
	read.judge.ramps, read.GovernedBy = change.governing.Ramps, change.governedBy.Name
	waived, err := s.waiverNotices(ctx, change, read.Event, read.judge.waivers, past)
	if err != nil {
		return nil, err
	}
	read.Notices = slices.Concat(s.notices(ctx, change), behind(), waived, change.ruleNotices(read.judge.rules), historyNotice(read.Event, past))
	return read, nil
}

// read works out what a change would deploy where, for a moment at which it is judged.
func (s *Session) read(ctx context.Context, change *change, past func() (*history.History, error), now time.Time) (*Check, error) {
	times, err := change.calendar(change.pairing.Path)
	if err != nil {
		return nil, err
	}
	rules := sync.OnceValues(func() (*rules, error) { return s.configure(change.governing, change.pairing.Path) })
	now = now.In(change.governing.Time.Zone)
	built, err := event.Build(ctx, event.Comparison{
		Now:      now,
		Base:     baseOf(change.Comparison),
		Head:     headOf(change.Comparison),
		Commits:  change.Commits,
		Self:     event.Self{Repositories: change.self.Repositories(), Revisions: change.self.Revisions()},
		Bad:      event.Listed{Path: change.governing.Config.Path, Versions: change.governing.Config.BadVersions, Same: change.governing.Config.Artifacts},
		Layout:   change.pairing,
		Before:   change.Before,
		After:    change.After,
		Files:    change.account(),
		States:   s.states,
		Past:     past,
		Provided: provided(change.governing.Config, change.pairing.Path),
		Requires: requirements(change.governing.Config, change.pairing.Path),
		Rules:    func() (event.Rules, error) { return s.forEvent(rules()) },
		Time:     func(effects []event.Effect) event.Time { return times.Timeline(calendar.PlacesOf(effects)).At(now) },
	})
	if err != nil {
		return nil, err
	}
	configured, err := rules()
	if err != nil {
		return nil, err
	}
	waivers, err := configured.waivers(change.governing, change.pairing.Path)
	if err != nil {
		return nil, err
	}
	if err := s.began(ctx, change.standing, built, waivers, past, now); err != nil {
		return nil, err
	}
	return &Check{
		Event:       built,
		After:       change.After,
		ZoneIsGiven: change.governing.Time.ZoneIsGiven,
		Zone:        change.governing.Time.Zone,
		judge:       newJudge(configured, built, now, times.Timeline(calendar.PlacesOf(built.Effects)), waivers),
	}, nil
}

// Findings are what the rules find in the change.
func (c *Check) Findings(ctx context.Context) ([]finding.Finding, error) {
	return c.judge.findings(ctx)
}

// Rules are those that look for findings: all but the ones that the configuration switches off.
func (c *Check) Rules() []evaluate.Rule { return c.judge.rules.active() }

// Rulings are all rules, as they are configured.
func (c *Check) Rulings() []evaluate.Ruling { return c.judge.rules.Rulings() }

// Read tells which parts of the event the rule read that reports a finding: of changes and effects, of those that the finding
// covers.
func (c *Check) Read(ctx context.Context, f finding.Finding) ([]evaluate.Part, error) {
	return c.judge.about.Read(ctx, f.Rule, f.Covers)
}

// change is the two sides of a comparison: how base stands, the layouts of both, and which files differ.
type change struct {
	*refs.Comparison
	*standing
	pairing *overlay.Pairing
	files   []tree.Change
}

// compare works out which files of the two sides differ and how both are laid out, by what governs at base, which stands
// as it says.
func (s *Session) compare(ctx context.Context, c *refs.Comparison, base func() (*standing, error)) (*change, error) {
	// The search for overlays looks at all of both.
	if err := tree.Load(c.Before, c.After); err != nil {
		return nil, err
	}
	files, err := tree.Diff(c.Before, c.After)
	if err != nil {
		return nil, err
	}
	before, err := base()
	if err != nil {
		return nil, err
	}
	if err := before.governing.CheckMerge(c.After, files, func(g *govern.Governing) error { return s.try(ctx, g) }); err != nil {
		return nil, err
	}
	after, err := before.layout.In(c.After)
	if err != nil {
		return nil, err
	}
	pairing := overlay.Pair(before.layout, after, pathsOf(files))
	for _, other := range before.others() {
		pairing.Beside(other.layout)
	}
	return &change{c, before, pairing, files}, nil
}

// account says of each changed file what became of it.
func (c *change) account() []account.File {
	return account.Of(account.Change{
		Files: c.files, Before: c.Before, After: c.After, Layout: c.pairing, Governs: c.governing.Governs, Ignored: c.governing.Config.Ignore,
		Undeployed: c.undeployed(),
	})
}

func pathsOf(files []tree.Change) []string {
	paths := make([]string, 0, len(files))
	for _, file := range files {
		paths = append(paths, file.Path)
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
			Commit: string(entry.OID), Author: entry.Author, Subject: entry.Subject, Trailers: entry.Trailers, Reverts: append([]string{}, entry.Reverts.Commits...),
		})
	}
	return head
}
