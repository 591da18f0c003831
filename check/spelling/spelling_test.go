package spelling_test

import (
	"testing"

	"github.com/promocheck/promocheck/check/spelling"
)

func TestSameEnvironment(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"prod", "production", true},
		{"PROD", "live", true},
		{"pre-prod", "preprod", true},
		{"stg", "stage", true},
		{"prod", "preprod", false},
		{"eu", "eu", false}, // the same name, and no usual environment
		{"", "", false},
	} {
		if got := spelling.SameEnvironment(test.a, test.b); got != test.want {
			t.Errorf("%q and %q: %v", test.a, test.b, got)
		}
	}
}

func TestAmong(t *testing.T) {
	known := []string{"development", "stage", "prd", "prod"}
	for name, want := range map[string]string{"dev": "development", "staging": "stage", "prod": "prod", "production": "prd", "qa": "", "eu": ""} {
		if got, found := spelling.Among(known, name); got != want || found != (want != "") {
			t.Errorf("%q is called %q there, want %q", name, got, want)
		}
	}
}

// TestEnvironments requires that a word means one environment, and that each is spelt by its own name.
func TestEnvironments(t *testing.T) {
	for step, environment := range spelling.Environments {
		if spelling.Step(environment.Name) != step {
			t.Errorf("%s is no spelling of itself", environment.Name)
		}
		for _, word := range environment.Spellings {
			if spelling.Step(word) != step {
				t.Errorf("%s means %s and another one", word, environment.Name)
			}
		}
	}
	if last := len(spelling.Environments) - 1; spelling.Production != last {
		t.Errorf("production is step %d of %d", spelling.Production, last)
	}
}

func TestApart(t *testing.T) {
	for word, want := range map[string][2]string{
		"prod": {"prod", ""}, "prod2": {"prod", "2"}, "PRODUCTION1": {"PRODUCTION", "1"}, "prodeu": {"prod", "eu"}, "stgUS2": {"stg", "US2"},
		"product": {"product", ""}, "eu": {"eu", ""}, "eu2": {"eu2", ""}, "2": {"2", ""}, "": {"", ""},
	} {
		if environment, rest := spelling.Apart(word); environment != want[0] || rest != want[1] {
			t.Errorf("%q is %q and %q", word, environment, rest)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, test := range []struct {
		name, want string
		known      []string
	}{
		{"severty", "severity", []string{"apps", "severity"}},
		{"prd", "prod", []string{"dev", "prod"}},
		{"something-else", "", []string{"a-rule", "other-rule"}},
		{"x", "", []string{"y"}},
		{"prot", "prod", []string{"prow", "prod"}}, // one as near as the other: the first in the alphabet
		{"prod", "", nil},
	} {
		if got := spelling.Nearest(test.name, test.known); got != test.want {
			t.Errorf("%q is taken for %q, want %q", test.name, got, test.want)
		}
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"error", "warning"}
	if got := spelling.Suggest("waring", known); got != ` (did you mean "warning"?)` {
		t.Errorf("suggests %q", got)
	}
	if got := spelling.Suggest("x", known); got != "" {
		t.Errorf("suggests %q where nothing is alike", got)
	}
}
