package check

import (
	"context"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/finding"
)

// Outlook is what time alone will change about a verdict; nil where it will not, as far as is looked ahead.
type Outlook struct {
	Opens      *time.Time // when a verdict that fails would pass
	ValidUntil *time.Time // when one that passes would fail
}

// mostInstants bounds how many moments are looked at, of which there may be one a minute.
const mostInstants = 1000

// Outlook evaluates the rules that depend on time at the moments ahead at which a fact about time changes, until
// it is known how the verdict fares. It also notes in findings when each would go away, and says so.
func (c *Check) Outlook(ctx context.Context, findings []finding.Finding, failOn evaluate.Severity) (Outlook, error) {
	return c.judge.outlook(ctx, findings, failOn)
}

func (j *judge) outlook(ctx context.Context, findings []finding.Finding, failOn evaluate.Severity) (Outlook, error) {
	var outlook Outlook
	if len(j.event.Effects)+len(j.event.Changes) == 0 {
		return outlook, nil
	}
	later, err := j.later(ctx)
	if err != nil || later == nil {
		return outlook, err
	}
	var waiting []int
	var lasting []finding.Finding
	for i, f := range findings {
		if later.Has(f.Rule) {
			waiting = append(waiting, i)
		} else {
			lasting = append(lasting, f)
		}
	}
	fails := finding.AnyAtLeast(findings, failOn)
	settled := finding.AnyAtLeast(lasting, failOn) // whatever time brings, it fails
	instants := 0
	for at, word := range j.timeline.Instants(j.now, later.moments) {
		if settled && len(waiting) == 0 {
			break
		}
		at = at.In(j.timeline.Zone())
		if instants++; instants > mostInstants {
			if !fails {
				outlook.ValidUntil = &at // at least
			}
			break
		}
		then, err := later.findings(ctx, at, word)
		if err != nil {
			return outlook, err
		}
		waiting = slices.DeleteFunc(waiting, func(i int) bool {
			if slices.ContainsFunc(then, func(f finding.Finding) bool { return f.Fingerprint == findings[i].Fingerprint }) {
				return false
			}
			findings[i].Opens = &at
			findings[i].Remediation = "This rule lets it in from " + calendar.InWords(at) + ". " + findings[i].Remediation
			return true
		})
		if !settled && fails != finding.AnyAtLeast(then, failOn) {
			settled = true
			if fails {
				outlook.Opens = &at
			} else {
				outlook.ValidUntil = &at
			}
		}
	}
	return outlook, nil
}

// later finds what rules would find at other times.
type later struct {
	*evaluate.Later
	judge   *judge
	moments calendar.Moments
	known   map[string][]finding.Finding
}

// later is nil where nothing depends on time.
func (j *judge) later(ctx context.Context) (*later, error) {
	told, err := j.about.Later(ctx)
	if err != nil || !told.Any() {
		return nil, err
	}
	l := &later{Later: told, judge: j, known: map[string][]finding.Finding{}}
	for _, moment := range told.Moments {
		if err := l.moments.Add(moment); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// findings are those at a moment. Moments of which the calendar says the same need one evaluation.
func (l *later) findings(ctx context.Context, at time.Time, word string) ([]finding.Finding, error) {
	if l.Daily {
		word += at.String()
	}
	if known, ok := l.known[word]; ok {
		return known, nil
	}
	results, err := l.Results(ctx, l.judge.timeline.At(at))
	if err != nil {
		return nil, err
	}
	l.known[word] = l.judge.told(results)
	return l.known[word], nil
}
