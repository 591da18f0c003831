package calendar

import (
	"strings"
	"time"
)

// InWords is a moment as people write it, with the zone as they call it: Monday 2026-11-30 00:00 CET.
func InWords(at time.Time) string {
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
