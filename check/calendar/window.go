package calendar

import (
	"iter"
	"time"

	"github.com/promocheck/promocheck/check/config"
)

// window is a window of which it is settled when it is.
type window struct {
	config.Window
	zone     *time.Location
	from, to time.Time // without a schedule
	expires  []time.Time
}

// span is a time in which a window is active: from its first instant up to, and not with, its last.
type span struct{ from, to time.Time }

func (s span) covers(t time.Time) bool { return !t.Before(s.from) && t.Before(s.to) }

// settle works out the instants that a window's moments are.
func settle(w config.Window, team *time.Location) window {
	settled := window{Window: w, zone: w.Zone, to: never}
	switch {
	case w.Zone != nil:
	case w.Project != "":
		settled.zone = time.UTC // as in Argo CD
	default:
		settled.zone = team
	}
	if w.From != nil {
		settled.from = begin(*w.From, settled.zone)
	}
	if w.To != nil {
		settled.to = end(*w.To, settled.zone)
	}
	for _, exception := range w.Exceptions {
		settled.expires = append(settled.expires, end(exception.Expires, settled.zone))
	}
	return settled
}

// name is how people are told which window it is: by what it says of itself, and where it is stated.
func (w *window) name() string {
	name := w.Description
	if name == "" && w.Project != "" {
		name = "project " + w.Project
	}
	if name == "" {
		return w.Where()
	}
	return name + ", " + w.Where()
}

func begin(m config.Moment, zone *time.Location) time.Time {
	if m.Instant {
		return m.Clock.UTC()
	}
	return first(m.Clock, zone)
}

// end is when a moment is over: a day ends with it.
func end(m config.Moment, zone *time.Location) time.Time {
	if m.Day {
		m.Clock = m.Clock.AddDate(0, 0, 1)
	}
	return begin(m, zone)
}

// spans are the times between two instants in which the window is active, in order and with a gap before
// each next one. The first may have begun before, and the last may end later, then or whenever.
//
// A schedule counts as in Argo CD: the window is active if the clock on the wall reads less than a
// duration past what the schedule names. Where clocks are turned, that moves with them.
func (w *window) spans(from, to time.Time) iter.Seq[span] {
	pieces := w.pieces(from, to)
	return func(yield func(span) bool) {
		var joined span
		for piece := range pieces {
			switch {
			case joined.to.IsZero():
				joined = piece
			case piece.from.After(joined.to):
				if !yield(joined) {
					return
				}
				joined = piece
			case piece.to.After(joined.to):
				joined.to = piece.to
			}
		}
		if !joined.to.IsZero() {
			yield(joined)
		}
	}
}

func (w *window) pieces(from, to time.Time) iter.Seq[span] {
	return func(yield func(span) bool) {
		if w.Cron == nil {
			if w.from.Before(to) && from.Before(w.to) {
				yield(span{w.from, w.to})
			}
			return
		}
		for s := range stretches(w.zone, from, to) {
			begun, over := s.wall(s.from), s.wall(s.to)
			start := w.Cron.Next(begun.Add(-w.Duration))
			for !start.IsZero() && start.Before(over) {
				lasts, next := w.chain(start, over)
				piece := span{s.instant(start), s.instant(lasts)}
				if start.Before(begun) {
					piece.from = s.from
					if s.from.Equal(from.UTC()) {
						piece.from = first(start, w.zone)
					}
				}
				if piece.to.After(s.to) && s.to.Before(to) {
					piece.to = s.to // from here on another offset counts
				}
				if !yield(piece) {
					return
				}
				start = next
			}
		}
	}
}

// chain follows the occurrences from start on of which each begins before the one before it is over. It
// returns when the last is, or at least one that lasts up to enough, and when the next one begins.
func (w *window) chain(start, enough time.Time) (over, next time.Time) {
	over = start.Add(w.Duration)
	for {
		next = w.Cron.Next(start)
		if over.After(enough) || next.IsZero() || next.After(over) {
			return over, next
		}
		// Of those that begin until it is over, the last is what counts. Schedules know whole minutes.
		if late := w.Cron.Next(over.Add(-time.Minute)); late.After(next) && !late.After(over) {
			next = late
		}
		start, over = next, next.Add(w.Duration)
	}
}

// next is when, after an instant, the window becomes active or inactive; never if not before until.
func (w *window) next(after, until time.Time) time.Time {
	for s := range w.spans(after, until) {
		if s.from.After(after) {
			return s.from
		}
		if s.to.After(after) && s.to.Before(until) {
			return s.to
		}
	}
	return never
}

// current is the time in which the window is active at an instant, or the first one after it.
func (w *window) current(now, until time.Time) (s span, ok bool) {
	for s := range w.spans(now, until) {
		if s.to.After(now) {
			return s, true
		}
	}
	return span{}, false
}
