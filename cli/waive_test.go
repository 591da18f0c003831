package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/cli"
)

// TestWaiveReport has the waiver of a finding of a report written, and the next one of the same name beside it; both are
// what a check reads.
func TestWaiveReport(t *testing.T) {
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
	arguments := []string{"waive", string(found[1]), "-C", repo, "--report", file, "--at", "2026-11-27T13:00:00Z", "--reason", "INC-4711: \"pay\"", "--expires", "2026-11-28"}
	for _, name := range []string{"friday-push-order-service-prod.yaml", "friday-push-order-service-prod-2.yaml"} {
		if got := run(arguments...); got.exit != cli.ExitClean || !strings.Contains(got.stdout, ".promocheck/waivers/"+name) {
			t.Fatalf("%+v", got)
		}
		content, err := os.ReadFile(filepath.Join(repo, ".promocheck", "waivers", name))
		if err != nil || !strings.Contains(string(content), "version: v1.2.3") {
			t.Errorf("%s: %v:\n%s", name, err, content)
		}
	}
	if got := run("waive", "ffffffff", "-C", repo, "--report", file); got.exit != cli.ExitUsage || !strings.Contains(got.stderr, "the report has nothing whose") {
		t.Errorf("%+v", got)
	}
}

// TestWaiveStaysInTheCheckout refuses to write where a link leads out of the checkout.
func TestWaiveStaysInTheCheckout(t *testing.T) {
	repo := demo(t)
	elsewhere := t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(repo, ".promocheck")); err != nil {
		t.Skip(err)
	}
	got := run("waive", "7ee6026d", "-C", repo, "--base", "main", "--head", "hotfix", "--at", "2026-11-27T12:00:00Z", "--reason", "x", "--expires", "2026-11-28")
	if got.exit != cli.ExitUsage || !strings.Contains(got.stderr, "leads out of the checkout") {
		t.Errorf("%+v", got)
	}
	if left, err := os.ReadDir(elsewhere); err != nil || len(left) > 0 {
		t.Errorf("%v is written there: %v", left, err)
	}
}
