package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
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
	if w.schedule.Schedule == nil {
		l.dates(w)
		return
	}
	l.zone(w)
	l.days(w)
	l.lasts(w)
}

// applies reports what a window names and nothing in the repo is called.
func (l *linter) applies(w *window) {
	if w.everywhere() && w.project != "" {
		l.add(w.path, w.line, "the window names no applications, namespaces or clusters, and so applies to nothing, as in Argo CD")
		return
	}
	if len(l.places) == 0 {
		return
	}
	misses := func(line int, globs []pattern, what string, meets func(Place, []pattern) bool) {
		for _, g := range globs {
			if !slices.ContainsFunc(l.places, func(p Place) bool { return !w.isElsewhere(p) && meets(p, []pattern{g}) }) {
				l.add(w.path, line, "%s: %q matches nothing in %s", what, g.text, cmp.Or(strings.Join(w.environments, ", "), "the repository"))
			}
		}
	}
	if slices.ContainsFunc(l.places, w.appliesTo) {
		misses(w.line, w.applications, "applications", w.meetsApplication)
		misses(w.line, w.clusters, "clusters", w.meetsCluster)
	} else {
		var named []string
		for _, g := range slices.Concat(w.applications, w.clusters) {
			named = append(named, strconv.Quote(g.text))
		}
		l.add(w.path, w.line, "the %s applies to nothing in %s, and so never counts: nothing there is called %s",
			l.noun(w), cmp.Or(strings.Join(w.environments, ", "), "the repository"), some(named))
	}
	for _, e := range w.exceptions {
		misses(e.line, []pattern{e.application}, "exceptions", w.meetsApplication)
	}
}

func (l *linter) dates(w *window) {
	if !l.now.Before(w.to) {
		l.add(w.path, w.line, "the %s is over since %s", l.noun(w), l.day(w.to, w.zone))
	}
	for i, e := range w.exceptions {
		if !l.now.Before(w.expires[i]) {
			l.add(w.path, e.line, "the exception for %s has expired on %s", e.application.text, l.day(w.expires[i], w.zone))
		}
	}
}

func (l *linter) noun(w *window) string {
	if w.freeze {
		return "freeze"
	}
	return "window"
}

func (l *linter) zone(w *window) {
	switch utc := l.calendar.ZoneIsGiven && l.calendar.Zone == time.UTC; {
	case w.given != nil || utc:
	case w.project != "":
		l.add(w.path, w.line, "the window has no timeZone: its schedule is in UTC, as in Argo CD")
	case !l.calendar.ZoneIsGiven:
		l.add(w.path, w.line, "neither the window has a timeZone nor the configuration a timezone: its schedule is in UTC")
	}
}

func (l *linter) day(at time.Time, zone *time.Location) string {
	return at.In(zone).Format("2006-01-02 15:04")
}

// closedForEver reports places that only allow windows can open which never do.
func (l *linter) closedForEver() {
	windows := l.calendar.windows
	opens := make([]bool, len(windows))
	for i := range windows {
		_, opens[i] = windows[i].current(l.now, l.now.Add(year))
	}
	closed := make([][]string, len(windows)) // places, by the first window that is to allow them
	for _, p := range l.places {
		var allows []int
		for i := range windows {
			if windows[i].kind == allow && windows[i].appliesTo(p) {
				allows = append(allows, i)
			}
		}
		if len(allows) == 0 || slices.ContainsFunc(allows, func(i int) bool { return opens[i] }) {
			continue
		}
		if name := p.App + " in " + p.Environment; !slices.Contains(closed[allows[0]], name) {
			closed[allows[0]] = append(closed[allows[0]], name)
		}
	}
	for i, places := range closed {
		if len(places) > 0 {
			l.add(windows[i].path, windows[i].line, "no allow window opens in the coming year for %s: it is closed for ever", some(places))
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
	listed := l.calendar.holidays
	today := l.now.In(l.calendar.Zone).Format(time.DateOnly)
	if len(listed) == 0 || slices.ContainsFunc(listed, func(h holiday) bool { return h.date >= today }) {
		return
	}
	last := slices.MaxFunc(listed, func(a, b holiday) int { return cmp.Compare(a.date, b.date) })
	l.add(l.calendar.path, last.line, "the last of the holidays is %s: none lies ahead", last.date)
}
