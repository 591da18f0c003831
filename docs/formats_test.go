package docs

import (
	"bytes"
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
		"json":     fenced("json", firstFinding(t, printed("json"))),
		"github":   fenced("text", "::group::"+annotations),
		"markdown": quoted.String(),
		"junit":    fenced("xml", strings.Join(suite.FindAllString(printed("junit"), -1), "")),
		"gitlab":   fenced("json", printed("gitlab")),
	}
}

// firstFinding is one of a report's findings.
func firstFinding(t *testing.T, document string) string {
	t.Helper()
	var report struct{ Findings []json.RawMessage }
	if err := json.Unmarshal([]byte(document), &report); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, report.Findings[0], "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
