// Package finding turns what rules reported into the findings that people and machines are shown:
// with the configuration's word on severity, a place, and an identity that outlives moved lines.
package finding

import (
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/waiver"
)

// Severity of a finding.
type Severity = evaluate.Severity

// Severities, the gravest first.
const (
	Error   = evaluate.Error
	Warning = evaluate.Warning
	Note    = evaluate.Note
)

// Finding is what a rule reports.
type Finding struct {
	Rule        string
	Severity    Severity
	Message     string
	Change      *string        // a change's ID
	Covers      []string       // the IDs of all changes and effects that it stands for
	Targets     []string       // of them, those that are meant
	Files       []string       // that it stands for where it belongs to no app
	Emergency   bool           // an emergency opens what it is about
	Soaked      *time.Duration // for how long the version has run before; an emergency may ask for no more
	App         string
	Environment string
	Location    *event.Location
	Remediation string
	Fingerprint string
	Waived      *waiver.Waiver // that silences it
	CountsFrom  *time.Time     // when it will be an error, which is only a warning yet; nil where it is what it is
	Opens       *time.Time     // when time alone will have made it go away; nil where that is not known
}

// Counts are how many findings of each severity count, and how many are waived and do not.
type Counts struct {
	Errors, Warnings, Notes, Waived int
}

// Count counts findings.
func Count(findings []Finding) Counts {
	var c Counts
	for _, f := range findings {
		switch {
		case f.Waived != nil:
			c.Waived++
		case f.Severity == Note:
			c.Notes++
		case f.Severity == Warning:
			c.Warnings++
		default:
			c.Errors++
		}
	}
	return c
}

// AnyAtLeast reports whether a finding that is not waived is as grave as threshold, or graver.
func AnyAtLeast(findings []Finding, threshold Severity) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Counts(threshold) })
}

// Counts reports whether a finding is as grave as threshold, or graver, and not waived.
func (f Finding) Counts(threshold Severity) bool { return f.Waived == nil && f.AtLeast(threshold) }

// AtLeast reports whether a finding is as grave as threshold, or graver. One of no known severity is
// as grave as an error, which is how Count counts it.
func (f Finding) AtLeast(threshold Severity) bool {
	if !f.Severity.Valid() {
		return Error.AtLeast(threshold)
	}
	return f.Severity.AtLeast(threshold)
}
