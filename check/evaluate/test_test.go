package evaluate_test

import (
	"fmt"
	"path"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/rego"
)

const tested = `findings contains {"message": "m", "change": change.id} if {
	some change in input.changes
	change.entry
	print("entry of", change.id)
}

never if input.head.staged`

const itsTest = `package promocheck.rules.a_rule_test

import data.promocheck.rules.a_rule

event(entry) := {"changes": [{"id": "c", "entry": entry}]}

test_passes if count(a_rule.findings) == 1 with input as event(true)

test_fails if count(a_rule.findings) == 1 with input as event(false)

test_is_no_boolean := 1

test_breaks if to_number("x") == 1

test_more if false

test_more if true

todo_test_later if false

test_cases[name] if {
	some name, entry in {"with": true, "without": false}
	count(a_rule.findings) == 1 with input as event(entry)
}

test_good_cases[name] if {
	some name, entry in {"with": true, "without": false}
	count(a_rule.findings) >= 0 with input as event(entry)
}

helper if false
`

// TestTest has tests that end in each way that there is.
func TestTest(t *testing.T) {
	policies, err := evaluate.Load(bundled())
	if err != nil {
		t.Fatal(err)
	}
	files := []rego.File{{Name: "a.rego", Text: []byte(rule("a_rule", tested))}, {Name: "a_test.rego", Text: []byte(itsTest)}}
	var printed []string
	coverage := evaluate.NewCoverage(path.Base)
	results, err := policies.Printing(func(text string) { printed = append(printed, text) }).Test(evaluate.WithCoverage(t.Context(), coverage), files)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range results {
		got = append(got, fmt.Sprintf("%s:%d %s passed=%v skipped=%v %s", r.File, r.Line, r.Name, r.Passed, r.Skipped, r.Problem))
	}
	want := []string{
		"a_test.rego:7 test_passes passed=true skipped=false ",
		"a_test.rego:9 test_fails passed=false skipped=false ",
		"a_test.rego:11 test_is_no_boolean passed=false skipped=false ",
		`a_test.rego:13 test_breaks passed=false skipped=false to_number: strconv.ParseFloat: parsing "x": invalid syntax`,
		"a_test.rego:15 test_more passed=true skipped=false ",
		"a_test.rego:19 todo_test_later passed=false skipped=true ",
		`a_test.rego:21 test_cases passed=false skipped=false the case "without"`,
		"a_test.rego:26 test_good_cases passed=true skipped=false ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if len(printed) == 0 || printed[0] != "a.rego:12: entry of c" {
		t.Errorf("printed: %q", printed)
	}
	covered, err := coverage.Of(files[:1])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]evaluate.FileCoverage{{File: "a.rego", Lines: 5, Missed: []int{15}}}, covered); diff != "" {
		t.Errorf("coverage: -want +got\n%s", diff)
	}
}
