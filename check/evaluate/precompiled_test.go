package evaluate_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/evaluate"
)

// TestPrecompiled policies are the same rules and find the same as their text.
func TestPrecompiled(t *testing.T) {
	e := promotions(3)
	var rules [2][]evaluate.Rule
	var results [2][]evaluate.Result
	for i, source := range []evaluate.Source{bundled(), precompiled(t)} {
		policies, configured := asLoaded(t, source)
		e.Config.Rules = configured.Parameters()
		rules[i] = policies.Rules()
		var err error
		if results[i], err = configured.About(e).Results(t.Context()); err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(results[i], func(a, b evaluate.Result) int {
			return strings.Compare(a.Rule+a.Change+a.Message, b.Rule+b.Change+b.Message)
		})
	}
	if diff := cmp.Diff(rules[0], rules[1]); diff != "" {
		t.Errorf("rules: -text +compiled\n%s", diff)
	}
	if diff := cmp.Diff(results[0], results[1]); diff != "" {
		t.Errorf("results: -text +compiled\n%s", diff)
	}
	if len(results[0]) == 0 {
		t.Error("the event is of no use: no rule finds anything")
	}
}

// TestPrecompiledOutdated shows that what was compiled counts for just the files that it was made of.
func TestPrecompiledOutdated(t *testing.T) {
	source := func(files ...string) evaluate.Source {
		s := source(files...)
		s.Own = false
		return s
	}
	old := source("a-rule.rego", rule("a_rule", silent))
	text, err := evaluate.Precompile(old)
	if err != nil {
		t.Fatal(err)
	}
	edited := source("a-rule.rego", strings.Replace(rule("a_rule", silent), "A rule", "Another", 1))
	added := source("a-rule.rego", rule("a_rule", silent), "b-rule.rego", rule("b_rule", silent))
	renamed := evaluate.Source{Name: "other", Files: old.Files}
	for name, source := range map[string]evaluate.Source{"the same": old, "edited": edited, "added": added, "renamed": renamed} {
		source.Compiled = text
		got, err := evaluate.Load(source)
		if err != nil {
			t.Fatal(err)
		}
		source.Compiled = ""
		want, err := evaluate.Load(source)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Rules(), got.Rules()); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}

	// For those it does count.
	old.Compiled = text + "x"
	if _, err := evaluate.Load(old); err == nil {
		t.Error("nobody looks at what was compiled")
	}

	// A mistake in the files is found, whatever was compiled before.
	broken := evaluate.Source{Name: "team", Files: fstest.MapFS{"a.rego": {Data: []byte("package promocheck.rules.a")}}, Compiled: text}
	if _, err := evaluate.Load(broken); err == nil {
		t.Error("nobody looks at the files")
	}
}

// TestOwnRulesWithPrecompiled shows that a team's own rules use the bundled library all the same, find the same, and are
// held against the same, whether the bundled policies were compiled before or not.
func TestOwnRulesWithPrecompiled(t *testing.T) {
	use := "import data.promocheck.lib.rollback\nimport data.promocheck.lib.version\n\n" +
		`findings contains {"message": version.name(change.after), "change": change.id} if {
			some change in input.changes
			not change.id in rollback.declared
			count(data.promocheck.rules.soak_time.findings) == 0
		}`
	for _, bundled := range []evaluate.Source{bundled(), precompiled(t)} {
		policies, err := evaluate.Load(bundled, source("a-rule.rego", rule("a_rule", use)))
		if err != nil {
			t.Fatal(err)
		}
		configured, err := policies.Configure(nil)
		if err != nil {
			t.Fatal(err)
		}
		e := promotions(1)
		e.Config.Rules = configured.Parameters()
		results, err := configured.About(e).Results(t.Context())
		if err != nil || !slices.ContainsFunc(results, func(r evaluate.Result) bool { return r.Rule == "a-rule" && r.Message == "v1.2.3" }) {
			t.Errorf("%v, %v", results, err)
		}
		if !slices.ContainsFunc(results, func(r evaluate.Result) bool { return r.Rule == "friday-push" }) {
			t.Errorf("the bundled rules are not asked: %v", results)
		}
		for wrong, want := range map[string]string{
			"version.nam(change.after)": "version.nam",
			"change.aftr.tag":           "there is no field \"aftr\" here",
			"data.promocheck.lib.x.y":   "data.promocheck.lib.x.y is not defined anywhere",
		} {
			text := strings.Replace(rule("a_rule", use), "version.name(change.after)", wrong, 1)
			if !strings.Contains(wrong, "version") {
				text = strings.Replace(text, "import data.promocheck.lib.version\n", "", 1)
			}
			if _, err := evaluate.Load(bundled, source("a-rule.rego", text)); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error is %v", wrong, err)
			}
		}
	}
}
