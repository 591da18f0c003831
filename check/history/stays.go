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
	Ran   time.Time      // when, in it, something that has the version is first known to have been able to run; zero: never
}

// Known reports whether the stay's beginning lies in the part of the past that is known.
func (s Stay) Known() bool { return !s.Since.IsZero() }

// running is how long it could run in a stay that is over: from the first moment in which it could. What is scaled to zero for
// a night takes nothing away.
func (s Stay) running() time.Duration {
	if s.Ran.IsZero() || s.Until.IsZero() {
		return 0
	}
	return s.Until.Sub(s.Ran)
}

// isBrief reports whether a stay was over before any cluster can have run the version: that is none.
func (s Stay) isBrief() bool { return !s.Until.IsZero() && s.Until.Sub(s.Seen) < moment }

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

	// Ran is the newest stay in which it could run, and LongestRan of those that are over the one in which it could for longest;
	// zero if there is none.
	Ran, LongestRan Stay

	staysOf
	stay    Stay      // the one at hand
	open    bool      // which may go on to older points
	over    bool      // the newest one is behind
	ranOver bool      // the newest one in which it could run is
	oldest  time.Time // of the points seen
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

func (s *Stays) concerns(of *site) bool { return s.Place.has(of) }
func (s *Stays) about() *Question       { return &s.Question }
func (s *Stays) settle(*walker)         {}

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
		is, runs := s.isAt(w, p)
		if is {
			if !s.open {
				s.stay = Stay{Until: p.newer.Time, Gone: p.newer}
			}
			s.stay.beginsIn(p)
			if runs && !p.isBrief() {
				s.stay.Ran = p.commit.Time
			}
			if !s.stay.isBrief() {
				s.note()
			}
		}
		ended := s.open && !is && !s.stay.isBrief()
		s.over = s.over || ended
		s.ranOver = s.ranOver || ended && !s.stay.Ran.IsZero()
		s.open = is
	}
}

// note notes the stay at hand, as far back as it is known by now.
func (s *Stays) note() {
	if !s.over {
		s.Held, s.Newest = true, s.stay
	}
	if !s.ranOver && !s.stay.Ran.IsZero() {
		s.Ran = s.stay
	}
	if s.longest && s.stay.running() > s.LongestRan.running() {
		s.LongestRan = s.stay
	}
	if s.longest && !s.stay.Until.IsZero() && s.stay.Lasted(s.stay.Until) > s.Longest.Lasted(s.Longest.Seen) {
		s.Longest = s.stay
	}
}

// done reports whether the newest stay is known to its beginning, and the newest in which the version could run, and none that
// goes on or is older can have been longer than the longest so far.
func (s *Stays) done(h *History) bool {
	switch {
	case s.exact:
		return s.Held
	case !s.longest:
		return s.ranOver
	}
	end := s.oldest
	if s.open {
		end = s.stay.Until
	}
	return s.ranOver && end.Sub(h.Oldest().Time) <= min(s.Longest.Lasted(s.Longest.Seen), s.LongestRan.running())
}

// isAt reports whether a place had the version, and whether something that had it could run. Where all targets have to, those
// count that run the artifact, and something has to be able to in each.
func (s *Stays) isAt(w *walker, p point) (is, runs bool) {
	same := s.Version.Same
	if s.exact {
		same = s.Version.Unchanged
	}
	if !slices.ContainsFunc(p.sites, func(of *site) bool { return s.Place.has(of) && w.holds(of, s.Artifact, s.Version, same) }) {
		return false, false
	}
	slots := s.slotsAt(w.History, p)
	running, all, anywhere := 0, 0, false
	for _, of := range p.sites {
		if !s.Place.has(of) {
			continue
		}
		has, could := false, false
		if w.words.mayHold(of, s.Version) {
			has, could = s.hasIn(w.History, slots, of, same)
		}
		anywhere = anywhere || could
		switch {
		case has && could:
			all, running = all+1, running+1
		case has:
			all++
		case s.Place.All && len(w.heldIn(s.Question, slots, of)) > 0:
			return false, false
		}
	}
	return all > 0, all > 0 && anywhere && (running == all || !s.Place.All)
}

// hasIn reports whether some slots of a site have the version, and whether any could run it: one workload of the artifact is
// enough for that.
func (s *Stays) hasIn(h *History, slots Slots, of *site, same func(artifact.Version) bool) (has, could bool) {
	for version := range h.inSlots(s.Question, slots, of) {
		has = has || same(version)
	}
	for version, why := range h.inSlots(s.Question, Slots{}, of) {
		could = could || same(version) && why.Runs(s.Counting)
	}
	return has, could
}
