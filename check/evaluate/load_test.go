package evaluate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/evaluate"
)

const silent = `findings contains {"message": "m", "change": "c"} if false`

func TestLoadNamesRules(t *testing.T) {
	policies, err := evaluate.Load(
		source(
			"any-name.rego", rule("soak_time", silent),
			"deep/below/other.rego", rule("approval2", silent),
			"lib/x.rego", "package promocheck.lib.x\n\ny := 1\n",
			"soak-time_test.rego", "this is no Rego, and nobody reads it",
			"README.md", "nor this",
		),
		evaluate.Source{Name: "more", Files: source("a.rego", rule("a", silent)).Files, Own: true},
	)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, rule := range policies.Rules() {
		got = append(got, rule.ID+" in "+rule.File)
	}
	want := "a in more/a.rego, approval2 in team/deep/below/other.rego, soak-time in team/any-name.rego"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s", strings.Join(got, ", "))
	}
}

// TestLoadRefuses what would otherwise be a rule that silently does nothing.
func TestLoadRefuses(t *testing.T) {
	without := func(line string) string {
		return strings.Replace(rule("a_rule", silent), line, "", 1)
	}
	instead := func(line, other string) string {
		return strings.Replace(rule("a_rule", silent), line, other, 1)
	}
	parameter := func(text string) string {
		return instead("#   remediation: Do something.\n", "#   remediation: Do something.\n#   parameters:\n#     p: "+text+"\n")
	}
	for name, test := range map[string]struct{ text, want string }{
		"syntax":          {"package promocheck.rules.a_rule\n\nfindings contains", "a-rule.rego:3: unexpected eof"},
		"empty":           {"# nothing", "a-rule.rego"},
		"no metadata":     {strings.TrimPrefix(rule("a_rule", silent), metadata), "has no METADATA"},
		"no title":        {without("# title: A rule\n"), "title is missing"},
		"no description":  {without("# description: Says something.\n"), "description is missing"},
		"no remediation":  {without("#   remediation: Do something.\n"), "custom.remediation is missing"},
		"no severity":     {without("#   severity: error\n"), `custom.severity is ""`},
		"severity":        {instead("severity: error", "severity: fatal"), `custom.severity is "fatal"`},
		"severity off":    {instead("severity: error", "severity: 'off'"), `custom.severity is "off"`},
		"misspelt key":    {instead("severity: error", "severty: error"), `unknown field "severty"`},
		"no findings":     {rule("a_rule", `finding contains {"message": "m"} if true`), "defines no set `findings`"},
		"no set":          {rule("a_rule", `findings := [{"message": "m"}]`), "defines no set `findings`"},
		"an object":       {rule("a_rule", `findings[x] := {"message": x} if some x in ["m"]`), "defines no set `findings`"},
		"another package": {strings.ReplaceAll(rule("a_rule", silent), "promocheck.rules.", "promocheck.rule."), "is neither a rule"},
		"no name":         {strings.ReplaceAll(rule("a_rule", silent), "rules.a_rule", "rules"), "a rule's package is promocheck.rules.<name>"},
		"nested package":  {rule("a_rule.b", silent), "a rule's package is promocheck.rules.<name>"},
		"capitals":        {rule("aRule", silent), "a rule's package is promocheck.rules.<name>"},
		"the network":     {rule("a_rule", silent+"\n\nx := http.send({})"), "a-rule.rego:11: undefined function http.send"},
		"the clock":       {rule("a_rule", silent+"\n\nx := time.now_ns()"), "undefined function time.now_ns"},
		"the environment": {rule("a_rule", silent+"\n\nx := opa.runtime()"), "undefined function opa.runtime"},
		"unused variable": {rule("a_rule", silent+"\n\nx if y := 1"), "assigned var y unused"},
		"unknown lib": {
			rule("a_rule", silent+"\n\nx := data.promocheck.lib.version.name"),
			"team/a-rule.rego:11: data.promocheck.lib.version.name is not defined anywhere",
		},
		"imported unknown lib": {
			strings.Replace(rule("a_rule", silent+"\n\ny := x.z"), "\n\n", "\n\nimport data.promocheck.lib.x\n\n", 1),
			"team/a-rule.rego:13: data.promocheck.lib.x.z is not defined anywhere",
		},
		"parameter without a description": {parameter("{type: string, default: a}"), "parameters.p: description is missing"},
		"parameter of no type":            {parameter("{type: text, default: a, description: A p.}"), `parameters.p: type is "text"`},
		"parameter without a default":     {parameter("{type: string, description: A p.}"), "parameters.p: default: is missing"},
		"default of another type":         {parameter("{type: integer, default: a, description: A p.}"), `default: is "a", not a whole number`},
		"default not in the enum": {
			parameter("{type: string, enum: [a, b], default: c, description: A p.}"), `default: is "c", not one of "a", "b"`,
		},
		"parameter with an unknown key": {parameter("{type: string, default: a, descripton: A p.}"), `unknown field "descripton"`},
		"need of no parameter": {
			instead("#   remediation: Do something.\n", "#   remediation: Do something.\n#   needs: [p]\n"),
			`custom.needs: there is no parameter "p"`,
		},
		"parameter that every rule has": {
			strings.Replace(parameter("{type: string, default: a, description: A p.}"), "  p:", "  apps:", 1),
			"parameters.apps: every rule has this already",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := evaluate.Load(source("a-rule.rego", test.text))
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range []string{"a-rule.rego", test.want} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not contain %q", err, want)
				}
			}
		})
	}
}

func TestLoadRefusesToExtendAPackage(t *testing.T) {
	_, err := evaluate.Load(bundled(), source("a.rego", rule("friday_push", silent)))
	want := "team/a.rego:7: promocheck.rules.friday_push is the package of policies/friday-push.rego already"
	if err == nil || err.Error() != want {
		t.Errorf("error is %v", err)
	}
}

func TestLoadRefusesSourcesOfOneName(t *testing.T) {
	if _, err := evaluate.Load(bundled(), bundled()); err == nil || !strings.Contains(err.Error(), "read twice") {
		t.Errorf("error is %v", err)
	}
}

func TestLoadChecksFieldsOfOwnRules(t *testing.T) {
	check := func(condition string) error {
		body := `findings contains {"message": "m", "change": "c"} if { ` + condition + " }"
		_, err := evaluate.Load(source("a-rule.rego", rule("a_rule", body)))
		return err
	}
	for name, test := range map[string]struct{ condition, right, wrong string }{
		"field":             {"count(input.FIELD) > 0", "changes", "chnges"},
		"nested":            {`input.time.FIELD == "friday"`, "weekday", "weekdy"},
		"field of elements": {"some change in input.changes; change.FIELD", "entry", "entri"},
		"nested in those":   {`some change in input.changes; change.artifact.FIELD == "image"`, "kind", "kin"},
		"nullable":          {`some change in input.changes; change.after.FIELD == ""`, "tag", "tga"},
		"holding":           {"some change in input.changes; some holding in change.upstream; holding.FIELD", "holds", "hold"},
		"history":           {`some change in input.changes; change.own.by.FIELD == ""`, "author", "autor"},
		"location":          {`some effect in input.effects; effect.location.FIELD == ""`, "path", "pth"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := check(strings.Replace(test.condition, "FIELD", test.right, 1)); err != nil {
				t.Error(err)
			}
			err := check(strings.Replace(test.condition, "FIELD", test.wrong, 1))
			if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("there is no field %q here", test.wrong)) {
				t.Errorf("error is %v", err)
			}
		})
	}
}
