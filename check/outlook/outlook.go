package outlook

import (
	"context"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/finding"
)

// Outlook is what time alone will change about a verdict; nil where it will not, as far as is looked ahead.
type Outlook struct {
	Opens      *time.Time // when a verdict that fails would pass
	ValidUntil *time.Time // when one that passes would fail
}

// mostInstants bounds how many moments are looked at, of which there may be one a minute.
const mostInstants = 1000

// Of asks a judge about the moments ahead at which a fact about time changes, until it is known how the verdict that
// findings make fares. It also notes in findings when each would go away, and says so.
func Of(ctx context.Context, judge Judge, timeline *calendar.Timeline, now time.Time, findings []finding.Finding, failOn finding.Severity) (Outlook, error) {
	var outlook Outlook
	if len(judge.Rules) == 0 {
		return outlook, nil
	}
	ahead, err := newAhead(judge, timeline)
	if err != nil {
		return outlook, err
	}
	var waiting []int
	var lasting []finding.Finding
	for i, f := range findings {
		switch {
		case f.Waived != nil: // what is open already
		case slices.Contains(judge.Rules, f.Rule):
			waiting = append(waiting, i)
		default:
			lasting = append(lasting, f)
		}
	}
	fails := finding.AnyAtLeast(findings, failOn)
	settled := finding.AnyAtLeast(lasting, failOn) // whatever time brings, it fails
	instants := 0
	for at, word := range timeline.Instants(now, ahead.moments) {
		if settled && len(waiting) == 0 {
			break
		}
		at = at.In(timeline.Zone)
		if instants++; instants > mostInstants {
			if !fails {
				outlook.ValidUntil = &at // at least
			}
			break
		}
		then, err := ahead.findings(ctx, at, word)
		if err != nil {
			return outlook, err
		}
		still := map[string]bool{} // fingerprints
		for _, f := range then {
			still[f.Fingerprint] = still[f.Fingerprint] || f.Waived == nil
		}
		waiting = slices.DeleteFunc(waiting, func(i int) bool {
			if still[findings[i].Fingerprint] {
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
