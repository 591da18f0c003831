package calendar

import (
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// days reports a schedule that has both kinds of day, which many take for a condition and another one.
func (l *linter) days(w *window) {
	const star = 1 << 63
	spec, ok := w.schedule.Schedule.(*cron.SpecSchedule)
	if !ok || spec.Dom&star != 0 || spec.Dow&star != 0 {
		return
	}
	var days []string
	at := w.wall(l.now)
	for len(days) < 3 {
		if at = w.schedule.Next(at); at.IsZero() {
			break
		}
		if day := at.Format("Mon 2006-01-02"); !slices.Contains(days, day) {
			days = append(days, day)
		}
	}
	l.add(w.path, w.line, "the schedule %q has a day of the month and a day of the week, which are alternatives: it begins on %s and so on",
		w.schedule.text, strings.Join(days, ", "))
}

// lasts reports a schedule that begins never, always or again before it is over.
func (l *linter) lasts(w *window) {
	ahead := l.now.Add(year)
	start, last := w.schedule.Next(w.wall(l.now)), w.wall(ahead)
	switch {
	case start.IsZero():
		l.add(w.path, w.line, "the schedule %q never begins: there is no such day", w.schedule.text)
		return
	case start.After(last):
		l.add(w.path, w.line, "the schedule %q does not begin before %s", w.schedule.text, start.Format(time.DateOnly))
		return
	}
	if s, ok := w.current(l.now, ahead); ok && s.covers(l.now) {
		if s.to.After(ahead) {
			effect := "it forbids nothing, since it is always open"
			if w.kind == deny {
				effect = "what it applies to is closed for ever"
			}
			l.add(w.path, w.line, "the schedule %q begins again before its %s are over, without end: %s", w.schedule.text, inHours(w.duration), effect)
			return
		}
		start = w.schedule.Next(w.wall(s.to).Add(-time.Second)) // the first that is not under way
	}
	// That it begins as the one before ends is how one writes a time from 10:00 to 16:00.
	begun := start
	for range 10_000 { // they tell enough
		next, over := w.schedule.Next(start), start.Add(w.duration)
		switch {
		case start.IsZero() || start.After(last) || next.IsZero():
			return
		case next.Before(over):
			over, _ = w.chain(begun, last)
			l.add(w.path, w.line, "the schedule %q begins again before its %s are over: it is %s from %s to %s, for %s and not %s", w.schedule.text,
				inHours(w.duration), state(w), begun.Format("Mon 2006-01-02 15:04"), endOf(begun, over), inHours(over.Sub(begun)), inHours(w.duration))
			return
		case next.After(over):
			begun = next
		}
		start = next
	}
}

func state(w *window) string {
	if w.kind == deny {
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
