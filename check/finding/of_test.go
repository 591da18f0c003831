package finding_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/waiver"
)

var rules = []evaluate.Rule{
	{ID: "loud", Severity: evaluate.Error, Remediation: "Be quiet."},
	{ID: "soft", Severity: evaluate.Warning, Remediation: "Speak up."},
}

// promotions is an event of one change in each of two environments, whose names do not sort as the path does.
func promotions() *event.Event {
	before := artifact.Version{Repository: "acme/checkout", Tag: "v1"}
	after := artifact.Version{Repository: "acme/checkout", Tag: "v2"}
	change := func(environment string) event.Change {
		return event.Change{
			ID: "checkout/" + environment + "/1", App: "checkout", Environment: environment, Targets: []string{"us", "eu"},
			Artifact: artifact.Artifact{Kind: artifact.Image, Name: "acme/checkout"}, Before: &before, After: &after,
			Locations: map[string]event.Location{
				"eu": {Path: environment + "/eu.yaml", Line: 3, Column: 1},
				"us": {Path: environment + "/us.yaml", Line: 5, Column: 1},
			},
		}
	}
	return &event.Event{
		Path:    []event.Environment{{Name: "test"}, {Name: "prod", Production: true}},
		Changes: []event.Change{change("prod"), change("test")},
	}
}

func about(rule, environment string) evaluate.Result {
	return evaluate.Result{
		Rule: rule, Message: "m", Change: "checkout/" + environment + "/1", App: "checkout", Environment: environment,
	}
}

func at(rule, path string, line int) evaluate.Result {
	return evaluate.Result{Rule: rule, Message: "m", Location: &event.Location{Path: path, Line: line}}
}

