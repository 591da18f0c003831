// Package report writes down what a run found, for people and for machines: one file a format.
// Whatever comes from a repository is escaped for the place where it is printed, and the same
// report is the same bytes from run to run.
package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// Report is all that a format may tell.
type Report struct {
	Event    *event.Event      // not nil
	Findings []finding.Finding // in the order in which they are told

	// Rules are those that were asked, whether they found something or not.
	Rules []evaluate.Rule

	// FailOn is the severity from which on a finding fails the check.
	FailOn finding.Severity

	// Source reads a file as it is after the change, for excerpts; it may be nil. A file that it
	// cannot read has no excerpt.
	Source func(path string) ([]byte, error)

	// Notices are sentences about the run itself: what could not be looked at, and what to do.
	Notices []string

	// Version is the program's own.
	Version string

	// Opens is when a verdict that fails will pass, and ValidUntil when one that passes will fail, by nothing
	// but time; nil where that is not in sight.
	Opens, ValidUntil *time.Time

	// TimezoneAssumed says that nobody configured the time zone that the event names.
	TimezoneAssumed bool
}

// Summary counts what a report tells. Waived findings count as waived only.
type Summary struct {
	Apps    int // apps that would deploy something else
	Changes int
	finding.Counts
}

// Summary counts what r tells.
func (r *Report) Summary() Summary {
	s := Summary{Changes: len(r.Event.Changes), Counts: finding.Count(r.Findings)}
	apps := make(map[string]bool)
	for _, c := range r.Event.Changes {
		apps[c.App] = true
	}
	for _, e := range r.Event.Effects {
		apps[e.App] = true
	}
	s.Apps = len(apps)
	return s
}

// Fails reports whether a finding is as grave as what the check fails on.
func (r *Report) Fails() bool { return finding.AnyAtLeast(r.Findings, r.FailOn) }

// gravestFirst returns findings with the gravest first and waived ones last, for a person who has to act on them. Those
// that are as grave as each other stay in their order.
func gravestFirst(findings []finding.Finding) []finding.Finding {
	return slices.SortedStableFunc(slices.Values(findings), func(a, b finding.Finding) int { return cmp.Compare(rank(a), rank(b)) })
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

var severities = []finding.Severity{finding.Error, finding.Warning, finding.Note}

func rank(f finding.Finding) int {
	if f.Waived != nil {
		return len(severities)
	}
	return max(0, slices.Index(severities, f.Severity))
}
