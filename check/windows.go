package check

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// WindowRule is the rule whose findings are about windows.
const WindowRule = "freeze-window"

// Week is when changes may go in, and when not, in the week from a moment on.
type Week struct {
	From, To    time.Time // in the team's zone
	ZoneIsGiven bool
	Hours       []Hours
	Mistakes    []calendar.Mistake
}

// Hours are when some places of an environment are open and closed.
type Hours struct {
	Environment string
	Places      []string // apps, or their targets; empty where all that the environment has are alike
	Periods     []Period
}

// Period is a time in which nothing changes.
type Period struct {
	From, To time.Time
	Open     bool
	Rules    []string // that keep it closed
	Windows  []string // that WindowRule does it for
}

// ReadWeek asks the rules that depend on time about every place at a ref, which is o.Base, or HEAD.
func ReadWeek(ctx context.Context, o Options, failOn evaluate.Severity) (*Week, error) {
	loading := func() (*evaluate.Policies, error) { return loadPolicies(o.Policies) }
	repo, err := git.Open(ctx, o.Dir, git.Options{})
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	commit, err := repo.Resolve(ctx, cmp.Or(o.Base, "HEAD"))
	if err != nil {
		return nil, err
	}
	base := tree.NewStore(repo).Tree(commit.Tree)
	configuration, err := readConfig(o, base)
	if err != nil {
		return nil, err
	}
	layout, err := layoutAt(base, kustomization.Cache{}, configuration)
	if err != nil {
		return nil, err
	}
	read, err := calendar.Read(configuration, base, layout.Path)
	if err != nil {
		return nil, err
	}
	now := o.Now.In(configuration.Timezone)
	week := &Week{From: now, To: now.AddDate(0, 0, 7), ZoneIsGiven: configuration.ZoneIsGiven}
	var places []calendar.Place
	var rules *rules
	var hours []placeHours
	for _, e := range event.Everywhere(layout) {
		there := calendar.PlacesOf(e)
		timeline := read.Timeline(there)
		e.Time = timeline.At(now)
		if rules == nil {
			if rules, err = configure(loading, configuration, e); err != nil {
				return nil, err
			}
		}
		e.Config = event.Config{Rules: rules.Parameters()}
		c := &Check{Event: e, rules: rules, now: now, timeline: timeline}
		found, err := c.hours(ctx, week, failOn, there)
		if err != nil {
			return nil, err
		}
		hours = append(hours, found...)
		places = append(places, there...)
	}
	week.Hours = together(layout.Path, hours)
	week.Mistakes = read.Lint(now, places)
	return week, nil
}

// placeHours are those of one place.
type placeHours struct {
	calendar.Place
	periods []Period
}

// hours works out those of each place of the check's event.
func (c *Check) hours(ctx context.Context, week *Week, failOn evaluate.Severity, places []calendar.Place) ([]placeHours, error) {
	hours := make([]placeHours, len(places))
	for i, place := range places {
		hours[i] = placeHours{place, []Period{{From: week.From, To: week.To, Open: true}}}
	}
	later, err := c.later(ctx)
	if err != nil || later == nil {
		return hours, err
	}
	moment := func(at time.Time, word string) error {
		found, err := later.findings(ctx, at, word)
		if err != nil {
			return err
		}
		for i := range hours {
			hours[i].add(c.period(at.In(week.From.Location()), week.To, hours[i].Place, found, failOn))
		}
		return nil
	}
	if err := moment(week.From, "now"); err != nil {
		return nil, err
	}
	for at, word := range c.timeline.Instants(week.From, later.moments) {
		if !at.Before(week.To) {
			break
		}
		if err := moment(at, word); err != nil {
			return nil, err
		}
	}
	return hours, nil
}

// period is what is found of a place from a moment on.
func (c *Check) period(from, to time.Time, place calendar.Place, found []finding.Finding, failOn evaluate.Severity) Period {
	p := Period{From: from, To: to, Open: true}
	for _, f := range found {
		if f.App != place.App || f.Environment != place.Environment || !f.Severity.AtLeast(failOn) {
			continue
		}
		p.Open = false
		if !slices.Contains(p.Rules, f.Rule) {
			p.Rules = append(p.Rules, f.Rule)
		}
		if f.Rule == WindowRule {
			p.Windows = c.timeline.Names(place, from)
		}
	}
	slices.Sort(p.Rules)
	return p
}

// add continues the periods with another one.
func (h *placeHours) add(p Period) {
	last := &h.periods[len(h.periods)-1]
	switch {
	case last.From.Equal(p.From):
		*last = p
	case last.Open != p.Open || !slices.Equal(last.Rules, p.Rules) || !slices.Equal(last.Windows, p.Windows):
		last.To = p.From
		h.periods = append(h.periods, p)
	}
}

// together groups the places of each environment that have the same hours.
func together(path []overlay.Environment, hours []placeHours) []Hours {
	slices.SortStableFunc(hours, func(a, b placeHours) int {
		return cmp.Or(cmp.Compare(a.App, b.App), cmp.Compare(a.Target, b.Target))
	})
	var all []Hours
	for _, environment := range path {
		var groups []Hours
		at := map[string]int{}
		for _, h := range hours {
			if h.Environment != environment.Name {
				continue
			}
			alike := fmt.Sprint(h.periods)
			i, ok := at[alike]
			if !ok {
				i = len(groups)
				at[alike] = i
				groups = append(groups, Hours{Environment: environment.Name, Periods: h.periods})
			}
			name := h.App
			if h.Target != "." {
				name += " " + h.Target
			}
			groups[i].Places = append(groups[i].Places, name)
		}
		if len(groups) == 1 {
			groups[0].Places = nil
		}
		all = append(all, groups...)
	}
	return all
}
