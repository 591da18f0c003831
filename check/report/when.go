package report

import (
	"strings"
	"time"
)

// whenText is a moment in words, with the zone as people call it: Monday 2026-11-30 00:00 CET.
func whenText(at time.Time) string {
	layout := "Monday 2006-01-02 15:04"
	if at.Second() != 0 {
		layout += ":05"
	}
	zone, _ := at.Zone()
	if strings.HasPrefix(zone, "+") || strings.HasPrefix(zone, "-") { // no name, but an offset: +14
		zone = "UTC" + zone
	}
	return at.Format(layout) + " " + zone
}

// outlook says what time alone will change about the verdict.
func (t *text) outlook() {
	switch r := t.report; {
	case r.Opens != nil:
		t.line(0, "Only the time is against it: it may go in from %s.", whenText(*r.Opens))
	case r.ValidUntil != nil:
		t.line(0, "This verdict holds until %s.", whenText(*r.ValidUntil))
	}
}
