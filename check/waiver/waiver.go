// Package waiver knows what lets findings pass for a while by a decision that is on the base branch: waivers, each for one
// rule in one place, and emergencies, which open a place at a time at which it is closed.
//
// A waiver is the last word on what a rule has reported, as the configured severity is: it is no fact that rules judge by,
// so that every rule can be waived, a team's own included, and a waived finding stays one.
package waiver

import (
	"cmp"
	"fmt"
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
	Emergency   bool   // it opens days and windows, and for a soak time of its own
	App         string // a doublestar pattern; empty: it is about files of no app
	Environment string
	Target      string // a doublestar pattern; empty: all of them
	Artifact    string // a doublestar pattern; empty: all that the app has in one of its environments
	Version     string // as reports write it, digests in full; empty: all that differs
	File        string // a doublestar pattern for files that belong to no app

	Configuration bool          // of an emergency: configuration comes in, and no version
	Soak          time.Duration // of an emergency: how long the version has to have soaked; 0: as long as is configured

	Reason     string
	ApprovedBy string    // recorded, and verified by nobody
	Expires    string    // as it is written
	Ends       time.Time // in the team's zone
	Unproven   bool      // nobody can tell when it began, which decides whether it has ended
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

// Of reports whether it names an artifact, which comes from a repository.
func (w Waiver) Of(artifact, repository string) bool {
	return w.Artifact == "" || doublestar.MatchUnvalidated(w.Artifact, artifact) || doublestar.MatchUnvalidated(w.Artifact, repository)
}

// Concerns reports whether it is about an app.
func (w Waiver) Concerns(app string) bool {
	return w.App != "" && doublestar.MatchUnvalidated(w.App, app)
}

// Over reports whether it has ended.
func (w Waiver) Over(now time.Time) bool { return w.Unproven || !now.Before(w.Ends) }

// Same reports whether two are the same decision, wherever each is stated, and however it spells the environment.
func (w Waiver) Same(other Waiver) bool {
	if !spelling.SameEnvironment(w.Environment, other.Environment) && w.Environment != other.Environment {
		return false
	}
	return w.said() == other.said()
}

// said is what it says, apart from where.
func (w Waiver) said() Waiver {
	w.Path, w.Line, w.Environment, w.Ends, w.Unproven = "", 0, "", time.Time{}, false
	return w
}

// About says in a few words what it is for: friday-push for shop in prod.
func (w Waiver) About() string {
	var b strings.Builder
	b.WriteString(cmp.Or(w.Rule, w.Kind()))
	if w.File != "" {
		b.WriteString(" for " + w.File)
		return b.String()
	}
	b.WriteString(" for " + w.App + " in " + w.Environment)
	if w.Target != "" {
		b.WriteString("/" + w.Target)
	}
	if said := strings.TrimSpace(w.Artifact + " " + w.Version); said != "" {
		b.WriteString(", " + said)
	}
	if w.Configuration {
		b.WriteString(", configuration")
	}
	return b.String()
}

// Kind is what people call it.
func (w Waiver) Kind() string {
	if w.Emergency {
		return "emergency"
	}
	return "waiver"
}

// String names it, with where it is stated.
func (w Waiver) String() string {
	return fmt.Sprintf("the %s in %s:%d (%s)", w.Kind(), w.Path, w.Line, w.About())
}

// mostEmergency is how long an emergency lasts at most.
const mostEmergency = 24 * time.Hour

// Came has a waiver that came to the base branch at a moment end no later than one of its kind may.
func (w Waiver) Came(at time.Time) Waiver {
	if last := at.Add(mostEmergency); w.Emergency && last.Before(w.Ends) {
		w.Ends = last.In(w.Ends.Location())
	}
	return w
}

// End is when it ends, in words.
func (w Waiver) End() string { return calendar.InWords(w.Ends) }
