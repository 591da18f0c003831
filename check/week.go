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
	"github.com/promocheck/promocheck/check/overlay"
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

// Week asks the rules that depend on time about every place at a ref; empty: at HEAD.
func (s *Session) Week(ctx context.Context, ref string, failOn evaluate.Severity) (*Week, error) {
	s.load()
	commit, err := s.repo.Resolve(ctx, cmp.Or(ref, "HEAD"))
	if err != nil {
		return nil, err
	}
	at, err := s.standingAt(commit)
	if err != nil {
		return nil, err
	}
	times, err := at.calendar(at.layout.Path)
	if err != nil {
		return nil, err
	}
	rules, err := s.configure(at.configuration, at.layout.Path)
	if err != nil {
		return nil, err
	}
	now := s.options.Now.In(at.configuration.Timezone)
	week := &Week{From: now, To: now.AddDate(0, 0, 7), ZoneIsGiven: at.configuration.ZoneIsGiven}
	clock := func(effects []event.Effect) event.Time { return times.Timeline(calendar.PlacesOf(effects)).At(now) }
	var places []calendar.Place
	var hours []placeHours
	for _, e := range event.Everywhere(at.layout, rules.forEvent(), clock) {
		there := calendar.PlacesOf(e.Effects)
		j := newJudge(rules, e, now, times.Timeline(there))
		found, err := j.hours(ctx, week, failOn, there)
		if err != nil {
			return nil, err
		}
		hours = append(hours, found...)
		places = append(places, there...)
	}
	week.Hours = together(at.layout.Path, hours)
	week.Mistakes = times.Lint(now, places)
	return week, nil
}

// placeHours are those of one place.
type placeHours struct {
	calendar.Place
	periods []Period
}

// hours works out those of each place of the event.
func (j *judge) hours(ctx context.Context, week *Week, failOn evaluate.Severity, places []calendar.Place) ([]placeHours, error) {
	hours := make([]placeHours, len(places))
	for i, place := range places {
		hours[i] = placeHours{place, []Period{{From: week.From, To: week.To, Open: true}}}
	}
	later, err := j.later(ctx)
	if err != nil || later == nil {
		return hours, err
	}
	moment := func(at time.Time, word string) error {
		found, err := later.findings(ctx, at, word)
		if err != nil {
			return err
		}
		for i := range hours {
			hours[i].add(j.period(at.In(week.From.Location()), week.To, hours[i].Place, found, failOn))
		}
		return nil
	}
	if err := moment(week.From, "now"); err != nil {
		return nil, err
	}
	for at, word := range j.timeline.Instants(week.From, later.moments) {
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
func (j *judge) period(from, to time.Time, place calendar.Place, found []finding.Finding, failOn evaluate.Severity) Period {
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
			p.Windows = j.timeline.Names(place, from)
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
