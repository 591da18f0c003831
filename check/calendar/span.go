package calendar

import (
	"iter"
	"time"
)

// span is a time in which a window is active: from its first instant up to, and not with, its last.
type span struct{ from, to time.Time }

func (s span) covers(t time.Time) bool { return !t.Before(s.from) && t.Before(s.to) }

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
		if w.schedule.Schedule == nil {
			if w.from.Before(to) && from.Before(w.to) {
				yield(span{w.from, w.to})
			}
			return
		}
		for s := range stretches(w.zone, from, to) {
			begun, over := s.wall(s.from), s.wall(s.to)
			start := w.schedule.Next(begun.Add(-w.duration))
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
	over = start.Add(w.duration)
	for {
		next = w.schedule.Next(start)
		if over.After(enough) || next.IsZero() || next.After(over) {
			return over, next
		}
		// Of those that begin until it is over, the last is what counts. Schedules know whole minutes.
		if late := w.schedule.Next(over.Add(-time.Minute)); late.After(next) && !late.After(over) {
			next = late
		}
		start, over = next, next.Add(w.duration)
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

// active reports whether the window is active at an instant. To ask this is cheaper than to ask since when and until when.
func (w *window) active(at time.Time) bool {
	if w.schedule.Schedule == nil {
		return span{w.from, w.to}.covers(at)
	}
	wall := w.wall(at)
	start := w.schedule.Next(wall.Add(-w.duration))
	return !start.IsZero() && !start.After(wall)
}

// wall is what the clock in a window's zone reads.
func (w *window) wall(t time.Time) time.Time {
	_, offset := t.In(w.zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}
