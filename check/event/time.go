package event

// Time is the moment that time rules judge, with what the calendar says of it.
type Time struct {
	Now      string   `json:"now"`      // RFC 3339, in Timezone
	Timezone string   `json:"timezone"` // IANA name
	Weekday  string   `json:"weekday"`  // in Timezone: monday .. sunday
	Date     string   `json:"date"`     // in Timezone: YYYY-MM-DD
	Clock    string   `json:"clock"`    // in Timezone: HH:MM
	Holiday  *string  `json:"holiday"`  // what it is called; null where the day is none
	Windows  []Window `json:"windows"`  // those that apply to something that the change deploys
	Gates    Gates    `json:"gates"`
	Asked    Asked    `json:"asked"`
}

// Gates are, by app, environment and target, the windows that apply there, by their place in the list. What no
// window applies to is not in it.
type Gates map[string]map[string]map[string][]int

// Asked are, by app, environment and target, the windows that are asked together: of several that allow, one has to be active.
// Those of the team are asked for each place, and those of a project by its applications.
type Asked map[string]map[string]map[string][]Group

// Group is one of those.
type Group struct {
	Application *string `json:"application"` // that asks; null where it is the team, or its name cannot be told
	Known       bool    `json:"known"`       // it is the team's, or its project can be told
	Project     string  `json:"project"`     // whose windows they are; empty for the team's
	Windows     []int   `json:"windows"`     // that apply, by their place in the list
	Unsure      []int   `json:"unsure"`      // of which that cannot be told
}

// Window is a time in which changes may go in, or may not.
type Window struct {
	Kind        string     `json:"kind"` // allow or deny
	Active      bool       `json:"active"`
	From        *string    `json:"from"` // RFC 3339: since when it is active, or when it will be next
	To          *string    `json:"to"`   // RFC 3339; null where no end is in sight, or no beginning
	Description string     `json:"description"`
	Project     string     `json:"project"`    // the Argo CD AppProject that states it; empty elsewhere
	Freeze      bool       `json:"freeze"`     // the freeze file states it
	Exceptions  Exceptions `json:"exceptions"` // what a freeze lets through
	Path        string     `json:"path"`       // the file that states it
	Line        int        `json:"line"`
}

// Exceptions are by app, environment and target.
type Exceptions map[string]map[string]map[string]Exception

// Exception is why, and until when, a freeze lets something through.
type Exception struct {
	Reason  string `json:"reason"`
	Expires string `json:"expires"`
}
