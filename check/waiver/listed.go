package waiver

import "time"

// Idle is how long a waiver may be there without having anything to do, before that is held against it.
const Idle = 14 * 24 * time.Hour

// State is how a waiver stands.
type State string

// States of a waiver.
const (
	Active    State = "active"
	EndsSoon  State = "ends soon"
	Ended     State = "ended"
	Uncertain State = "uncertain" // it lasts a day from a moment that is not known
)

// Listed is a waiver as it stands.
type Listed struct {
	Waiver
	State    State
	Began    time.Time // when it came to the base branch; zero where that is not known
	Names    bool      // there is something of what it names
	Silenced int       // findings of the steps that were looked at
	Last     time.Time // when it last silenced one of them; zero: none
}

// List are all waivers of a branch.
type List struct {
	Branch  string
	Now     time.Time // in the team's zone
	Steps   int       // that were looked at, for what was silenced in them
	Of      []string  // the branches that made these steps
	Waivers []Listed
}

// IsIdle reports whether a waiver has had nothing to do for too long.
func (l Listed) IsIdle(now time.Time) bool {
	from := now.Add(-Idle)
	return !l.Over(now) && !l.Began.IsZero() && !l.Began.After(from) && (!l.Names || l.Last.Before(from))
}

// Wrong reports whether any has ended, or is idle: nothing lapses in silence, and nothing lives on in silence.
func (l *List) Wrong() bool {
	for _, w := range l.Waivers {
		if w.Over(l.Now) || w.IsIdle(l.Now) {
			return true
		}
	}
	return false
}
