package calendar

import (
	"slices"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check/event"
)

// Horizon is how far ahead is looked.
const Horizon = 35 * 24 * time.Hour

// Timeline is what the calendar says about some places, as time goes by.
type Timeline struct {
	*Calendar
	Places  []Place
	windows []window // those that apply to one of the places
	gates   event.Gates
	asked   event.Asked
}

// Timeline restricts the calendar to what concerns these places.
func (c *Calendar) Timeline(places []Place) *Timeline {
	t := &Timeline{Calendar: c, gates: event.Gates{}, asked: event.Asked{}, Places: places}
	for _, w := range c.windows {
		applies := false
		for _, place := range places {
			if w.appliesTo(place) {
				t.gate(place, len(t.windows))
				applies = true
			}
		}
		if applies {
			t.windows = append(t.windows, w)
		}
	}
	for _, place := range places {
		t.ask(place)
	}
	return t
}

// gate notes that a window applies to a place.
func (t *Timeline) gate(p Place, window int) {
	gates := below(t.gates, p)
	if !slices.Contains(gates[p.Target], window) {
		gates[p.Target] = append(gates[p.Target], window)
	}
}

// below is what a map by app, environment and target has for a place's app and environment, made where it
// has nothing yet.
func below[M ~map[string]map[string]map[string]T, T any](m M, p Place) map[string]T {
	if m[p.App] == nil {
		m[p.App] = map[string]map[string]T{}
	}
	if m[p.App][p.Environment] == nil {
		m[p.App][p.Environment] = map[string]T{}
	}
	return m[p.App][p.Environment]
}

// At are the facts about time at a moment.
func (t *Timeline) At(now time.Time) event.Time {
	local := now.In(t.Zone)
	facts := event.Time{
		Now:      local.Format(time.RFC3339),
		Timezone: t.Zone.String(),
		Weekday:  strings.ToLower(local.Weekday().String()),
		Date:     local.Format(time.DateOnly),
		Clock:    local.Format("15:04"),
		Windows:  make([]event.Window, 0, len(t.windows)),
		Gates:    t.gates,
		Asked:    t.asked,
	}
	if name, ok := t.names[facts.Date]; ok {
		facts.Holiday = &name
	}
	for i := range t.windows {
		facts.Windows = append(facts.Windows, t.fact(&t.windows[i], now))
	}
	return facts
}

func (t *Timeline) fact(w *window, now time.Time) event.Window {
	fact := event.Window{
		Kind: w.kind, Project: w.project, Freeze: w.freeze, Description: w.description,
		Exceptions: t.exceptions(w, now), Path: w.path, Line: w.line,
	}
	horizon := now.Add(Horizon)
	if s, ok := w.current(now, horizon); ok {
		fact.Active = s.covers(now)
		fact.From, fact.To = t.format(s.from), t.format(s.to)
	}
	return fact
}

// format writes an instant, nil where there is none to be told.
func (t *Timeline) format(at time.Time) *string {
	if at.IsZero() || at.Equal(never) {
		return nil
	}
	text := at.In(t.Zone).Format(time.RFC3339)
	return &text
}

// exceptions are those of a freeze that are in force, for the places that there are.
func (t *Timeline) exceptions(w *window, now time.Time) event.Exceptions {
	in := event.Exceptions{}
	for i, e := range w.exceptions {
		if !now.Before(w.expires[i]) {
			continue
		}
		for _, p := range t.Places {
			if e.environment != "" && e.environment != p.Environment ||
				!slices.ContainsFunc(p.applications(), e.application.Match) {
				continue
			}
			below(in, p)[p.Target] = event.Exception{Reason: e.reason, Expires: e.expires.String()}
		}
	}
	return in
}
