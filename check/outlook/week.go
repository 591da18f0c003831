package outlook

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/finding"
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

// Part is some of a repo's places, and who judges changes there. What the judge finds is about the one place of the part
// that has the finding's app and environment.
type Part struct {
	Timeline *calendar.Timeline
	Judge    Judge
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

// placeHours are those of one place.
type placeHours struct {
	calendar.Place
	periods []Period
}

// WeekOf works out the hours of all parts of a repo, in the order of its promotion path, and looks for mistakes in the windows.
func WeekOf(ctx context.Context, c *calendar.Calendar, path []string, parts []Part, now time.Time, failOn finding.Severity) (*Week, error) {
	now = now.In(c.Zone)
	w := &Week{From: now, To: now.AddDate(0, 0, 7), ZoneIsGiven: c.ZoneIsGiven}
	var all []placeHours
	var places []calendar.Place
	for _, part := range parts {
		hours, err := w.hours(ctx, part, failOn)
		if err != nil {
			return nil, err
		}
		all = append(all, hours...)
		places = append(places, part.Timeline.Places...)
	}
	slices.SortStableFunc(all, func(a, b placeHours) int {
		return cmp.Or(cmp.Compare(a.App, b.App), cmp.Compare(a.Target, b.Target))
	})
	for _, environment := range path {
		w.Hours = append(w.Hours, together(environment, all)...)
	}
	w.Mistakes = c.Lint(now, places)
	return w, nil
}

// hours works out those of each place of a part.
func (w *Week) hours(ctx context.Context, part Part, failOn finding.Severity) ([]placeHours, error) {
	hours := make([]placeHours, len(part.Timeline.Places))
	for i, place := range part.Timeline.Places {
		hours[i] = placeHours{place, []Period{{From: w.From, To: w.To, Open: true}}}
	}
	if len(part.Judge.Rules) == 0 {
		return hours, nil
	}
	ahead, err := newAhead(part.Judge, part.Timeline)
	if err != nil {
		return nil, err
	}
	for at, word := range ahead.fromNow(w.From) {
		if !at.Before(w.To) {
			break
		}
		found, err := ahead.findings(ctx, at, word)
		if err != nil {
			return nil, err
		}
		for i := range hours {
			hours[i].add(w.period(at, part.Timeline, hours[i].Place, found, failOn))
		}
	}
	return hours, nil
}

// period is what is found of a place from a moment on.
func (w *Week) period(from time.Time, timeline *calendar.Timeline, place calendar.Place, found []finding.Finding, failOn finding.Severity) Period {
	p := Period{From: from.In(w.From.Location()), To: w.To, Open: true}
	for _, f := range found {
		if f.App != place.App || f.Environment != place.Environment || !f.Counts(failOn) {
			continue
		}
		p.Open = false
		if !slices.Contains(p.Rules, f.Rule) {
			p.Rules = append(p.Rules, f.Rule)
		}
		if f.Rule == WindowRule {
			p.Windows = timeline.Names(place, from)
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

// together groups the places of an environment that have the same hours.
func together(environment string, places []placeHours) []Hours {
	var groups []Hours
	at := map[string]int{}
	for _, h := range places {
		if h.Environment != environment {
			continue
		}
		alike := fmt.Sprint(h.periods)
		i, ok := at[alike]
		if !ok {
			i = len(groups)
			at[alike] = i
			groups = append(groups, Hours{Environment: environment, Periods: h.periods})
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
	return groups
}
