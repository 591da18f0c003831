package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/cli"
)

// TestExplainReport has a finding of a report explained as it was found, whatever time it is and wherever the branches are.
func TestExplainReport(t *testing.T) {
	repo := demo(t)
	file := filepath.Join(t.TempDir(), "report.json")
	if got := run("-C", repo, "--base", "main", "--head", "hotfix", "--at", "2026-11-27T12:00:00Z", "--format", "json="+file); got.exit != cli.ExitFindings {
		t.Fatalf("%+v", got)
	}
	report, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?s)"rule": "friday-push".*?"fingerprint": "([0-9a-f]{8})`).FindSubmatch(report)
	if found == nil {
		t.Fatalf("%s", report)
	}
	digits := string(found[1])
	got := run("explain", digits, "-C", repo, "--report", file)
	for _, want := range []string{"error[friday-push]", "What it covers", `input.time.weekday`, `"friday"`, "What to do"} {
		if got.exit != cli.ExitClean || !strings.Contains(got.stdout, want) {
			t.Errorf("does not say %q: %+v", want, got)
		}
	}
	wrong := filepath.Join(t.TempDir(), "other.json")
	write(t, wrong, `{"kind": "History"}`)
	for want, arguments := range map[string][]string{
		"the check finds nothing now whose": {digits, "--base", "main", "--head", "hotfix", "--at", "2026-11-25T12:00:00Z"},
		"the report has nothing whose":      {"ffffffff", "--report", file},
		"is no report as JSON":              {digits, "--report", wrong},
		"cannot read the report":            {digits, "--report", wrong + "x"},
		"a report says what was compared":   {digits, "--report", file, "--base", "main"},
		`there is no rule "friday"`:         {"friday"},
		"explain needs the name of a rule":  {"friday-push", "soak-time"},
	} {
		if got := run(append([]string{"explain", "-C", repo}, arguments...)...); got.exit != cli.ExitUsage || !strings.Contains(got.stderr, want) {
			t.Errorf("%q does not say %q: %+v", arguments, want, got)
		}
	}
}

// TestExplainAnywhere explains a bundled rule where there is no repository.
func TestExplainAnywhere(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := run("explain", "friday-push"); got.exit != cli.ExitClean || !strings.Contains(got.stdout, "What to do") {
		t.Errorf("%+v", got)
	}
	if got := run("explain", "friday-psh"); got.exit != cli.ExitUsage || !strings.Contains(got.stderr, `did you mean "friday-push"`) {
		t.Errorf("%+v", got)
	}
}
