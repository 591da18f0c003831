package evaluate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
)

const shared = `package promocheck.lib.shared

weekend if input.time.weekday in {"saturday", "sunday"}

today := input.time.date

greet(name) := concat(" ", ["hello", name])
`

// later prepares a rule of the given body, and others about time or not.
func later(t *testing.T, body string) (*evaluate.Later, error) {
	t.Helper()
	_, configured := asLoaded(t, source("a-rule.rego", rule("a_rule", body), "shared.rego", shared))
	return configured.About(promotions(1)).Later(t.Context())
}

// TestLater tells the rules that depend on time, and those of them that depend on what day it is, from what
// they read.
func TestLater(t *testing.T) {
	finding := `findings contains {"message": "m", "location": {"path": "x"}} if `
	imported := "import data.promocheck.lib.shared\n\n"
	for name, test := range map[string]struct {
		body         string
		timed, daily bool
	}{
		"nothing of it":         {finding + `count(input.changes) > 0`, false, false},
		"the weekday":           {finding + `input.time.weekday == "friday"`, true, false},
		"the clock":             {finding + `input.time.clock > "12:00"`, true, true},
		"the day":               {finding + `endswith(input.time.date, "-31")`, true, true},
		"the day, with moments": {finding + "endswith(input.time.date, \"-31\")\n\nmoments contains \"12:00\"", true, false},
		"with no moment now":    {finding + "input.time.now > \"2027\"\n\nmoments contains \"12:00\" if count(input.changes) > 1", false, false},
		"its zone":              {finding + `input.time.timezone == "UTC"`, false, false},
		"all of it":             {finding + `count(input.time) > 0`, true, true},
		"a name unknown":        {finding + "{\n\tsome key in [\"time\"]\n\tinput[key].weekday == \"friday\"\n}", true, true},
		"what it is handed":     {finding + "on_friday(input)\n\non_friday(event) if event.time.weekday == \"friday\"", true, true},
		"through a helper":      {finding + "late\n\nlate if input.time.holiday", true, false},
		"through a library":     {imported + finding + `shared.weekend`, true, false},
		"the day through it":    {imported + finding + `shared.today == "2026-11-20"`, true, true},
		"a library's other use": {imported + finding + `shared.greet("a") == "b"`, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := later(t, test.body)
			if err != nil {
				t.Fatal(err)
			}
			if got.Any() != test.timed || got.Has("a-rule") != test.timed || got.Daily != test.daily {
				t.Errorf("timed %t, daily %t", got.Any(), got.Daily)
			}
		})
	}
}

// TestBundledRulesAboutTime keeps the list of them, and that none has to be asked every day anew.
func TestBundledRulesAboutTime(t *testing.T) {
	policies, configured := asLoaded(t, bundled())
	e := promotions(1)
	e.Config.Rules = configured.Parameters()
	later, err := configured.About(e).Later(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, rule := range policies.Rules() {
		if later.Has(rule.ID) {
			got = append(got, rule.ID)
		}
	}
	want := []string{"freeze-window", "friday-push"} // soak-time is not configured, and no version was there lately
	if diff := cmp.Diff(want, got); diff != "" || later.Daily {
		t.Errorf("daily %t (-want +got):\n%s", later.Daily, diff)
	}
}

func TestAtAnotherTime(t *testing.T) {
	about, err := later(t, `findings contains {"message": input.time.weekday, "change": change.id} if {
		some change in input.changes
		input.time.weekday in {"friday", "sunday"}
	}`)
	if err != nil {
		t.Fatal(err)
	}
	for weekday, want := range map[string]string{"friday": "friday", "saturday": "", "sunday": "sunday"} {
		results, err := about.Results(t.Context(), event.Time{Weekday: weekday})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, result := range results {
			got += result.Message
		}
		if got != want {
			t.Errorf("on %s: %q", weekday, got)
		}
	}
}

func TestMoments(t *testing.T) {
	finding := `findings contains {"message": input.time.now, "location": {"path": "x"}} if true` + "\n\n"
	about, err := later(t, finding+"moments contains \"18:00\"\n\nmoments contains \"12:00\"\n")
	if want := []string{"12:00", "18:00"}; err != nil || !slices.Equal(about.Moments, want) {
		t.Errorf("%v, %v", about, err)
	}
	for moments, want := range map[string]string{`moments contains 12 if true`: "is no string", `moments := "12:00"`: "not a set"} {
		if _, err := later(t, finding+moments); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v", moments, err)
		}
	}
}
