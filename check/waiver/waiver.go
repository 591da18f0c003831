// Package waiver knows what lets findings pass for a while by a decision that is on the base branch: waivers, each for one
// rule in one place, and emergencies, which open a place at a time at which it is closed.
//
// A waiver is the last word on what a rule has reported, as the configured severity is: it is no fact that rules judge by,
// so that every rule can be waived, a team's own included, and a waived finding stays one.
package waiver

import (
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/spelling"
)

// Waiver is a recorded exception. It applies to what has all that it names.
type Waiver struct {
	Path string // the file that states it
	Line int

	Rule        string // empty: it is an emergency
	App         string // a doublestar pattern; empty: it is about files of no app
	Environment string
	Target      string // a doublestar pattern; empty: all of them
	Version     string // as reports write it, digests in full; empty: all that differs
	File        string // a doublestar pattern for files that belong to no app

	Reason     string
	ApprovedBy string    // recorded, and verified by nobody
	Expires    string    // as it is written
	Ends       time.Time // in the team's zone
}

// In reports whether the waiver names a place. The environment is called as the repository calls it.
func (w Waiver) In(app, environment string) bool {
	return w.App != "" && w.Environment == environment && doublestar.MatchUnvalidated(w.App, app)
}

// At reports whether it names a target of its places.
func (w Waiver) At(target string) bool {
	return w.Target == "" || doublestar.MatchUnvalidated(w.Target, target)
}

// Names reports whether it names a file that belongs to no app.
func (w Waiver) Names(file string) bool {
	return w.File != "" && doublestar.MatchUnvalidated(w.File, file)
}

// Concerns reports whether it is about an app.
func (w Waiver) Concerns(app string) bool {
	return w.App != "" && doublestar.MatchUnvalidated(w.App, app)
}

// Over reports whether it has ended.
func (w Waiver) Over(now time.Time) bool { return !now.Before(w.Ends) }

// Same reports whether two are the same decision, wherever each is stated, and however it spells the environment.
func (w Waiver) Same(other Waiver) bool {
	if !spelling.SameEnvironment(w.Environment, other.Environment) && w.Environment != other.Environment {
		return false
	}
	return w.said() == other.said()
}

// said is what it says, apart from where.
func (w Waiver) said() Waiver {
	w.Path, w.Line, w.Environment, w.Ends = "", 0, "", time.Time{}
	return w
}

// About says in a few words what it is for: friday-push for shop in prod.
func (w Waiver) About() string {
	var b strings.Builder
	b.WriteString(w.Rule)
	if w.File != "" {
		b.WriteString(" for " + w.File)
		return b.String()
	}
	b.WriteString(" for " + w.App + " in " + w.Environment)
	if w.Target != "" {
		b.WriteString("/" + w.Target)
	}
	if w.Version != "" {
		b.WriteString(", " + w.Version)
	}
	return b.String()
}

// End is when it ends, in words.
func (w Waiver) End() string { return calendar.InWords(w.Ends) }
