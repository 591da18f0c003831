package calendar

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/promocheck/promocheck/internal/treetest"
)

func windowsOf(t testing.TB, text string) *Calendar {
	t.Helper()
	settings, err := settingsOf(text)
	if err != nil {
		t.Fatal(err)
	}
	read, err := settings.Read(treetest.New().Tree(t, treetest.Files{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func windowOf(t testing.TB, fields string) *window {
	t.Helper()
	return &windowsOf(t, "windows: [{kind: deny, "+fields+"}]").windows[0]
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

const (
	weekend = `schedule: "0 18 * * 5", duration: 62h, timeZone: Europe/Berlin` // Friday 18:00 to Monday 08:00
	night   = `schedule: "30 1 * * *", duration: 1h, timeZone: Europe/Berlin`  // 01:30 to 02:30
)

// TestActive has cases worked by hand: the first and the last second of windows, and the ones beside them.
func TestActive(t *testing.T) {
	for _, test := range []struct {
		about, window, at string
		want              bool
	}{
		{"before", weekend, "2026-11-27T17:59:59+01:00", false},
		{"first second", weekend, "2026-11-27T18:00:00+01:00", true},
		{"in between", weekend, "2026-11-29T12:00:00+01:00", true},
		{"last second", weekend, "2026-11-30T07:59:59+01:00", true},
		{"after", weekend, "2026-11-30T08:00:00+01:00", false},

		// Clocks go forward on Sunday 2026-03-29 at 02:00, and back on Sunday 2026-10-25 at 03:00. A window ends by
		// the clock on the wall, as in Argo CD.
		{"spring: last second", weekend, "2026-03-30T07:59:59+02:00", true},
		{"spring: after", weekend, "2026-03-30T08:00:00+02:00", false},
		{"autumn: last second", weekend, "2026-10-26T07:59:59+01:00", true},
		{"autumn: after", weekend, "2026-10-26T08:00:00+01:00", false},

		// On the wall, 01:59:59 is followed by 03:00:00: the window is cut short.
		{"spring night: before the change", night, "2026-03-29T01:59:59+01:00", true},
		{"spring night: after the change", night, "2026-03-29T03:00:00+02:00", false},
		{"spring night: begins in the gap", `schedule: "30 2 * * *", duration: 1h, timeZone: Europe/Berlin`, "2026-03-29T03:00:00+02:00", true},
		{"spring night: begun in the gap", `schedule: "30 2 * * *", duration: 1h, timeZone: Europe/Berlin`, "2026-03-29T03:29:59+02:00", true},
		{"spring night: over", `schedule: "30 2 * * *", duration: 1h, timeZone: Europe/Berlin`, "2026-03-29T03:30:00+02:00", false},

		// On the wall, 02:00 to 03:00 comes twice: so does the window's second half.
		{"autumn night: first time", night, "2026-10-25T02:29:59+02:00", true},
		{"autumn night: between", night, "2026-10-25T02:30:00+02:00", false},
		{"autumn night: second time", night, "2026-10-25T02:00:00+01:00", true},
		{"autumn night: over", night, "2026-10-25T02:30:00+01:00", false},

		{"leap day", `schedule: "0 0 29 2 *", duration: 24h`, "2028-02-29T23:59:59Z", true},
		{"after the leap day", `schedule: "0 0 29 2 *", duration: 24h`, "2028-03-01T00:00:00Z", false},
		{"no leap year", `schedule: "0 0 29 2 *", duration: 24h`, "2027-03-01T00:00:00Z", false},
		{"over the year's end", `schedule: "0 20 31 12 *", duration: 8h`, "2027-01-01T03:59:59Z", true},
		{"over the week's end", `schedule: "0 22 * * 6", duration: 4h`, "2026-11-29T01:00:00Z", true},

		{"half an hour off", `schedule: "0 9 * * *", duration: 1h, timeZone: Asia/Kolkata`, "2026-11-27T03:30:00Z", true},
		{"half an hour off, before", `schedule: "0 9 * * *", duration: 1h, timeZone: Asia/Kolkata`, "2026-11-27T03:29:59Z", false},
		{"far east", `schedule: "0 0 * * 5", duration: 24h, timeZone: Pacific/Kiritimati`, "2026-11-26T10:00:00Z", true},
		{"far east, before", `schedule: "0 0 * * 5", duration: 24h, timeZone: Pacific/Kiritimati`, "2026-11-26T09:59:59Z", false},
		{"west", `schedule: "0 0 * * 5", duration: 24h, timeZone: America/Los_Angeles`, "2026-11-28T07:59:59Z", true},
		{"west, after", `schedule: "0 0 * * 5", duration: 24h, timeZone: America/Los_Angeles`, "2026-11-28T08:00:00Z", false},

		{"either of two days", `schedule: "0 0 25 12 5", duration: 24h`, "2026-12-04T12:00:00Z", true},
		{"occurrences that overlap", `schedule: "0 10-16 * * 1-5", duration: 6h`, "2026-11-27T21:59:59Z", true},
		{"after the last of them", `schedule: "0 10-16 * * 1-5", duration: 6h`, "2026-11-27T22:00:00Z", false},

		{"dates: before", "from: 2026-12-19, to: 2027-01-03, timeZone: Europe/Berlin", "2026-12-18T23:59:59+01:00", false},
		{"dates: first second", "from: 2026-12-19, to: 2027-01-03, timeZone: Europe/Berlin", "2026-12-19T00:00:00+01:00", true},
		{"dates: last second", "from: 2026-12-19, to: 2027-01-03, timeZone: Europe/Berlin", "2027-01-03T23:59:59+01:00", true},
		{"dates: after", "from: 2026-12-19, to: 2027-01-03, timeZone: Europe/Berlin", "2027-01-04T00:00:00+01:00", false},
		{"times: last second", "from: 2026-12-19 12:00, to: 2026-12-19 18:00, timeZone: Asia/Kolkata", "2026-12-19T17:59:59+05:30", true},
		{"times: after", "from: 2026-12-19 12:00, to: 2026-12-19 18:00, timeZone: Asia/Kolkata", "2026-12-19T18:00:00+05:30", false},
		{"an offset counts", `from: 2026-12-19 12:00, to: "2026-12-19T18:00:00-08:00", timeZone: Asia/Kolkata`, "2026-12-20T01:59:59Z", true},
		// In Santiago, clocks go forward at midnight: Sunday begins at 01:00.
		{"a day without midnight", "from: 2026-09-06, to: 2026-09-06, timeZone: America/Santiago", "2026-09-06T01:00:00-03:00", true},
		{"the day before", "from: 2026-09-06, to: 2026-09-06, timeZone: America/Santiago", "2026-09-05T23:59:59-04:00", false},
		// In Havana, they go back at 01:00: Sunday's first hour comes twice.
		{"a day with two midnights", "from: 2026-11-01, to: 2026-11-01, timeZone: America/Havana", "2026-11-01T00:00:00-04:00", true},
		{"to its end", "from: 2026-10-31, to: 2026-10-31, timeZone: America/Havana", "2026-11-01T00:30:00-05:00", false},
	} {
		t.Run(test.about, func(t *testing.T) {
			now := instant(t, test.at)
			w := windowOf(t, test.window)
			s, ok := w.current(now, now.Add(Horizon))
			if got := ok && s.covers(now); got != test.want || w.active(now) != test.want {
				t.Errorf("active is %t as a span, %t at once", got, w.active(now))
			}
		})
	}
}

// TestCurrent has the times that people are told.
func TestCurrent(t *testing.T) {
	for _, test := range []struct{ about, window, at, from, to string }{
		{"during", weekend, "2026-11-28T12:00:00Z", "2026-11-27T17:00:00Z", "2026-11-30T07:00:00Z"},
		{"before", weekend, "2026-11-25T12:00:00Z", "2026-11-27T17:00:00Z", "2026-11-30T07:00:00Z"},
		{"spring", weekend, "2026-03-29T12:00:00Z", "2026-03-27T17:00:00Z", "2026-03-30T06:00:00Z"},
		{"autumn", weekend, "2026-10-25T12:00:00Z", "2026-10-23T16:00:00Z", "2026-10-26T07:00:00Z"},
		{"overlapping", `schedule: "0 10-16 * * 1-5", duration: 6h`, "2026-11-27T09:00:00Z", "2026-11-27T10:00:00Z", "2026-11-27T22:00:00Z"},
		{"adjacent", `schedule: "0 10,12 * * 1-5", duration: 2h`, "2026-11-27T09:00:00Z", "2026-11-27T10:00:00Z", "2026-11-27T14:00:00Z"},
		{"dense", `schedule: "* 10 * * 5", duration: 24h`, "2026-11-27T12:00:00Z", "2026-11-27T10:00:00Z", "2026-11-28T10:59:00Z"},
	} {
		t.Run(test.about, func(t *testing.T) {
			now := instant(t, test.at)
			s, _ := windowOf(t, test.window).current(now, now.Add(Horizon))
			if !s.from.Equal(instant(t, test.from)) || !s.to.Equal(instant(t, test.to)) {
				t.Errorf("from %s to %s", s.from, s.to)
			}
		})
	}
}

// argoCD is what Argo CD judges by: whether the first time after a duration ago is before now, by the clock
// on the wall.
func argoCD(w *window, now time.Time) bool {
	_, offset := now.In(w.zone).Zone()
	wall := now.UTC().Add(time.Duration(offset) * time.Second)
	return w.schedule.Next(wall.Add(-w.duration)).Before(wall)
}

// TestAsArgoCD compares random windows at random times with what Argo CD makes of them, near the turns of clocks
// too. Argo CD's clock is never on the very second: it has passed it.
func TestAsArgoCD(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 11))
	zones := []string{"UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "Australia/Lord_Howe", "America/Havana"}
	minutes, hours := []string{"0", "30", "*/20", "15,45", "*"}, []string{"0", "1", "2", "*/3", "10-16", "*", "23"}
	days, weekdays := []string{"*", "*", "1", "25", "29-31"}, []string{"*", "*", "5", "1-5", "0,6"}
	durations := []string{"1s", "1m", "20m", "59m", "1h", "90m", "6h", "24h", "62h", "400h"}
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	turns := []string{"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-03-08T10:00:00Z", "2026-11-01T09:00:00Z", "2026-04-04T15:00:00Z", "2028-02-29T00:00:00Z"}
	active := 0
	for range 3000 {
		text := fmt.Sprintf("schedule: %q, duration: %s, timeZone: %s",
			pick(minutes)+" "+pick(hours)+" "+pick(days)+" * "+pick(weekdays), pick(durations), pick(zones))
		w := windowOf(t, text)
		now := instant(t, pick(turns)).Add(time.Duration(random.IntN(400)-200) * 15 * time.Minute)
		if random.IntN(2) == 0 {
			now = now.Add(time.Duration(random.IntN(120)-60) * time.Second)
		}
		want := argoCD(w, now.Add(time.Nanosecond))
		s, ok := w.current(now, now.Add(48*time.Hour))
		if got := ok && s.covers(now); got != want || w.active(now) != want {
			t.Fatalf("%s at %s: active is %t as a span, %t at once", text, now.In(w.zone), got, w.active(now))
		}
		// And so it stays until the next edge, and no longer.
		next := w.next(now, now.Add(48*time.Hour))
		if next.Equal(never) {
			continue
		}
		before, after := next.Add(-time.Second), next
		if got := argoCD(w, before.Add(time.Nanosecond)); got != want {
			t.Fatalf("%s at %s: active is %t a second before it changes at %s", text, now.In(w.zone), got, next.In(w.zone))
		}
		if got := argoCD(w, after.Add(time.Nanosecond)); got == want {
			t.Fatalf("%s at %s: active is still %t at %s", text, now.In(w.zone), got, next.In(w.zone))
		}
		if want {
			active++
		}
	}
	if active == 0 {
		t.Error("none was active and ended")
	}
}
