package calendar

import (
	"fmt"
	"iter"
	"strings"
	"time"
)

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
	for s := range stretches(t.Zone, after, after.Add(soon)) {
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
	local := at.In(t.Zone)
	var b strings.Builder
	name, holiday := t.names[local.Format(time.DateOnly)]
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
		fmt.Fprint(&b, " ", w.active(at))
		for _, expires := range w.expires {
			fmt.Fprint(&b, at.Before(expires))
		}
	}
	return b.String()
}
