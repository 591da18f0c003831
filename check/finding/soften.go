package finding

import (
	"fmt"
	"time"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/waiver"
)

// Soften makes warnings of the errors that do not count yet at a moment, and has them say from when they do.
func Soften(findings []Finding, ramps []waiver.Ramp, now time.Time) {
	for i := range findings {
		f := &findings[i]
		if f.Severity != Error {
			continue
		}
		for j := range ramps {
			if r := &ramps[j]; r.Softens(f.Rule, f.App, now) && (f.CountsFrom == nil || f.CountsFrom.Before(r.Until)) {
				f.CountsFrom = &r.Until
			}
		}
		if f.CountsFrom != nil {
			f.Severity = Warning
			f.Message += fmt.Sprintf(" (a warning until %s, and an error from then on)", calendar.InWords(*f.CountsFrom))
		}
	}
}
