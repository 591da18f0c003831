package calendar

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/mistake"
)

func settingsOf(text string) (*Settings, error) {
	c, err := config.Parse("c.yaml", []byte(text))
	if err != nil {
		return nil, err
	}
	return Parse(c.Path, c.Time)
}

func TestNoSettings(t *testing.T) {
	got, err := settingsOf("environments: [dev, prod]\n")
	if err != nil {
		t.Fatal(err)
	}
	if got.Zone != time.UTC || got.ZoneIsGiven || got.Freeze != FreezeName {
		t.Errorf("%+v", got)
	}
	if got, err := settingsOf("timezone: UTC\n"); err != nil || got.Zone != time.UTC || !got.ZoneIsGiven {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestErrors requires of each mistake that the error names its line.
func TestErrors(t *testing.T) {
	for _, test := range []struct {
		text string
		line int
		want string
	}{
		{"timezone: Europe/Berlni\n", 1, `unknown time zone "Europe/Berlni"`},
		{"timezone: Local\n", 1, `unknown time zone "Local"`},
		{"timezone: \"\"\n", 1, "unknown time zone"},
		{"timezone: ../../etc/passwd\n", 1, "unknown time zone"},
		{"timezone: [UTC]\n", 1, "timezone must be text"},
		{"windows:\n- {kind: deny, schedule: \"0 0 * * *\", duration: 1h}\n- {kind: deny}\n", 3, "a window needs a schedule and a duration, or dates"},
		{"windows:\n- kind: deny\n  schedule: \"0 25 * * *\"\n  duration: 1h\n", 3, "which is no cron expression"},
		{"windows:\n- kind: deny\n  schedul: \"0 5 * * *\"\n", 3, `unknown key "schedul" in a window (did you mean "schedule"?)`},
		{"windows:\n- {kind: deny, from: 2026-12-20, to: 2026-12-19}\n", 2, "the window ends before it begins"},
		{"windows:\n- {kind: deny, from: 2026-12-19, to: 2026-12-20, andOperator: true}\n", 2, "andOperator needs applications"},
		{"windows:\n- {kind: deny, from: 2026-12-19, to: 2026-12-20,\n   environments: []}\n", 3, "environments is empty"},
		{"windows: {}\n", 1, "windows must be a list"},
		{"windowsFrom:\n- {files: \"[\"}\n", 2, `"[" in windowsFrom is no valid glob`},
		{"holidays:\n- 2026-12-25\n- 2026-12-25\n", 3, "the holiday 2026-12-25 is listed twice"},
		{"holidays:\n- {date: x}\n", 2, `holiday "x" is no date`},
		{"freeze: /etc/freeze\n", 1, "give a file by its path from the top of the repo"},
	} {
		t.Run(test.text, func(t *testing.T) {
			_, err := settingsOf(test.text)
			var wrong *mistake.Error
			if !errors.As(err, &wrong) {
				t.Fatalf("%v", err)
			}
			if wrong.Line != test.line || !strings.Contains(wrong.Problem, test.want) {
				t.Errorf("%v, want line %d: %s", err, test.line, test.want)
			}
		})
	}
}
