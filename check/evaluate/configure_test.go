package evaluate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/mistake"
)

const configurable = `# METADATA
# title: A rule
# description: Says something.
# custom:
#   severity: error
#   remediation: Do something.
#   parameters:
#     same-change: {type: string, enum: [deny, allow], default: deny, description: Which.}
#     days: {type: integer, enum: [1, 3, 5], default: 3, description: How many.}
#     ratio: {type: number, default: 0.5, description: How much.}
#     strict: {type: boolean, default: false, description: Whether.}
#     teams: {type: array, default: [], description: Who.}
package promocheck.rules.a_rule

findings contains {"message": "m", "change": "c"} if false
`

func load(t *testing.T) *evaluate.Policies {
	t.Helper()
	policies, err := evaluate.Load(source("a.rego", configurable, "b.rego", rule("other_rule", silent)))
	if err != nil {
		t.Fatal(err)
	}
	return policies
}

func TestConfigure(t *testing.T) {
	configured, err := load(t).Configure(map[string]evaluate.Setting{"a-rule": {
		Severity: evaluate.Warning, Environments: []string{"prod"}, Apps: []string{"team-a/**"},
		Parameters: map[string]any{"same-change": "allow", "days": uint64(5), "ratio": 1, "teams": []any{"a", "b"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]any{
		"a-rule": {
			"same-change": "allow", "days": uint64(5), "ratio": 1, "strict": false, "teams": []any{"a", "b"},
		},
		"other-rule": {},
	}
	if diff := cmp.Diff(want, configured.Parameters()); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
}

func TestConfigureErrors(t *testing.T) {
	parameter := func(name string, value any) map[string]evaluate.Setting {
		return map[string]evaluate.Setting{"a-rule": {Parameters: map[string]any{name: value}}}
	}
	for name, test := range map[string]struct {
		settings map[string]evaluate.Setting
		text     string
	}{
		"unknown rule": {
			map[string]evaluate.Setting{"a-rul": {}},
			"rules.a-rul: there is no such rule (did you mean \"a-rule\"?)",
		},
		"rule like no other": {
			map[string]evaluate.Setting{"something-else": {}},
			"rules.something-else: there is no such rule; `policies` names the directories of a team's own",
		},
		"unknown rule, switched off": {
			map[string]evaluate.Setting{"othr-rule": {Severity: evaluate.Off}},
			"rules.othr-rule: there is no such rule (did you mean \"other-rule\"?)",
		},
		"unknown severity": {
			map[string]evaluate.Setting{"a-rule": {Severity: "warn"}},
			`rules.a-rule.severity: is "warn", not error, warning, note or off`,
		},
		"bad pattern": {
			map[string]evaluate.Setting{"a-rule": {Apps: []string{"a[b"}}},
			`rules.a-rule.apps: "a[b" is no pattern`,
		},
		"unknown parameter": {
			parameter("same-chnge", "allow"),
			"rules.a-rule.same-chnge: there is no such setting (did you mean \"same-change\"?)",
		},
		"misspelt setting of every rule": {
			parameter("severty", "note"),
			"rules.a-rule.severty: there is no such setting (did you mean \"severity\"?)",
		},
		"not in the enum": {
			parameter("same-change", "maybe"),
			`rules.a-rule.same-change: is "maybe", not one of "deny", "allow"`,
		},
		"number not in the enum": {
			parameter("days", 4),
			"rules.a-rule.days: is 4, not one of 1, 3, 5",
		},
		"text for a number": {
			parameter("days", "3"),
			`rules.a-rule.days: is "3", not a whole number`,
		},
		"fraction for a whole number": {
			parameter("days", 1.5),
			"rules.a-rule.days: is 1.5, not a whole number",
		},
		"text for a fraction": {
			parameter("ratio", "x"),
			`rules.a-rule.ratio: is "x", not a number`,
		},
		"text for a boolean": {
			parameter("strict", "true"),
			`rules.a-rule.strict: is "true", not true or false`,
		},
		"list of numbers": {
			parameter("teams", []any{1}),
			"rules.a-rule.teams: is [1], not a list of strings",
		},
		"nothing": {
			parameter("same-change", nil),
			"rules.a-rule.same-change: is missing, not a string",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t).Configure(test.settings)
			var got *mistake.Error
			if !errors.As(err, &got) || !got.Usage {
				t.Fatalf("error is %#v", err)
			}
			if err.Error() != test.text {
				t.Errorf("error reads %q, not %q", err, test.text)
			}
		})
	}
}

// TestConfigureTellsTheLine requires that a mistake is told with the line of the setting that it is about, or else
// with that of the rule.
func TestConfigureTellsTheLine(t *testing.T) {
	for want, setting := range map[string]evaluate.Setting{
		`a.yaml:7: rules.a-rule.severity: is "fatal", not error, warning, note or off`: {Severity: "fatal"},
		"a.yaml:6: rules.a-rule.x: there is no such setting":                           {Parameters: map[string]any{"x": 1}},
	} {
		setting.Path, setting.Line, setting.Lines = "a.yaml", 6, map[string]int{"severity": 7}
		_, err := load(t).Configure(map[string]evaluate.Setting{"a-rule": setting})
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestConfigureReportsEveryProblem(t *testing.T) {
	_, err := load(t).Configure(map[string]evaluate.Setting{
		"a-rule": {Severity: "fatal", Parameters: map[string]any{"x": 1, "days": "x"}},
		"b-rule": {},
	})
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 4 {
		t.Errorf("error is %v", err)
	}
}

func TestCheckEnvironments(t *testing.T) {
	path := []string{"dev", "staging", "prod"}
	for _, test := range []struct {
		environments []string
		want         string
	}{
		{nil, ""},
		{[]string{"staging", "prod"}, ""},
		{[]string{"stagin"}, `rules.a-rule.environments: "stagin" is not on the promotion path (did you mean "staging"?)`},
		{[]string{"moon"}, `rules.a-rule.environments: "moon" is not on the promotion path`},
	} {
		configured, err := load(t).Configure(map[string]evaluate.Setting{"a-rule": {Environments: test.environments}})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := configured.CheckEnvironments(path); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.environments, got, test.want)
		}
	}
}

// TestNeeds shows that a rule is asked once the parameter that it needs has a value of its own.
func TestNeeds(t *testing.T) {
	text := strings.Replace(rule("a_rule", `findings contains {"message": "m", "location": {"path": "x"}} if true`),
		"#   remediation: Do something.\n", "#   remediation: Do something.\n#   needs: [p]\n#   parameters:\n"+
			"#     p: {type: durations, default: {}, description: A p.}\n", 1)
	policies, err := evaluate.Load(source("a-rule.rego", text))
	if err != nil {
		t.Fatal(err)
	}
	for want, parameters := range []map[string]any{nil, {"p": map[string]any{"prod": "1h"}}} {
		configured, err := policies.Configure(map[string]evaluate.Setting{"a-rule": {Parameters: parameters}})
		if err != nil {
			t.Fatal(err)
		}
		results, err := configured.About(promotions(1)).Results(t.Context())
		if err != nil || len(results) != want {
			t.Errorf("%v: %v, %v", parameters, results, err)
		}
	}
}
