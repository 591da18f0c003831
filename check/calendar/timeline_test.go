package calendar

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/place"
)

var everywhere = []Place{{Place: place.Place{App: "shop", Environment: "prod", Target: "."}}}

// instantsOf are the moments that a timeline names, in its zone, as far as a given one.
func instantsOf(t *testing.T, text, now, until string, moments ...string) []string {
	t.Helper()
	timeline := windowsOf(t, text).Timeline(everywhere)
	var m Moments
	for _, moment := range moments {
		if err := m.Add(moment); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for at := range timeline.Instants(instant(t, now), m) {
		if at.After(instant(t, until)) {
			break
		}
		got = append(got, at.In(timeline.Zone).Format(time.RFC3339))
	}
	return got
}

func TestInstants(t *testing.T) {
	for _, test := range []struct {
		about, text, now, until string
		moments, want           []string
	}{
		{"midnights", "timezone: Asia/Kolkata", "2026-11-25T12:00:00Z", "2026-11-27T12:00:00Z", nil,
			[]string{"2026-11-26T00:00:00+05:30", "2026-11-27T00:00:00+05:30"}},
		{"a window", `windows: [{kind: deny, schedule: "0 12 * * *", duration: 1h}]`, "2026-11-25T11:59:59Z", "2026-11-26T00:00:00Z", nil,
			[]string{"2026-11-25T12:00:00Z", "2026-11-25T13:00:00Z", "2026-11-26T00:00:00Z"}},
		{"not the moment itself", `windows: [{kind: deny, schedule: "0 12 * * *", duration: 1h}]`, "2026-11-25T12:00:00Z", "2026-11-25T23:00:00Z", nil,
			[]string{"2026-11-25T13:00:00Z"}},
		{"moments", "timezone: UTC", "2026-11-25T12:00:00Z", "2026-11-26T13:00:00Z", []string{"12:30", "24:00", "2026-11-25T20:00:00+01:00", "2026-11-25T19:30:00.5Z"},
			[]string{"2026-11-25T12:30:00Z", "2026-11-25T19:00:00Z", "2026-11-25T19:30:01Z", "2026-11-26T00:00:00Z", "2026-11-26T12:30:00Z"}},
		// Clocks go forward at 02:00: there is no half past two that day.
		{"spring", "timezone: Europe/Berlin", "2026-03-28T23:30:00Z", "2026-03-29T22:00:00Z", []string{"02:30"},
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T00:00:00+02:00"}},
		// Clocks go back at 03:00: there are two, and between them it is before half past two again.
		{"autumn", "timezone: Europe/Berlin", "2026-10-24T22:30:00Z", "2026-10-25T23:00:00Z", []string{"02:30"},
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T02:30:00+01:00", "2026-10-26T00:00:00+01:00"}},
		{"a day without midnight", "timezone: America/Santiago", "2026-09-05T12:00:00Z", "2026-09-06T12:00:00Z", nil, []string{"2026-09-06T01:00:00-03:00"}},
	} {
		t.Run(test.about, func(t *testing.T) {
			if diff := cmp.Diff(test.want, instantsOf(t, test.text, test.now, test.until, test.moments...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestWordsTellFactsApart requires that moments with the same word have the same facts, but for the date.
func TestWordsTellFactsApart(t *testing.T) {
	timeline := windowsOf(t, `timezone: America/Los_Angeles
holidays: [2026-12-25, {date: 2027-01-01, name: New Year}]
windows:
- {kind: deny, schedule: "0 12 * * 1-3", duration: 90m}
- {kind: allow, schedule: "0 6 * * *", duration: 17h, timeZone: Asia/Kolkata}
- {kind: deny, from: 2026-12-19, to: 2026-12-24}
`).Timeline(everywhere)
	var moments Moments
	if err := moments.Add("14:00"); err != nil {
		t.Fatal(err)
	}
	facts, again := map[string]string{}, 0
	for at, word := range timeline.Instants(instant(t, "2026-12-10T00:00:00Z"), moments) {
		f := timeline.At(at)
		text := f.Weekday
		if f.Clock >= "14:00" {
			text += " late"
		}
		if f.Holiday != nil {
			text += " holiday " + *f.Holiday
		}
		for _, w := range f.Windows {
			if w.Active {
				text += " " + w.Kind
			} else {
				text += " -"
			}
		}
		if known, ok := facts[word]; ok {
			again++
			if known != text {
				t.Errorf("%s: %q is %q and %q", at, word, known, text)
			}
		}
		facts[word] = text
	}
	if again == 0 {
		t.Error("no word came twice")
	}
}

func TestMomentsThatAreNone(t *testing.T) {
	for _, text := range []string{"", "noon", "25:00", "2026-12-24"} {
		var m Moments
		if m.Add(text) == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
