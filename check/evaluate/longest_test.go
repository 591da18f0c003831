package evaluate_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
)

// TestReadLongest tells rules that may read the longest stay from those that cannot.
func TestReadLongest(t *testing.T) {
	some := "some change in input.changes\n\tsome before in change.upstream\n\t"
	for name, test := range map[string]struct {
		condition, more string
		want            bool
	}{
		"nothing of it":             {some + "before.holds", "", false},
		"when it ran":               {some + "before.ran.ever", "", false},
		"by name":                   {some + "before.longest != null", "", true},
		"by name, of its own past":  {"input.changes[_].own.longest.seen == \"\"", "", true},
		"a name that is given":      {some + `object.get(before, "longest", null) != null`, "", true},
		"a name in a list":          {some + "some name in [\"longest\"]\n\tbefore[name]", "", true},
		"a name that is put so":     {some + `before[concat("", ["long", "est"])]`, "", true},
		"all of when it ran":        {some + "some field in before.ran\n\tfield", "", true},
		"all fields":                {some + "some field in before\n\tfield", "", true},
		"each field":                {some + "every field in before { field == 1 }", "", true},
		"all of its own past":       {"some change in input.changes\n\tsome field in change.own\n\tfield", "", true},
		"all of a change":           {"some change in input.changes\n\tsome field in change\n\tfield", "", true},
		"all of the input":          {"some field in input\n\tfield", "", true},
		"a walk":                    {"walk(input, [path, value])\n\tcount(path) > value", "", true},
		"a walk of a change":        {"some change in input.changes\n\twalk(change, [path, value])\n\tcount(path) > value", "", true},
		"as text":                   {some + `contains(json.marshal(before), "a")`, "", true},
		"as text, with others":      {`contains(sprintf("%v", [input.changes]), "a")`, "", true},
		"by a function, by name":    {some + "long(before)", "long(past) if past.longest", true},
		"by a function, all fields": {some + "any(before)", "any(past) if {\n\tsome field in past\n\tfield\n}", true},
		"by one more":               {some + "one(before)", "one(x) if any(x)\n\nany(past) if {\n\tsome field in past\n\tfield\n}", true},
		"by an else":                {some + "one(before, 1)", "one(_, n) if {\n\tn == 2\n} else if {\n\tn == 1\n} else := field if {\n\tsome field in [\"held\"]\n\tinput.changes[_].own[field]\n}", true},
		"from a set":                {"some past in pasts\n\tsome field in past\n\tfield", "pasts contains past if some past in input.changes[_].upstream", true},
		"from a list":               {"some past in pasts\n\tsome field in past\n\tfield", "pasts := [past | some past in input.changes[_].earlier]", true},
		"from a list of two":        {"some past in array.concat(input.changes[0].upstream, input.changes[0].earlier)\n\tsome field in past\n\tfield", "", true},
		"another input":             {"x with input as {}", "x if input.head.staged", true},

		"a list of two":              {"some past in array.concat(input.changes[0].upstream, input.changes[0].earlier)\n\tpast.holds", "", false},
		"how many":                   {"count(input.changes[0].upstream) > 1", "", false},
		"what is held":               {some + "some version in before.versions\n\tversion.tag == \"a\"", "", false},
		"a function of what is held": {some + "any(before.versions)", "any(versions) if {\n\tsome version in versions\n\tversion.tag == \"a\"\n}", false},
		"a function of a change":     {"some change in input.changes\n\tentry(change)", "entry(change) if change.entry", false},
		"maps of other things":       {"some app, name\n\tinput.state[app][name]", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			body := `findings contains {"message": "m", "location": {"path": "x"}} if {` + "\n\t" + test.condition + "\n}\n\n" + test.more + "\n"
			_, configured := asLoaded(t, source("a-rule.rego", rule("a_rule", body)))
			if got := configured.ReadLongest(); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// TestBundledRulesThatReadLongest keeps the list of them.
func TestBundledRulesThatReadLongest(t *testing.T) {
	policies, configured := asLoaded(t, bundled())
	var got []string
	for _, rule := range policies.Rules() {
		if rule.Reads.Longest {
			got = append(got, rule.ID)
		}
	}
	if diff := cmp.Diff([]string{"soak-time"}, got); diff != "" {
		t.Error(diff)
	}
	if configured.ReadLongest() {
		t.Error("nobody asks soak-time, and the longest stay is read")
	}
	configured, err := policies.Configure(map[string]evaluate.Setting{
		"soak-time": {Parameters: map[string]any{"before": map[string]any{"prod": "24h"}}},
	})
	if err != nil || !configured.ReadLongest() {
		t.Errorf("soak-time is configured, and the longest stay is not read: %v", err)
	}
}

// TestWhereLongestIs holds what is known of the way to the longest stay against the event's schema.
func TestWhereLongestIs(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(event.Schema, &schema); err != nil {
		t.Fatal(err)
	}
	var found []string
	var walk func(node any, path string)
	walk = func(node any, path string) {
		object, _ := node.(map[string]any)
		if name, ok := object["$ref"].(string); ok {
			object = schema["definitions"].(map[string]any)[strings.TrimPrefix(name, "#/definitions/")].(map[string]any)
		}
		fields, _ := object["properties"].(map[string]any)
		for name, field := range fields {
			if name == "longest" {
				found = append(found, path+"."+name)
			}
			walk(field, path+"."+name)
		}
		for _, below := range []string{"items", "additionalProperties"} {
			if object[below] != nil {
				walk(object[below], path+"[]")
			}
		}
	}
	walk(schema, "input")
	slices.Sort(found)
	want := "input.changes[].earlier[].longest input.changes[].earlier[].ran.longest input.changes[].own.longest input.changes[].own.ran.longest " +
		"input.changes[].upstream[].longest input.changes[].upstream[].ran.longest"
	if got := strings.Join(found, " "); got != want {
		t.Errorf("it is in %s", got)
	}
}
