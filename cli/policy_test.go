package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/cli"
)

// ownRule is a rule of a team's own, with what it says of each change in the place of BODY.
const ownRule = `# METADATA
# title: A team's own rule
# description: |
#   Nothing goes to prod.
# custom:
#   severity: warning
#   remediation: |
#     Do not.
package promocheck.rules.own_rule

findings contains {"change": change.id, "message": "not to prod"} if {
	some change in input.changes
	BODY
}
`

func TestPolicy(t *testing.T) {
	repo := demo(t)
	for name, test := range map[string]struct {
		body string // of the rule; empty: there is no rule
		exit int
		says string
	}{
		"fires":                   {`change.environment == "prod"`, cli.ExitFindings, "warning[own-rule] not to prod"},
		"silent":                  {`change.environment == "dev"`, cli.ExitFindings, "3 errors, 0 warnings"},
		"misspelt field":          {`change.enviroment == "prod"`, cli.ExitUsage, "enviroment"},
		"reaches for a network":   {`http.send({"method": "GET", "url": "http://127.0.0.1"})`, cli.ExitUsage, "http.send"},
		"no rule at all":          {"", cli.ExitUsage, "there is no policy in"},
		"reaches into the others": {"data.promocheck.rules.nothing", cli.ExitUsage, "nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if test.body != "" {
				if err := os.Mkdir(filepath.Join(dir, "team"), 0o755); err != nil {
					t.Fatal(err)
				}
				write(t, filepath.Join(dir, "team", "own-rule.rego"), strings.Replace(ownRule, "BODY", test.body, 1))
			}
			got := run("-C", repo, "--base", "main", "--head", "hotfix", "--at", "2026-11-27T12:00:00Z", "--policy", dir)
			if got.exit != test.exit || !strings.Contains(got.stdout+got.stderr, test.says) {
				t.Errorf("exit code %d, want %d and %q:\n%s%s", got.exit, test.exit, test.says, got.stdout, got.stderr)
			}
		})
	}
	linked := t.TempDir()
	write(t, filepath.Join(linked, "own-rule.rego"), strings.Replace(ownRule, "BODY", "true", 1))
	if err := os.Symlink(t.TempDir(), filepath.Join(linked, "more")); err != nil {
		t.Fatal(err)
	}
	if got := run("-C", repo, "--base", "main", "--head", "hotfix", "--policy", linked); got.exit != cli.ExitUsage || !strings.Contains(got.stderr, "more is a link to a directory") {
		t.Errorf("a directory with a link to another: %+v", got)
	}
	missing := run("-C", repo, "--base", "main", "--head", "hotfix", "--policy", "nowhere")
	if missing.exit != cli.ExitUsage || !strings.Contains(missing.stderr, "nowhere") {
		t.Errorf("a directory that is not there: %+v", missing)
	}
	replaced := filepath.Join(t.TempDir(), "friday-push.rego")
	write(t, replaced, strings.NewReplacer("own_rule", "friday_push", "BODY", "false").Replace(ownRule))
	got := run("-C", repo, "--base", "main", "--head", "hotfix", "--policy", filepath.Dir(replaced))
	if got.exit != cli.ExitUsage || !strings.Contains(got.stderr, "friday_push is the package of") {
		t.Errorf("a rule in the place of a bundled one: %+v", got)
	}
}
