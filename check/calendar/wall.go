package calendar

import (
	"iter"
	"time"
)

// A wall time is what a clock on the wall reads, labelled as UTC, so that one can be compared with another
// and hours added to it without a zone taking part.

// stretch is a time in which a zone's clocks are not turned.
type stretch struct {
	from, to time.Time // to is later than any other time where they are not turned any more
	offset   time.Duration
}

// wall is what the clock reads at an instant of the stretch.
func (s stretch) wall(t time.Time) time.Time { return t.UTC().Add(s.offset) }

// instant is when, within the stretch or beyond, the clock reads that.
func (s stretch) instant(wall time.Time) time.Time { return wall.Add(-s.offset) }

// never is later than any time that matters.
var never = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)

// stretches are those that the time from one instant to another falls into, cut off there.
func stretches(zone *time.Location, from, to time.Time) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		for from.Before(to) {
			local := from.In(zone)
			_, seconds := local.Zone()
			_, turned := local.ZoneBounds()
			s := stretch{from: from.UTC(), to: to.UTC(), offset: time.Duration(seconds) * time.Second}
			if !turned.IsZero() && turned.Before(to) {
				s.to = turned.UTC()
			}
			if !yield(s) {
				return
			}
			from = s.to
		}
	}
}

// first is the first instant at which a zone's clock has come to read that, or would have, had it not
// been turned past it.
func first(wall time.Time, zone *time.Location) time.Time {
	const widest = 36 * time.Hour // of what clocks in two zones read, and then some
	for s := range stretches(zone, wall.Add(-widest), wall.Add(widest)) {
		t := s.instant(wall)
		if t.Before(s.from) {
			return s.from
		}
		if t.Before(s.to) {
			return t
		}
	}
	return wall.Add(widest) // not reached: no zone is that far away
}
