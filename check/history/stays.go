package history

import (
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
)

// Stay is a time during which a version was somewhere without a break. What is not known is zero.
type Stay struct {
	Since time.Time      // when it came
	By    git.PastCommit // what brought it
	Seen  time.Time      // when it is first known to have been there: Since, or the oldest commit that is known
	Until time.Time      // when it was gone; zero while it is still there
	Gone  git.PastCommit // what replaced it
}

// Known reports whether the stay's beginning lies in the part of the past that is known.
func (s Stay) Known() bool { return !s.Since.IsZero() }

// Lasted is how long a stay has lasted at a time, as far as is known.
func (s Stay) Lasted(now time.Time) time.Duration {
	if !s.Until.IsZero() {
		now = s.Until
	}
	return now.Sub(s.Seen)
}

// beginsIn has the stay begin with a point.
func (s *Stay) beginsIn(p point) {
	s.Seen, s.Since, s.By = p.commit.Time, time.Time{}, git.PastCommit{}
	if p.known {
		s.Since, s.By = p.commit.Time, p.commit
	}
}

// Stays is when a version was at a place.
type Stays struct {
	Held    bool // it was there at all
	Newest  Stay
	Longest Stay // of those that are over; zero if there is none, or it was not asked for

	staysOf
	stay   Stay      // the one at hand
	open   bool      // which may go on to older points
	over   bool      // the newest one is behind
	oldest time.Time // of the points seen
}

// staysOf is what stays are asked of.
type staysOf struct {
	Question
	exact, longest bool
}

// Stays asks when a version was at a place last, and on demand also for its longest stay that is over. Two
// versions are the same as they are for promotions (artifact.Version.Same).
func (i *Inquiry) Stays(q Question, longest bool) *Stays {
	return i.into(q.Place.Environment).staysOf(staysOf{Question: q, longest: longest})
}

// ExactStays is like Stays, with versions from other repositories left out: what was deployed then would
// be deployed again.
func (i *Inquiry) ExactStays(q Question) *Stays {
	return i.into(q.Place.Environment).staysOf(staysOf{Question: q, exact: true})
}

func (i *Inquiry) staysOf(of staysOf) *Stays {
	stays, ok := i.stays[of]
	if !ok {
		stays = &Stays{staysOf: of}
		stays.Place.Environment = i.history.Layout.Name(stays.Place.Environment)
		i.stays[of] = stays
		i.ask(of.App, stays)
	}
	return stays
}

func (s *Stays) version() *artifact.Version { return &s.Version }
func (s *Stays) settle(*walker)             {}

func (s *Stays) wants(w *walker, p point, of *site) bool {
	if s.done(w.History) || !s.Place.has(of) {
		return false
	}
	return w.words.mayHold(of, s.Version) || s.Place.All && slices.ContainsFunc(p.sites, func(other *site) bool {
		return s.Place.has(other) && w.words.mayHold(other, s.Version)
	})
}

func (s *Stays) see(w *walker, points []point) {
	for _, p := range points {
		if s.done(w.History) {
			return
		}
		s.oldest = p.commit.Time
		is := s.isAt(w, p)
		if is {
			if !s.open {
				s.stay = Stay{Until: p.newer.Time, Gone: p.newer}
			}
			s.stay.beginsIn(p)
			s.note()
		}
		s.over = s.over || s.open && !is
		s.open = is
	}
}

// note notes the stay at hand, as far back as it is known by now.
func (s *Stays) note() {
	if !s.over {
		s.Held, s.Newest = true, s.stay
	}
	if s.longest && !s.stay.Until.IsZero() && s.stay.Lasted(s.stay.Until) > s.Longest.Lasted(s.Longest.Seen) {
		s.Longest = s.stay
	}
}

// done reports whether the newest stay is known to its beginning, and none that goes on or is older can have been
// longer than the longest so far.
func (s *Stays) done(h *History) bool {
	switch {
	case s.exact:
		return s.Held
	case !s.longest:
		return s.over
	}
	end := s.oldest
	if s.open {
		end = s.stay.Until
	}
	return s.over && end.Sub(h.Oldest().Time) <= s.Longest.Lasted(s.Longest.Seen)
}

// isAt reports whether a place had the version. Where all targets have to, those count that run the artifact.
func (s *Stays) isAt(w *walker, p point) bool {
	same := s.Version.Same
	if s.exact {
		same = s.Version.Unchanged
	}
	if !slices.ContainsFunc(p.sites, func(of *site) bool { return s.Place.has(of) && w.holds(of, s.Artifact, s.Version, same) }) {
		return false
	}
	slots := s.slotsAt(w.History, p)
	has := func(of *site) bool {
		return s.Place.has(of) && w.words.mayHold(of, s.Version) && slices.ContainsFunc(w.heldIn(s.Question, slots, of), same)
	}
	return slices.ContainsFunc(p.sites, has) && !(s.Place.All && slices.ContainsFunc(p.sites, func(of *site) bool {
		return s.Place.has(of) && len(w.heldIn(s.Question, slots, of)) > 0 && !has(of)
	}))
}
