package calendar

import (
	"testing"
	"time"
)

func TestInWords(t *testing.T) {
	for zone, want := range map[string]string{
		"UTC":                "Saturday 2026-11-28 07:30 UTC",
		"Europe/Berlin":      "Saturday 2026-11-28 08:30 CET",
		"Pacific/Kiritimati": "Saturday 2026-11-28 21:30 UTC+14",
		"Asia/Kathmandu":     "Saturday 2026-11-28 13:15 UTC+0545",
		"America/Sao_Paulo":  "Saturday 2026-11-28 04:30 UTC-03",
	} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := InWords(instant(t, "2026-11-28T07:30:00Z").In(location)); got != want {
			t.Errorf("%s: %s", zone, got)
		}
	}
	if got := InWords(instant(t, "2026-11-28T07:30:01Z").UTC()); got != "Saturday 2026-11-28 07:30:01 UTC" {
		t.Error(got)
	}
}
