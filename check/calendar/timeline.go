package calendar

import (
	"fmt"
	"iter"
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
	windows []window // those that apply to one of the places
	gates   event.Gates
	places  []Place
}

// Timeline restricts the calendar to what concerns these places.
func (c *Calendar) Timeline(places []Place) *Timeline {
	t := &Timeline{Calendar: c, gates: event.Gates{}, places: places}
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
	return t
}

// Zone is the team's.
func (c *Calendar) Zone() *time.Location { return c.zone }

// gate notes that a window applies to a place.
func (t *Timeline) gate(p Place, window int) {
	if t.gates[p.App] == nil {
		t.gates[p.App] = map[string]map[string][]int{}
	}
	if t.gates[p.App][p.Environment] == nil {
		t.gates[p.App][p.Environment] = map[string][]int{}
	}
	windows := t.gates[p.App][p.Environment][p.Target]
	if !slices.Contains(windows, window) {
		t.gates[p.App][p.Environment][p.Target] = append(windows, window)
	}
}

// At are the facts about time at a moment.
func (t *Timeline) At(now time.Time) event.Time {
	local := now.In(t.zone)
	facts := event.Time{
		Now:      local.Format(time.RFC3339),
		Timezone: t.zone.String(),
		Weekday:  strings.ToLower(local.Weekday().String()),
		Date:     local.Format(time.DateOnly),
		Clock:    local.Format("15:04"),
		Windows:  make([]event.Window, 0, len(t.windows)),
		Gates:    t.gates,
	}
	if name, ok := t.holidays[facts.Date]; ok {
		facts.Holiday = &name
	}
	for i := range t.windows {
		facts.Windows = append(facts.Windows, t.fact(&t.windows[i], now))
	}
	return facts
}

func (t *Timeline) fact(w *window, now time.Time) event.Window {
	fact := event.Window{
		Kind: w.Kind, Project: w.Project, Freeze: w.Freeze, Description: w.Description,
		Exceptions: t.exceptions(w, now), Path: w.Path, Line: w.Line,
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
	text := at.In(t.zone).Format(time.RFC3339)
	return &text
}

// exceptions are those of a freeze that are in force, for the places that there are.
func (t *Timeline) exceptions(w *window, now time.Time) event.Exceptions {
	in := event.Exceptions{}
	for i, exception := range w.Exceptions {
		if !now.Before(w.expires[i]) {
			continue
		}
		for _, p := range t.places {
			if exception.Environment != "" && exception.Environment != p.Environment ||
				!slices.ContainsFunc(p.applications(), exception.Application.Match) {
				continue
			}
			if in[p.App] == nil {
				in[p.App] = map[string]map[string]event.Exception{}
			}
			if in[p.App][p.Environment] == nil {
				in[p.App][p.Environment] = map[string]event.Exception{}
			}
			in[p.App][p.Environment][p.Target] = event.Exception{Reason: exception.Reason, Expires: exception.Expires.String()}
		}
	}
	return in
}

// Moments are times at which an answer may change, beside those that the calendar knows.
type Moments struct {
	Clocks   []time.Duration // times of day, in the team's zone
	Instants []time.Time
}

// Add adds a moment: a time in RFC 3339, or a time of day such as 12:00.
func (m *Moments) Add(text string) error {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		m.Instants = append(m.Instants, at.Add(time.Second-1).Truncate(time.Second)) // facts are in whole seconds
		return nil
	}
	if text == "24:00" {
		return nil // midnight is one anyway
	}
	clock, err := time.Parse("15:04", text)
	if err != nil {
		return fmt.Errorf("%q is neither a time in RFC 3339 nor a time of day such as 12:00", text)
	}
	m.Clocks = append(m.Clocks, time.Duration(clock.Hour())*time.Hour+time.Duration(clock.Minute())*time.Minute)
	return nil
}

// Instants are the moments after now, and within the horizon, at which a fact about time changes that rules may
// judge by: days, windows, exceptions and the given moments. With each comes a word for the facts
// as they are from then on: where it is the same, so are they, apart from what date it is.
func (t *Timeline) Instants(now time.Time, moments Moments) iter.Seq2[time.Time, string] {
	return func(yield func(time.Time, string) bool) {
		until := now.Add(Horizon)
		edges := make([]time.Time, len(t.windows))
		at := now
		for {
			next := t.turn(at, until, moments)
			for i := range t.windows {
				if !edges[i].After(at) {
					edges[i] = t.windows[i].next(at, until)
				}
				next = earlier(next, edges[i])
			}
			if !next.Before(until) {
				return
			}
			at = next
			if !yield(at, t.word(at, moments)) {
				return
			}
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// turn is the next moment at which a day, a time of day, an exception or a moment passes, or clocks are turned.
func (t *Timeline) turn(after, until time.Time, moments Moments) time.Time {
	next := until
	consider := func(at time.Time) {
		if at.After(after) {
			next = earlier(next, at)
		}
	}
	for _, instant := range moments.Instants {
		consider(instant)
	}
	for i := range t.windows {
		for _, expires := range t.windows[i].expires {
			consider(expires)
		}
	}
	const soon = 49 * time.Hour // a midnight is passed before
	for s := range stretches(t.zone, after, after.Add(soon)) {
		consider(s.from)
		today := s.wall(s.from).Truncate(24 * time.Hour)
		for day := range 4 {
			midnight := today.Add(time.Duration(day) * 24 * time.Hour)
			for _, clock := range append([]time.Duration{0}, moments.Clocks...) {
				if at := s.instant(midnight.Add(clock)); !at.Before(s.from) && at.Before(s.to) {
					consider(at)
				}
			}
		}
	}
	return next
}

// word sums up the facts at a moment.
func (t *Timeline) word(at time.Time, moments Moments) string {
	local := at.In(t.zone)
	var b strings.Builder
	name, holiday := t.holidays[local.Format(time.DateOnly)]
	fmt.Fprint(&b, local.Weekday(), holiday, name)
	ofDay := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	for _, clock := range moments.Clocks {
		fmt.Fprint(&b, " ", ofDay >= clock)
	}
	for _, instant := range moments.Instants {
		fmt.Fprint(&b, " ", !at.Before(instant))
	}
	for i := range t.windows {
		w := &t.windows[i]
		s, ok := w.current(at, at.Add(time.Second))
		fmt.Fprint(&b, " ", ok && s.covers(at))
		for _, expires := range w.expires {
			fmt.Fprint(&b, at.Before(expires))
		}
	}
	return b.String()
}
