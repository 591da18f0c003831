package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/waiver"
)

// WaiversText writes a table of waivers, and what is wrong with them.
func WaiversText(w io.Writer, l *waiver.List, _ Options) error {
	var b strings.Builder
	if len(l.Waivers) == 0 {
		fmt.Fprintf(&b, "There are no waivers on %s.\n", name(l.Branch))
	} else {
		waiversTable(&b, l)
		fmt.Fprintf(&b, "\nSILENCED counts findings of the last %s of %s.\n", Count(l.Steps, "step"), name(strings.Join(l.Of, ", ")))
	}
	for _, one := range l.Waivers {
		if problem := problemOf(one, l.Now); problem != "" {
			fmt.Fprintf(&b, "warning: %s %s\n", sentence(one.String()), problem)
		}
	}
	_, err := io.WriteString(w, Defuse(b.String()))
	return err
}

func waiversTable(b *strings.Builder, l *waiver.List) {
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join([]string{"STATE", "FOR", "ENDS", "SILENCED", "WHERE", "REASON"}, "\t"))
	for _, one := range l.Waivers {
		reason := sentence(one.Reason)
		if one.ApprovedBy != "" {
			reason += remarksText([]string{"approved by " + name(one.ApprovedBy)})
		}
		fmt.Fprintln(table, strings.Join([]string{
			string(one.State), sentence(one.About()), one.End(), fmt.Sprint(one.Silenced),
			locationText(event.Location{Path: one.Path, Line: one.Line}), reason,
		}, "\t"))
	}
	_ = table.Flush() // into memory
}

// problemOf is what somebody has to do about a waiver.
func problemOf(one waiver.Listed, now time.Time) string {
	switch {
	case one.State == waiver.Uncertain:
		return "does not count: when it came to the branch is not known"
	case one.State == waiver.Ended:
		return "has ended: remove it, or decide anew"
	case one.IsIdle(now) && !one.Names:
		return "names nothing that there is: correct or remove it"
	case one.IsIdle(now):
		return "has silenced nothing for 14 days: remove it, unless it is still needed"
	}
	return ""
}

type jsonWaivers struct {
	APIVersion string             `json:"apiVersion"`
	Kind       string             `json:"kind"`
	Branch     string             `json:"branch"`
	Now        time.Time          `json:"now"`
	Steps      int                `json:"steps"`
	Waivers    []jsonListedWaiver `json:"waivers"`
}

type jsonListedWaiver struct {
	State         string     `json:"state"`
	Kind          string     `json:"kind"`
	Rule          string     `json:"rule"`
	App           string     `json:"app"`
	Environment   string     `json:"environment"`
	Target        string     `json:"target"`
	Version       string     `json:"version"`
	Configuration bool       `json:"configuration"`
	Files         string     `json:"files"`
	Began         *time.Time `json:"began"`
	Names         bool       `json:"names"`
	Silenced      int        `json:"silenced"`
	Idle          bool       `json:"idle"`
	jsonWaiver
}

// WaiversJSON writes the same for programs.
func WaiversJSON(w io.Writer, l *waiver.List, _ Options) error {
	out := jsonWaivers{APIVersion: APIVersion, Kind: "Waivers", Branch: l.Branch, Now: l.Now, Steps: l.Steps, Waivers: []jsonListedWaiver{}}
	for _, one := range l.Waivers {
		listed := jsonListedWaiver{
			State: string(one.State), Kind: one.Kind(), Rule: one.Rule, App: one.App, Environment: one.Environment, Target: one.Target,
			Version: one.Version, Configuration: one.Configuration, Files: one.File, Names: one.Names, Silenced: one.Silenced, Idle: one.IsIdle(l.Now),
			jsonWaiver: *waiverOf(&one.Waiver),
		}
		if !one.Began.IsZero() {
			listed.Began = &one.Began
		}
		out.Waivers = append(out.Waivers, listed)
	}
	return writeJSON(w, out)
}
