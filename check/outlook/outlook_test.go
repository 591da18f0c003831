package outlook_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/outlook"
	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/internal/treetest"
)

const lunch = "windows: [{kind: deny, schedule: \"0 12 * * *\", duration: 1h, description: lunch}]\n"

var (
	prod = calendar.Place{Place: place.Place{App: "shop", Environment: "prod", Target: "."}}
	dev  = calendar.Place{Place: place.Place{App: "shop", Environment: "dev", Target: "."}}
)

func calendarOf(t *testing.T, text string) *calendar.Calendar {
	t.Helper()
	c, err := config.Parse("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	settings, err := calendar.Parse(c.Path, c.Time)
	if err != nil {
		t.Fatal(err)
	}
	read, err := settings.Read(treetest.New().Tree(t, treetest.Files{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

var closed = finding.Finding{
	Rule: "freeze-window", Severity: finding.Error, App: "shop", Environment: "prod", Fingerprint: "closed", Remediation: "Wait.",
}

// judging is a judge that finds prod closed as long as the timeline says so. It counts how often it is asked.
func judging(timeline *calendar.Timeline, asked *int) outlook.Judge {
	return outlook.Judge{
		Rules: []string{"freeze-window"},
		At: func(_ context.Context, at time.Time) ([]finding.Finding, error) {
			*asked++
			for _, w := range timeline.At(at).Windows {
				if w.Active {
					return []finding.Finding{closed}, nil
				}
			}
			return nil, nil
		},
	}
}

func TestOutlook(t *testing.T) {
	other := finding.Finding{Rule: "mutable-tag", Severity: finding.Error, Fingerprint: "other"}
	for _, test := range []struct {
		about, now        string
		findings          []finding.Finding
		failOn            finding.Severity
		opens, validUntil string
	}{
		{"closed", "2026-11-25T12:30:00Z", []finding.Finding{closed}, finding.Error, "2026-11-25T13:00:00Z", ""},
		{"open", "2026-11-25T09:00:00Z", nil, finding.Error, "", "2026-11-25T12:00:00Z"},
		{"wrong anyway", "2026-11-25T12:30:00Z", []finding.Finding{closed, other}, finding.Error, "", ""},
		{"not grave enough", "2026-11-25T12:30:00Z", []finding.Finding{{Rule: "freeze-window", Severity: finding.Note, Fingerprint: "closed"}}, finding.Error, "", "2026-11-26T12:00:00Z"},
	} {
		t.Run(test.about, func(t *testing.T) {
			asked := 0
			timeline := calendarOf(t, lunch).Timeline([]calendar.Place{prod})
			got, err := outlook.Of(t.Context(), judging(timeline, &asked), timeline, moment(t, test.now), test.findings, test.failOn)
			if err != nil {
				t.Fatal(err)
			}
			format := func(at *time.Time) string {
				if at == nil {
					return ""
				}
				return at.Format(time.RFC3339)
			}
			if format(got.Opens) != test.opens || format(got.ValidUntil) != test.validUntil {
				t.Errorf("opens %q, valid until %q", format(got.Opens), format(got.ValidUntil))
			}
			for _, f := range test.findings {
				if f.Rule == "mutable-tag" && f.Opens != nil {
					t.Errorf("%s goes away at %s", f.Rule, f.Opens)
				}
				if f.Fingerprint == "closed" && (f.Opens == nil || !strings.HasPrefix(f.Remediation, "This rule lets it in from Wednesday 2026-11-25 13:00 UTC. ")) && f.Severity == finding.Error {
					t.Errorf("%s goes away at %s: %s", f.Rule, format(f.Opens), f.Remediation)
				}
			}
		})
	}
}

// TestManyMoments requires that where the answer is not found among the many moments that are looked at, a verdict that
// passes holds as far as was looked, and that moments at which all is alike are judged once.
func TestManyMoments(t *testing.T) {
	timeline := calendarOf(t, "windows: [{kind: deny, schedule: \"*/2 * * * *\", duration: 1m}]\n").Timeline([]calendar.Place{prod})
	asked := 0
	judge := judging(timeline, &asked)
	judge.At = func(context.Context, time.Time) ([]finding.Finding, error) { asked++; return nil, nil }
	got, err := outlook.Of(t.Context(), judge, timeline, moment(t, "2026-11-25T09:00:30Z"), nil, finding.Error)
	if err != nil {
		t.Fatal(err)
	}
	// An edge each minute, the first at 09:01 and the last that is looked at 999 minutes later.
	if want := moment(t, "2026-11-26T01:41:00Z"); got.Opens != nil || got.ValidUntil == nil || !got.ValidUntil.Equal(want) {
		t.Errorf("opens %v, valid until %v, want %s", got.Opens, got.ValidUntil, want)
	}
	if want := 4; asked != want { // a window or none, on two days
		t.Errorf("asked %d times, want %d", asked, want)
	}
}

func TestDaily(t *testing.T) {
	timeline := calendarOf(t, "").Timeline([]calendar.Place{prod})
	asked := 0
	judge := judging(timeline, &asked)
	judge.Daily = true
	if _, err := outlook.Of(t.Context(), judge, timeline, moment(t, "2026-11-25T09:00:00Z"), nil, finding.Error); err != nil {
		t.Fatal(err)
	}
	if want := 35; asked != want {
		t.Errorf("asked %d times, want %d: each day until the horizon", asked, want)
	}
}

func TestNothingAboutTime(t *testing.T) {
	timeline := calendarOf(t, lunch).Timeline([]calendar.Place{prod})
	got, err := outlook.Of(t.Context(), outlook.Judge{}, timeline, moment(t, "2026-11-25T12:30:00Z"), []finding.Finding{closed}, finding.Error)
	if err != nil || got.Opens != nil || got.ValidUntil != nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWeek(t *testing.T) {
	c := calendarOf(t, "timezone: Europe/Berlin\nwindows: [{kind: deny, schedule: \"0 18 * * 5\", duration: 62h, description: weekend}]\nholidays: [2026-01-01]\n")
	timeline := c.Timeline([]calendar.Place{dev, prod})
	asked := 0
	parts := []outlook.Part{{Timeline: timeline, Judge: judging(timeline, &asked)}}
	week, err := outlook.WeekOf(t.Context(), c, []string{"dev", "prod"}, parts, moment(t, "2026-11-25T12:00:00Z"), finding.Error)
	if err != nil {
		t.Fatal(err)
	}
	type period struct {
		From, To string
		Open     bool
		Windows  []string
	}
	got := map[string][]period{}
	for _, hours := range week.Hours {
		if hours.Places != nil {
			t.Errorf("%s has one place: %s", hours.Environment, hours.Places)
		}
		for _, p := range hours.Periods {
			got[hours.Environment] = append(got[hours.Environment], period{p.From.Format(time.RFC3339), p.To.Format(time.RFC3339), p.Open, p.Windows})
		}
	}
	want := map[string][]period{
		"dev": {{"2026-11-25T13:00:00+01:00", "2026-12-02T13:00:00+01:00", true, nil}},
		"prod": {
			{"2026-11-25T13:00:00+01:00", "2026-11-27T18:00:00+01:00", true, nil},
			{"2026-11-27T18:00:00+01:00", "2026-11-30T08:00:00+01:00", false, []string{"weekend, c.yaml:2"}},
			{"2026-11-30T08:00:00+01:00", "2026-12-02T13:00:00+01:00", true, nil},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(week.Mistakes) != 1 || week.Mistakes[0].Line != 3 {
		t.Errorf("mistakes: %+v", week.Mistakes)
	}
}
