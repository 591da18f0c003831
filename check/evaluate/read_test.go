package evaluate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/evaluate"
)

// TestRead has rules that read parts of an event by each way that there is, and the parts that they have read.
func TestRead(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want []string
	}{
		"a field":                {`input.time.weekday == "friday"`, []string{"input.time.weekday"}},
		"through a variable":     {`some change in input.changes; change.entry`, []string{"input.changes[0].entry"}},
		"by a key that is known": {`some i, _ in input.changes; input.changes[i].direction == "forward"`, []string{"input.changes[0].direction"}},
		"by any key":             {`input.changes[_].after.tag == "x"`, []string{"input.changes[0].after.tag"}},
		"in a function":          {`some change in input.changes; f(change)`, []string{"input.changes[0].before.tag"}},
		"in a comprehension":     {`count([c | some c in input.changes; c.fidelity == "rendered"]) > 0`, []string{"input.changes[0].fidelity"}},
		"in every":               {`every change in input.changes { change.app == "x" }`, []string{"input.changes[0].app"}},
		"as a whole":             {`some change in input.changes; count(change.targets) > 0`, []string{"input.changes[0].targets"}},
		"an element":             {`some change in input.changes; some target in change.targets; target == "x"`, []string{"input.changes[0].targets[0]"}},
		"negated":                {`some change in input.changes; not change.entry`, []string{"input.changes[0].entry"}},
		"nothing":                {`false`, nil},
		"up to where it fails":   {`input.time.weekday == "never"; input.head.staged`, []string{"input.time.weekday"}},
	} {
		t.Run(name, func(t *testing.T) {
			body := "f(change) if change.before.tag == \"x\"\n\nfindings contains {\"message\": \"m\", \"change\": \"c\"} if { " + test.body + "; false }"
			policies, err := evaluate.Load(source("a-rule.rego", rule("a_rule", body)))
			if err != nil {
				t.Fatal(err)
			}
			configured, err := policies.Configure(nil)
			if err != nil {
				t.Fatal(err)
			}
			e := promotions(2)
			parts, err := configured.About(e).Read(t.Context(), "a-rule", []string{e.Changes[0].ID})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, part := range parts {
				if part.Value == "" {
					t.Errorf("%s has no value", part.Path)
				}
				got = append(got, part.Path)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
