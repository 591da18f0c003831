package evaluate_test

import (
	"testing"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
)

// TestWithKeepsTheRest shows that a question about other settings is asked of the same event, with all else that the
// configuration says.
func TestWithKeepsTheRest(t *testing.T) {
	const body = `findings contains {"message": needed.app, "location": {"path": "x"}} if some needed in input.config.requires`
	_, configured := asLoaded(t, source("a-rule.rego", rule("a_rule", body)))
	e := promotions(1)
	e.Config.Rules = configured.Parameters()
	e.Config.Requires = []event.Requirement{{Versioned: event.Versioned{App: "web"}}}
	other, err := configured.With(map[string]evaluate.Setting{"a-rule": {Severity: evaluate.Warning}})
	if err != nil {
		t.Fatal(err)
	}
	now, err := configured.About(e).With(other)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := now.Results(t.Context()); err != nil || len(found) != 1 || found[0].Message != "web" {
		t.Errorf("%v, %v", found, err)
	}
}
