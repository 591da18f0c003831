package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/promocheck/promocheck/check/finding"
)

// sarifLog is what the tests look at.
type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Rules []struct {
					ID, HelpURI          string
					DefaultConfiguration struct{ Level string }
					Help                 struct{ Text, Markdown string }
				}
			}
		}
		Invocations []struct {
			ExitCode                   int
			ToolExecutionNotifications []struct{ Message struct{ Text string } }
		}
		Results []struct {
			RuleID              string
			RuleIndex           int
			Level               string
			Message             struct{ Text string }
			PartialFingerprints map[string]string
			Suppressions        []struct{ Kind, Status, Justification string }
			Locations           []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI, URIBaseID string }
					Region           struct{ StartLine, StartColumn, EndColumn int }
				}
			}
		}
	}
}

func readSARIF(t *testing.T, r *Report) sarifLog {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(write(t, SARIF, r)), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

func TestSARIFIsValid(t *testing.T) {
	text, err := os.ReadFile("testdata/sarif/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	reports := map[string]*Report{
		"promotion": promotion(), "several": several(), "many": many(), "nothing": {Event: newEvent()},
	}
	for _, evil := range evils {
		if evil != "" { // a rule without a name, a finding without a fingerprint: nothing makes those
			reports[evil] = hostile(evil)
		}
	}
	for name, r := range reports {
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(write(t, SARIF, r)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(instance); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestSARIFRules(t *testing.T) {
	run := readSARIF(t, several()).Runs[0]
	if len(run.Tool.Driver.Rules) != len(rules) {
		t.Fatalf("got %d rules, want the %d that ran", len(run.Tool.Driver.Rules), len(rules))
	}
	for i, rule := range run.Tool.Driver.Rules {
		want := rules[i]
		if rule.ID != want.ID || rule.DefaultConfiguration.Level != string(want.Severity) || !strings.HasSuffix(rule.HelpURI, "/docs/rules/"+want.ID+".md") {
			t.Errorf("got %+v for %s", rule, want.ID)
		}
		for _, help := range []string{rule.Help.Text, rule.Help.Markdown} {
			if !strings.Contains(help, strings.Fields(want.Description)[0]) || !strings.Contains(help, strings.Fields(want.Remediation)[0]) {
				t.Errorf("%s: the help is %q", want.ID, help)
			}
		}
	}
	for _, result := range run.Results {
		switch {
		case result.RuleIndex == -1:
			if _, ok := map[string]bool{"friday-push": true, "skipped-environment": true, "mutable-tag": true}[result.RuleID]; ok {
				t.Errorf("%s has no index", result.RuleID)
			}
		case rules[result.RuleIndex].ID != result.RuleID:
			t.Errorf("%s has the index of %s", result.RuleID, rules[result.RuleIndex].ID)
		}
	}
}

func TestSARIFResults(t *testing.T) {
	run := readSARIF(t, several()).Runs[0]
	if got := run.Invocations[0].ExitCode; got != 1 {
		t.Errorf("exit code %d", got)
	}
	if len(run.Results) != len(several().Findings) {
		t.Fatalf("got %d results", len(run.Results))
	}
	suppressed := 0
	for _, result := range run.Results {
		if len(result.Locations) != 1 || result.Locations[0].PhysicalLocation.Region.StartLine < 1 || result.Locations[0].PhysicalLocation.ArtifactLocation.URI == "" {
			t.Errorf("%s has no place, without which GitHub refuses it: %+v", result.RuleID, result.Locations)
		}
		for _, suppression := range result.Suppressions {
			suppressed++
			if result.RuleID != "undeclared-rollback" || suppression.Justification != "until 2026-12-01: INC-4711" {
				t.Errorf("%s: %+v", result.RuleID, suppression)
			}
		}
	}
	if suppressed != 1 {
		t.Errorf("%d suppressions, want that of the waived finding", suppressed)
	}

	region := readSARIF(t, promotion()).Runs[0].Results[0].Locations[0].PhysicalLocation.Region
	if region.StartLine != 7 || region.StartColumn != 13 || region.EndColumn != 19 {
		t.Errorf("the region is %+v", region)
	}
}

// What identifies a result must not be where it stands.
func TestSARIFFingerprintsSurviveMovedLines(t *testing.T) {
	fingerprints := func(r *Report) string {
		var all []string
		for _, result := range readSARIF(t, r).Runs[0].Results {
			all = append(all, fmt.Sprint(result.PartialFingerprints))
		}
		return strings.Join(all, "\n")
	}
	moved := promotion()
	for i := range moved.Findings {
		at := *moved.Findings[i].Location
		at.Line += 5
		moved.Findings[i].Location = &at
	}
	if got, want := fingerprints(moved), fingerprints(promotion()); got != want || !strings.Contains(got, "f-friday-push") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSARIFURIs(t *testing.T) {
	for path, want := range map[string]string{
		"a/b.yaml":        "a/b.yaml",
		"a b/c#d?e%f":     "a%20b/c%23d%3Fe%25f",
		"C:/x":            "C%3A/x",
		"é\u202e\xff\n":   "%C3%A9%E2%80%AE%FF%0A",
		"[a](b)/../\\x":   "%5Ba%5D%28b%29/../%5Cx",
		"javascript:x(1)": "javascript%3Ax%281%29",
	} {
		got := relativeURI(path)
		if got != want {
			t.Errorf("%q: got %s, want %s", path, got, want)
		}
		parsed, err := url.Parse(got)
		if err != nil || parsed.Scheme != "" || parsed.Path != path {
			t.Errorf("%q is read back as %+v, %v", path, parsed, err)
		}
	}
}

func TestSARIFMessagesHaveNoLinks(t *testing.T) {
	if got := *sarifMessage("[x](http://evil)").Text; got != `\[x\](http://evil)` {
		t.Errorf("got %q", got)
	}
}

func TestSARIFHasNoMoreResultsThanGitHubTakes(t *testing.T) {
	findings := numbered(maxResults+1, finding.Warning)
	findings = append(findings, numbered(1, finding.Error)...)
	run := readSARIF(t, &Report{Event: newEvent(), Findings: findings}).Runs[0]
	if len(run.Results) != maxResults || run.Results[0].Level != "error" {
		t.Errorf("got %d results, the first of level %s", len(run.Results), run.Results[0].Level)
	}
	notifications := run.Invocations[0].ToolExecutionNotifications
	if len(notifications) != 1 || !strings.HasPrefix(notifications[0].Message.Text, "2 more findings") {
		t.Errorf("got %+v", notifications)
	}
}
