package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/promocheck/promocheck/check/config"
)

// Mistake is a window that most likely is not what its author meant, and what it really is.
type Mistake struct {
	Path    string
	Line    int
	Message string
}

// year is how far ahead mistakes are looked for: everything comes round in it, but the leap day.
const year = 366 * 24 * time.Hour

// Lint looks for mistakes, as seen from a moment and with all places of the repo known.
func (c *Calendar) Lint(now time.Time, places []Place) []Mistake {
	l := &linter{calendar: c, now: now, places: places}
	for i := range c.windows {
		l.window(&c.windows[i])
	}
	l.closedForEver()
	l.holidays()
	slices.SortStableFunc(l.found, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
	return l.found
}

type linter struct {
	calendar *Calendar
	now      time.Time
	places   []Place
	found    []Mistake
}

func (l *linter) add(path string, line int, format string, args ...any) {
	l.found = append(l.found, Mistake{path, line, fmt.Sprintf(format, args...)})
}

func (l *linter) window(w *window) {
	l.applies(w)
	if w.Cron == nil {
		l.dates(w)
		return
	}
	l.zone(w)
	l.days(w)
	l.lasts(w)
}

// applies reports what a window names and nothing in the repo is called.
func (l *linter) applies(w *window) {
	if w.Everywhere() && w.Project != "" {
		l.add(w.Path, w.Line, "the window names no applications, namespaces or clusters, and so applies to nothing, as in Argo CD")
		return
	}
	if len(l.places) == 0 {
		return
	}
	misses := func(line int, globs []config.Glob, what string, names func(Place) []string) {
		for _, g := range globs {
			if !slices.ContainsFunc(l.places, func(p Place) bool {
				return (len(w.Environments) == 0 || slices.Contains(w.Environments, p.Environment)) && slices.ContainsFunc(names(p), g.Match)
			}) {
				l.add(w.Path, line, "%s: %q matches nothing in %s", what, g.Text, cmp.Or(strings.Join(w.Environments, ", "), "the repository"))
			}
		}
	}
	if slices.ContainsFunc(l.places, w.appliesTo) {
		misses(w.Line, w.Applications, "applications", Place.applications)
		misses(w.Line, w.Clusters, "clusters", Place.clusters)
	} else {
		var named []string
		for _, g := range slices.Concat(w.Applications, w.Clusters) {
			named = append(named, strconv.Quote(g.Text))
		}
		l.add(w.Path, w.Line, "the %s applies to nothing in %s, and so never counts: nothing there is called %s",
			l.noun(w), cmp.Or(strings.Join(w.Environments, ", "), "the repository"), some(named))
	}
	for _, exception := range w.Exceptions {
		misses(exception.Line, []config.Glob{exception.Application}, "exceptions", Place.applications)
	}
}

func (l *linter) dates(w *window) {
	if !l.now.Before(w.to) {
		l.add(w.Path, w.Line, "the %s is over since %s", l.noun(w), l.day(w.to, w.zone))
	}
	for i, exception := range w.Exceptions {
		if !l.now.Before(w.expires[i]) {
			l.add(w.Path, exception.Line, "the exception for %s has expired on %s", exception.Application.Text, l.day(w.expires[i], w.zone))
		}
	}
}

func (l *linter) noun(w *window) string {
	if w.Freeze {
		return "freeze"
	}
	return "window"
}

func (l *linter) zone(w *window) {
	switch utc := l.calendar.zoneIsGiven && l.calendar.zone == time.UTC; {
	case w.Zone != nil || utc:
	case w.Project != "":
		l.add(w.Path, w.Line, "the window has no timeZone: its schedule is in UTC, as in Argo CD")
	case !l.calendar.zoneIsGiven:
		l.add(w.Path, w.Line, "neither the window has a timeZone nor the configuration a timezone: its schedule is in UTC")
	}
}

// days reports a schedule that has both kinds of day, which many take for a condition and another one.
func (l *linter) days(w *window) {
	const star = 1 << 63
	spec, ok := w.Cron.(*cron.SpecSchedule)
	if !ok || spec.Dom&star != 0 || spec.Dow&star != 0 {
		return
	}
	var days []string
	at := w.wall(l.now)
	for len(days) < 3 {
		if at = w.Cron.Next(at); at.IsZero() {
			break
		}
		if day := at.Format("Mon 2006-01-02"); !slices.Contains(days, day) {
			days = append(days, day)
		}
	}
	l.add(w.Path, w.Line, "the schedule %q has a day of the month and a day of the week, which are alternatives: it begins on %s and so on",
		w.Schedule, strings.Join(days, ", "))
}

// wall is what the clock in a window's zone reads.
func (w *window) wall(t time.Time) time.Time {
	_, offset := t.In(w.zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// lasts reports a schedule that begins never, always or again before it is over.
func (l *linter) lasts(w *window) {
	now := w.wall(l.now)
	start := w.Cron.Next(now)
	switch {
	case start.IsZero():
		l.add(w.Path, w.Line, "the schedule %q never begins: there is no such day", w.Schedule)
		return
	case start.After(now.Add(year)):
		l.add(w.Path, w.Line, "the schedule %q does not begin before %s", w.Schedule, start.Format(time.DateOnly))
		return
	}
	if s, ok := w.current(l.now, l.now.Add(year)); ok && s.covers(l.now) && s.to.After(l.now.Add(year)) {
		effect := "it forbids nothing, since it is always open"
		if w.Kind == config.Deny {
			effect = "what it applies to is closed for ever"
		}
		l.add(w.Path, w.Line, "the schedule %q begins again before its %s are over, without end: %s", w.Schedule, inHours(w.Duration), effect)
		return
	}
	if s, ok := w.current(l.now, l.now.Add(year)); ok && s.covers(l.now) {
		start = w.Cron.Next(w.wall(s.to).Add(-time.Second)) // the first that is not under way
	}
	for range 500 { // they tell enough
		if start.IsZero() || start.After(now.Add(year)) {
			return
		}
		over, next := w.chain(start, now.Add(year))
		if w.overlap(start, over) {
			l.add(w.Path, w.Line, "the schedule %q begins again before its %s are over: it is %s from %s to %s, for %s and not %s", w.Schedule,
				inHours(w.Duration), state(w), start.Format("Mon 2006-01-02 15:04"), endOf(start, over), inHours(over.Sub(start)), inHours(w.Duration))
			return
		}
		start = next
	}
}

// overlap reports whether an occurrence begins before the one before it is over. That it begins as that ends is
// how one writes a time from 10:00 to 16:00.
func (w *window) overlap(start, over time.Time) bool {
	for range 10_000 {
		next := w.Cron.Next(start)
		if next.IsZero() || next.After(over) {
			return false
		}
		if next.Before(start.Add(w.Duration)) {
			return true
		}
		start = next
	}
	return false
}

func state(w *window) string {
	if w.Kind == config.Deny {
		return "closed"
	}
	return "open"
}

// endOf writes a time of day, with the day if it is another one.
func endOf(start, end time.Time) string {
	if start.Format(time.DateOnly) == end.Format(time.DateOnly) {
		return end.Format("15:04")
	}
	return end.Format("Mon 2006-01-02 15:04")
}

// inHours writes a duration without the zeros that Go writes.
func inHours(d time.Duration) string {
	text := d.String()
	text = strings.TrimSuffix(text, "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func (l *linter) day(at time.Time, zone *time.Location) string {
	return at.In(zone).Format("2006-01-02 15:04")
}

// closedForEver reports places that only allow windows can open which never do.
func (l *linter) closedForEver() {
	opens := make([]bool, len(l.calendar.windows))
	for i := range l.calendar.windows {
		_, opens[i] = l.calendar.windows[i].current(l.now, l.now.Add(year))
	}
	closed := map[int][]string{} // places, by the first window that is to allow them
	for _, p := range l.places {
		first, open := -1, false
		for i := range l.calendar.windows {
			if w := &l.calendar.windows[i]; w.Kind == config.Allow && w.appliesTo(p) {
				open = open || opens[i]
				if first < 0 {
					first = i
				}
			}
		}
		if first >= 0 && !open {
			name := p.App + " in " + p.Environment
			if !slices.Contains(closed[first], name) {
				closed[first] = append(closed[first], name)
			}
		}
	}
	for i := range l.calendar.windows {
		if places := closed[i]; len(places) > 0 {
			w := &l.calendar.windows[i]
			l.add(w.Path, w.Line, "no allow window opens in the coming year for %s: it is closed for ever", some(places))
		}
	}
}

func some(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// holidays reports a list that nobody has brought up to date.
func (l *linter) holidays() {
	listed := l.calendar.listed
	today := l.now.In(l.calendar.zone).Format(time.DateOnly)
	if len(listed) == 0 || slices.ContainsFunc(listed, func(h config.Holiday) bool { return h.Date >= today }) {
		return
	}
	last := slices.MaxFunc(listed, func(a, b config.Holiday) int { return cmp.Compare(a.Date, b.Date) })
	l.add(l.calendar.path, last.Line, "the last of the holidays is %s: none lies ahead", last.Date)
}
