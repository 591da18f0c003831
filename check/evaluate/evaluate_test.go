package evaluate_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
)

const metadata = `# METADATA
# title: A rule
# description: Says something.
# custom:
#   severity: error
#   remediation: Do something.
`

// rule is a module of a rule with metadata and the given body.
func rule(name, body string) string {
	return metadata + "package promocheck.rules." + name + "\n\n" + body + "\n"
}

// source is a tree of policies: pairs of a file's name and its text.
func source(files ...string) evaluate.Source {
	tree := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		tree[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return evaluate.Source{Name: "team", Files: tree, Own: true}
}

// ask evaluates one rule, given by its body, for one change.
func ask(ctx context.Context, t *testing.T, body string, settings map[string]evaluate.Setting) ([]evaluate.Result, error) {
	t.Helper()
	policies, err := evaluate.Load(source("a-rule.rego", rule("a_rule", body)))
	if err != nil {
		t.Fatal(err)
	}
	configured, err := policies.Configure(settings)
	if err != nil {
		t.Fatal(err)
	}
	return configured.About(promotions(1)).Results(ctx)
}

func TestBundledRulesOnAnEvent(t *testing.T) {
	_, configured := asLoaded(t, bundled())
	e := promotions(2)
	e.Config.Rules = configured.Parameters()
	got, err := configured.About(e).Results(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var want []evaluate.Result
	add := func(rule string, severity evaluate.Severity, message string, atPlace bool) {
		for _, app := range []string{"app-000", "app-001"} {
			result := evaluate.Result{
				Rule: rule, Severity: severity, Message: strings.ReplaceAll(message, "APP", app),
				Change: app + "/prod/1", App: app, Environment: "prod",
			}
			if atPlace {
				result.Covers, result.Targets = []string{app + "/prod/1", app + ":prod"}, []string{"."}
				result.Emergency = true
			}
			want = append(want, result)
		}
	}
	add("friday-push", evaluate.Error, "APP changes in prod on a Friday (2026-11-20 16:30, Europe/Berlin): versions would differ", true)
	add("skipped-environment", evaluate.Error, "acme/APP v1.2.3 enters prod but was never in dev or staging", false)
	add("version-not-in-staging", "", "acme/APP v1.2.3 enters prod, but staging never held it (staging holds v1.2.1)", false)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

func TestEvaluateIsTheSameEveryTime(t *testing.T) {
	_, configured := asLoaded(t, bundled())
	first, err := configured.About(promotions(20)).Results(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := configured.About(promotions(20)).Results(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatalf("results differ (-first +again):\n%s", diff)
		}
	}
}

// Rules that are asked side by side may share what OPA would sort when it is first looked at.
func TestRulesShareConstants(t *testing.T) {
	const shared = `package promocheck.lib.shared

names := {"z", "b", "a", input.kind, "y"}

constant := {"z", "b", "a", "y", "c", "x"}

map := {"z": {"d", "c"}, "a": {"f": {2, 1}, "e": 1}, "b": [{"y", "x"}]}
`
	const body = `import data.promocheck.lib.shared

findings contains {"message": sprintf("%v %v %v %v", [shared.constant, both, keys, later]), "change": change.id} if {
	some change in input.changes
	both := shared.constant & (shared.names | {"x", "c"})
	keys := {key | some key, _ in shared.map}
	later := [value | some value in shared.map]
	"a" in shared.constant
	shared.map.a.f == {1, 2}
	min(shared.constant) == "a"
}`
	files := []string{"lib/shared.rego", shared}
	for _, name := range []string{"a", "b", "c", "d"} {
		files = append(files, name+".rego", rule(name, body))
	}
	text := source(files...)
	compiled, err := evaluate.Precompile(text)
	if err != nil {
		t.Fatal(err)
	}
	asCompiled := source(files...)
	asCompiled.Compiled = compiled
	for range 50 {
		for _, source := range []evaluate.Source{text, asCompiled} {
			_, configured := asLoaded(t, source)
			results, err := configured.About(promotions(1)).Results(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(results) != 4 || results[0].Rule != "a" || results[3].Rule != "d" || results[0].Message != results[3].Message {
				t.Fatalf("got %+v", results)
			}
		}
	}
}

func TestFindingsOfCustomRules(t *testing.T) {
	location := &event.Location{Path: "apps/x.yaml", Line: 3, Column: 1}
	for name, test := range map[string]struct {
		finding string
		want    evaluate.Result
	}{
		"change": {
			`{"message": "m", "change": "app-000/prod/1"}`,
			evaluate.Result{Rule: "a-rule", Message: "m", Change: "app-000/prod/1", App: "app-000", Environment: "prod"},
		},
		"change with a location of its own": {
			`{"message": "m", "change": "app-000/prod/1", "location": {"path": "apps/x.yaml", "line": 3, "column": 1}}`,
			evaluate.Result{
				Rule: "a-rule", Message: "m", Change: "app-000/prod/1", App: "app-000", Environment: "prod", Location: location,
			},
		},
		"location": {
			`{"message": "m", "severity": "note", "location": {"path": "apps/x.yaml", "line": 3, "column": 1}, "app": "x", "environment": "dev"}`,
			evaluate.Result{Rule: "a-rule", Message: "m", Severity: evaluate.Note, Location: location, App: "x", Environment: "dev"},
		},
		"location alone": {
			`{"message": "m", "location": {"path": "apps/x.yaml", "line": 3, "column": 1}}`,
			evaluate.Result{Rule: "a-rule", Message: "m", Location: location},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ask(t.Context(), t, "findings contains "+test.finding, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]evaluate.Result{test.want}, got); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMalformedFindingsAreErrors(t *testing.T) {
	for name, test := range map[string]struct{ finding, want string }{
		"no object":                 {`"m"`, "it is a string, not a mapping"},
		"no message":                {`{"change": "app-000/prod/1"}`, "has no message"},
		"message of another type":   {`{"message": 1, "change": "app-000/prod/1"}`, "message is a number, not text"},
		"unknown change":            {`{"message": "m", "change": "app-000/prd/1"}`, `there is no change "app-000/prd/1"`},
		"change of another app":     {`{"message": "m", "change": "app-000/prod/1", "app": "x"}`, "is of app-000 in prod"},
		"neither change nor place":  {`{"message": "m"}`, "has neither change nor location"},
		"nulls":                     {`{"message": "m", "change": null, "location": null}`, "has neither change nor location"},
		"place without a path":      {`{"message": "m", "location": {"line": 1}}`, "location has no path"},
		"place with a misspelt key": {`{"message": "m", "location": {"file": "x"}}`, `unknown field "file"`},
		"unknown environment": {
			`{"message": "m", "location": {"path": "x"}, "environment": "prd"}`, `environment "prd" is not on the promotion path`,
		},
		"covers what is not there": {
			`{"message": "m", "change": "app-000/prod/1", "covers": {"app-000/prod/2"}}`, `covers "app-000/prod/2", which is neither a change nor an effect`,
		},
		"unknown severity": {`{"message": "m", "change": "app-000/prod/1", "severity": "fatal"}`, `severity is "fatal"`},
		"misspelt key":     {`{"message": "m", "change": "app-000/prod/1", "severty": "note"}`, `unknown field "severty"`},
	} {
		t.Run(name, func(t *testing.T) {
			results, err := ask(t.Context(), t, "findings contains "+test.finding, nil)
			if err == nil {
				t.Fatalf("no error, but %v", results)
			}
			for _, want := range []string{"rule a-rule (team/a-rule.rego)", test.want} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not contain %q", err, want)
				}
			}
		})
	}
}

func TestFailedConversionIsAnError(t *testing.T) {
	body := `findings contains {"message": "m", "change": change.id} if {
		some change in input.changes
		to_number(change.app) > 1
	}`
	if _, err := ask(t.Context(), t, body, nil); err == nil || !strings.Contains(err.Error(), "team/a-rule.rego:") {
		t.Errorf("error is %v", err)
	}
}

func TestSwitchedOffRuleIsNotEvaluated(t *testing.T) {
	broken := `findings contains {"message": "m"} if to_number("x")`
	results, err := ask(t.Context(), t, broken, map[string]evaluate.Setting{"a-rule": {Severity: evaluate.Off}})
	if err != nil || len(results) != 0 {
		t.Errorf("got %v, %v", results, err)
	}
}

func TestEvaluateStopsInTime(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	late := errors.New("took too long")
	cancel(late)
	endless := `findings contains {"message": "m"} if {
		some a in numbers.range(1, 100000)
		some b in numbers.range(1, 100000)
		a * b < 0
	}`
	if _, err := ask(ctx, t, endless, nil); !errors.Is(err, late) {
		t.Errorf("error is %v", err)
	}
}

func TestParametersReachTheRule(t *testing.T) {
	text := `# METADATA
# title: A rule
# description: Says something.
# custom:
#   severity: error
#   remediation: Do something.
#   parameters:
#     days: {type: integer, default: 3, description: How many.}
package promocheck.rules.a_rule

findings contains {"message": sprintf("%d days", [days]), "location": {"path": "x"}} if {
	days := input.config.rules["a-rule"].days
}
`
	policies, err := evaluate.Load(source("a-rule.rego", text))
	if err != nil {
		t.Fatal(err)
	}
	for want, parameters := range map[string]map[string]any{"3 days": nil, "5 days": {"days": 5}} {
		configured, err := policies.Configure(map[string]evaluate.Setting{"a-rule": {Parameters: parameters}})
		if err != nil {
			t.Fatal(err)
		}
		e := promotions(0)
		e.Config.Rules = configured.Parameters()
		results, err := configured.About(e).Results(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(results) != 1 || results[0].Message != want {
			t.Errorf("got %v, want %s", results, want)
		}
	}
}

func TestSeverityAtLeast(t *testing.T) {
	for _, test := range []struct {
		severity, threshold evaluate.Severity
		want                bool
	}{
		{evaluate.Error, evaluate.Error, true},
		{evaluate.Error, evaluate.Note, true},
		{evaluate.Warning, evaluate.Error, false},
		{evaluate.Note, evaluate.Note, true},
		{evaluate.Error, evaluate.Off, false},
		{evaluate.Off, evaluate.Note, false},
		{"", evaluate.Note, false},
	} {
		t.Run(fmt.Sprintf("%s at least %s", test.severity, test.threshold), func(t *testing.T) {
			if got := test.severity.AtLeast(test.threshold); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}
