package report

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/finding"
)

func readJUnit(t *testing.T, r *Report) junitSuites {
	t.Helper()
	var suites junitSuites
	text := write(t, JUnit, r)
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Strict = true
	if err := decoder.Decode(&suites); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return suites
}

// outcomes are the cases of a report, each with what became of it.
func outcomes(suites junitSuites) map[string]string {
	all := map[string]string{}
	for _, suite := range suites.Suites {
		for _, c := range suite.Cases {
			outcome := "passes"
			switch {
			case c.Failure != nil && c.Skipped != nil:
				outcome = "both"
			case c.Failure != nil:
				outcome = "fails"
			case c.Skipped != nil:
				outcome = "is skipped"
			}
			all[c.ClassName+": "+c.Name] = outcome
		}
	}
	return all
}

func TestJUnitCases(t *testing.T) {
	suites := readJUnit(t, several())
	want := map[string]string{
		"promocheck.changed-source: shop: prod, shop/api":       "fails",
		"promocheck.friday-push: shop: prod":                    "passes", // a warning, which does not fail the check
		"promocheck.mutable-tag: nothing found":                 "passes",
		"promocheck.skipped-environment: prod, acme/sample-app": "fails",
		"promocheck.team-rule: .promocheck.yaml":                "passes",
		"promocheck.undeclared-rollback: shop: prod, shop/web":  "is skipped",
		"promocheck.unresolved-version: shop: staging":          "passes",
	}
	if diff := cmp.Diff(want, outcomes(suites)); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
	if suites.Tests != 7 || suites.Failures != 2 || suites.Skipped != 1 {
		t.Errorf("counts %d tests, %d failures, %d skipped", suites.Tests, suites.Failures, suites.Skipped)
	}
}

func TestJUnitFailsAsTheCheckDoes(t *testing.T) {
	r := several()
	r.FailOn = finding.Warning
	if got := outcomes(readJUnit(t, r))["promocheck.friday-push: shop: prod"]; got != "fails" {
		t.Errorf("a warning %s where the check fails on warnings", got)
	}
}

// CI servers count two cases of one name as one.
func TestJUnitNamesAreUnique(t *testing.T) {
	suites := readJUnit(t, &Report{Event: newEvent(), Findings: numbered(3, finding.Error)})
	if got := len(outcomes(suites)); got != 3 {
		t.Errorf("got %d names of 3 cases: %v", got, outcomes(suites))
	}
}

func TestJUnitOfHostileNames(t *testing.T) {
	for _, evil := range evils {
		suites := readJUnit(t, hostile(evil))
		if len(suites.Suites) != 1 || len(suites.Suites[0].Cases) != 2 {
			t.Errorf("%q: %+v", evil, suites)
			continue
		}
		if got, want := suites.Suites[0].Cases[0].Failure.Message, Fold(evil); got != want {
			t.Errorf("the message is %q, want %q", got, want)
		}
	}
}

func TestJUnitOfNothingHasACaseForEachRule(t *testing.T) {
	got := readJUnit(t, &Report{Event: newEvent(), Rules: rules})
	if got.Tests != len(rules) || got.Failures != 0 || strings.Contains(fmt.Sprint(outcomes(got)), "fails") {
		t.Errorf("got %+v", got)
	}
}
