package policies_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"
	"golang.org/x/tools/txtar"
)

// ofConftest has what a rule of promocheck's finds for conftest, which asks for its own names.
const ofConftest = `package main

import data.promocheck.rules.version_not_in_staging

deny contains finding.message if {
	some finding in version_not_in_staging.findings
}
`

// TestOPA asks a rule about a printed event as opa eval and conftest do, by the library that both are made of.
func TestOPA(t *testing.T) {
	text, err := os.ReadFile("../fixtures/report/event.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var event any
	for _, file := range txtar.Parse(text).Files {
		if file.Name == "stdout" {
			if err := json.Unmarshal(file.Data, &event); err != nil {
				t.Fatal(err)
			}
		}
	}
	if event == nil {
		t.Fatal("the scenario prints no event")
	}
	options := []func(*rego.Rego){
		rego.Query("x := data.main.deny"), rego.Input(event), rego.StrictBuiltinErrors(true), rego.Module("main.rego", ofConftest),
	}
	for file, text := range files(t) {
		options = append(options, rego.Module(file, text))
	}
	answers, err := rego.New(options...).Eval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(answers) != 1 {
		t.Fatalf("%d answers", len(answers))
	}
	if denied, ok := answers[0].Bindings["x"].([]any); !ok || len(denied) == 0 {
		t.Errorf("deny is %v", answers[0].Bindings["x"])
	}
}