func TestOf(t *testing.T) {
	got := finding.Of([]evaluate.Result{about("loud", "prod")}, rules, nil, promotions())
	id := "checkout/prod/1"
	want := []finding.Finding{{
		Rule: "loud", Severity: finding.Error, Message: "m", Change: &id, Covers: []string{id}, Targets: []string{"eu", "us"}, App: "checkout", Environment: "prod",
		Location:    &event.Location{Path: "prod/us.yaml", Line: 5, Column: 1}, // of the first target
		Remediation: "Be quiet.",
		Fingerprint: got[0].Fingerprint,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(got[0].Fingerprint) {
		t.Errorf("fingerprint is %q", got[0].Fingerprint)
	}
}

func TestNoFindingsAreAnEmptyList(t *testing.T) {
	if got := finding.Of(nil, rules, nil, promotions()); got == nil || len(got) != 0 {
		t.Errorf("got %#v", got)
	}
}

func TestLocation(t *testing.T) {
	e := promotions()
	e.Changes[0].Locations = nil
	results := []evaluate.Result{about("loud", "prod")}
	if got := finding.Of(results, rules, nil, e)[0].Location; got != nil {
		t.Errorf("got %v, where nothing has a location", got)
	}
	results[0].Location = &event.Location{Path: "x"}
	if got := finding.Of(results, rules, nil, e)[0].Location; got == nil || got.Path != "x" {
		t.Errorf("got %v, where the rule has a location", got)
	}
}

func TestSeverity(t *testing.T) {
	for _, test := range []struct {
		setting, result, want evaluate.Severity
	}{
		{"", "", finding.Error},
		{"", finding.Note, finding.Note},
		{finding.Warning, "", finding.Warning},
		{finding.Warning, finding.Note, finding.Warning},
	} {
		result := about("loud", "prod")
		result.Severity = test.result
		settings := map[string]evaluate.Setting{"loud": {Severity: test.setting}}
		if got := finding.Of([]evaluate.Result{result}, rules, settings, promotions())[0].Severity; got != test.want {
			t.Errorf("configured %q, reported %q: got %q, want %q", test.setting, test.result, got, test.want)
		}
	}
}

func TestFilters(t *testing.T) {
	results := []evaluate.Result{about("loud", "test"), about("loud", "prod"), at("loud", "x", 1)}
	for name, test := range map[string]struct {
		setting evaluate.Setting
		want    int
	}{
		"none":                {evaluate.Setting{}, 3},
		"environment":         {evaluate.Setting{Environments: []string{"prod"}}, 2},
		"app":                 {evaluate.Setting{Apps: []string{"checkout"}}, 3},
		"app by a pattern":    {evaluate.Setting{Apps: []string{"cart", "check*"}}, 3},
		"another app":         {evaluate.Setting{Apps: []string{"cart"}}, 1},
		"app and environment": {evaluate.Setting{Apps: []string{"cart"}, Environments: []string{"prod"}}, 1},
		"off":                 {evaluate.Setting{Severity: evaluate.Off}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := finding.Of(results, rules, map[string]evaluate.Setting{"loud": test.setting}, promotions())
			if len(got) != test.want {
				t.Errorf("got %d findings, want %d", len(got), test.want)
			}
		})
	}
}

func TestOrder(t *testing.T) {
	results := []evaluate.Result{
		about("loud", "test"),
		about("loud", "prod"),
		at("loud", "b", 2),
		at("loud", "b", 10),
		at("loud", "a", 1),
		about("soft", "test"),
	}
	var want []string
	for i, reversed := range [][]evaluate.Result{results, reverse(results)} {
		var got []string
		for _, f := range finding.Of(reversed, rules, nil, promotions()) {
			got = append(got, string(f.Severity)+" "+f.Environment+" "+f.Location.Path)
		}
		if i == 0 {
			want = []string{
				"error  a", "error  b", "error  b", "error test test/us.yaml", "warning test test/us.yaml", "error prod prod/us.yaml",
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
	}
}

func reverse(results []evaluate.Result) []evaluate.Result {
	results = slices.Clone(results)
	slices.Reverse(results)
	return results
}

func fingerprint(t *testing.T, result evaluate.Result, e *event.Event) string {
	t.Helper()
	findings := finding.Of([]evaluate.Result{result}, rules, nil, e)
	if len(findings) != 1 {
		t.Fatalf("got %d findings", len(findings))
	}
	return findings[0].Fingerprint
}

func TestFingerprintOutlivesWhatIsNotTheMatter(t *testing.T) {
	before := fingerprint(t, about("loud", "prod"), promotions())
	moved := promotions()
	moved.Changes[0].ID = "checkout/prod/7"
	moved.Changes[0].Locations = map[string]event.Location{"us": {Path: "prod/us.yaml", Line: 99}}
	moved.Head.Commit = "b4d2"
	result := about("loud", "prod")
	result.Change, result.Message, result.Severity = "checkout/prod/7", "in other words", finding.Note
	if after := fingerprint(t, result, moved); after != before {
		t.Errorf("fingerprint of the change went from %s to %s", before, after)
	}
	if fingerprint(t, at("loud", "x", 1), moved) != fingerprint(t, at("loud", "x", 2), moved) {
		t.Error("fingerprint of the place depends on its line")
	}
}

func TestFingerprintTellsApart(t *testing.T) {
	seen := map[string]string{}
	tell := func(what, fingerprint string) {
		if other, ok := seen[fingerprint]; ok {
			t.Errorf("%s has the fingerprint of %s", what, other)
		}
		seen[fingerprint] = what
	}
	tell("a change", fingerprint(t, about("loud", "prod"), promotions()))
	tell("another rule", fingerprint(t, about("soft", "prod"), promotions()))
	tell("another environment", fingerprint(t, about("loud", "test"), promotions()))
	for what, alter := range map[string]func(*event.Change){
		"another artifact":   func(c *event.Change) { c.Artifact.Name = "acme/cart" },
		"another tag":        func(c *event.Change) { c.After = &artifact.Version{Repository: "acme/checkout", Tag: "v3"} },
		"another registry":   func(c *event.Change) { c.After = &artifact.Version{Repository: "evil/checkout", Tag: "v2"} },
		"added":              func(c *event.Change) { c.Before = nil },
		"removed":            func(c *event.Change) { c.After = nil },
		"from another start": func(c *event.Change) { c.Before = &artifact.Version{Repository: "acme/checkout", Tag: "v0"} },
	} {
		e := promotions()
		alter(&e.Changes[0])
		tell(what, fingerprint(t, about("loud", "prod"), e))
	}
	tell("a place", fingerprint(t, at("loud", "x", 1), promotions()))
	tell("another place", fingerprint(t, at("loud", "y", 1), promotions()))

	for i, f := range finding.Of([]evaluate.Result{at("soft", "x", 1), at("soft", "x", 2), at("soft", "x", 3)}, rules, nil, promotions()) {
		tell([]string{"the first", "the second", "the third"}[i], f.Fingerprint)
	}
}

func TestCount(t *testing.T) {
	findings := []finding.Finding{
		{Severity: finding.Error},
		{Severity: finding.Warning},
		{Severity: finding.Warning},
		{Severity: finding.Note},
		{Severity: finding.Error, Waived: &waiver.Waiver{Reason: "INC-4711"}},
	}
	if diff := cmp.Diff(finding.Counts{Errors: 1, Warnings: 2, Notes: 1, Waived: 1}, finding.Count(findings)); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestAnyAtLeast(t *testing.T) {
	waived := finding.Finding{Severity: finding.Error, Waived: &waiver.Waiver{}}
	warning := finding.Finding{Severity: finding.Warning}
	for name, test := range map[string]struct {
		findings  []finding.Finding
		threshold finding.Severity
		want      bool
	}{
		"none":             {nil, finding.Note, false},
		"graver":           {[]finding.Finding{warning}, finding.Note, true},
		"as grave":         {[]finding.Finding{warning}, finding.Warning, true},
		"not grave enough": {[]finding.Finding{warning}, finding.Error, false},
		"waived":           {[]finding.Finding{waived}, finding.Note, false},
		"unknown severity": {[]finding.Finding{{Severity: "fatal"}}, finding.Error, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := finding.AnyAtLeast(test.findings, test.threshold); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// TestFingerprintDoesNotDependOnSeverity requires that findings about the same thing are told apart alike, however grave
// each of them is.
func TestFingerprintDoesNotDependOnSeverity(t *testing.T) {
	first, second := at("loud", "x", 1), at("loud", "x", 2)
	byLine := func() map[int]string {
		fingerprints := map[int]string{}
		for _, f := range finding.Of([]evaluate.Result{first, second}, rules, nil, promotions()) {
			fingerprints[f.Location.Line] = f.Fingerprint
		}
		return fingerprints
	}
	want := byLine()
	first.Severity = finding.Note
	if diff := cmp.Diff(want, byLine()); diff != "" {
		t.Errorf("fingerprints by line (-want +got):\n%s", diff)
	}
	if want[1] == want[2] {
		t.Error("two findings have one fingerprint")
	}
}
