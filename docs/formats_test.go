package docs

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

var suite = regexp.MustCompile(`(?s)  <testsuite name="(?:friday-push|mutable-tag)".*?</testsuite>\n`)

// formatExamples are what the formats make of the demo, as much of it as it takes to know them.
func formatExamples(t *testing.T) map[string]string {
	t.Helper()
	printed := func(format string) string { return run("demo", "--format", format).stdout }
	_, annotations, _ := strings.Cut(printed("github"), "::group::")
	var quoted strings.Builder
	for line := range strings.Lines(printed("markdown")) {
		quoted.WriteString(strings.TrimRight("> "+line, " \n") + "\n")
	}
	return map[string]string{
		"json":     fenced("json", withFirstFinding(t, printed("json"))),
		"github":   fenced("text", "::group::"+annotations),
		"markdown": quoted.String(),
		"junit":    fenced("xml", strings.Join(suite.FindAllString(printed("junit"), -1), "")),
		"gitlab":   fenced("json", printed("gitlab")),
	}
}

// withFirstFinding is a report without its other findings.
func withFirstFinding(t *testing.T, document string) string {
	t.Helper()
	var report struct{ Findings []json.RawMessage }
	if err := json.Unmarshal([]byte(document), &report); err != nil {
		t.Fatal(err)
	}
	for _, finding := range report.Findings[1:] {
		document = strings.Replace(document, ",\n    "+string(finding), "", 1)
	}
	return document
}
