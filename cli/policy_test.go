package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/cli"
	"github.com/promocheck/promocheck/internal/fastimport"
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
	if got := run("-C", repo, "--base", "main", "--head", "hotfix", "--policy", linked); got.exit != cli.ExitUsage || !strings.Contains(got.stderr, "more: a link to a directory") {
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

// TestPolicyTriedOut requires that what --policy brings counts in the place of the repository's own rule of that package,
// and that the report says so.
func TestPolicyTriedOut(t *testing.T) {
	repo := t.TempDir()
	if err := cli.WriteDemo(repo); err != nil {
		t.Fatal(err)
	}
	own := strings.Replace(ownRule, "BODY", `change.environment == "prod"`, 1)
	commit(t, repo, map[string]string{".promocheck.yaml": "policies: [ours]\n", "ours/own-rule.rego": own})
	arguments := []string{"-C", repo, "--base", "ruled", "--head", "hotfix", "--at", "2026-11-27T12:00:00Z"}
	if got := run(arguments...); !strings.Contains(got.stdout, "warning[own-rule] not to prod") || strings.Contains(got.stdout, "--policy") {
		t.Errorf("by the repository: %+v", got)
	}
	tried := t.TempDir()
	write(t, filepath.Join(tried, "edited.rego"), strings.Replace(own, `== "prod"`, `== "dev"`, 1))
	got := run(append(arguments, "--policy", tried)...)
	if strings.Contains(got.stdout, "own-rule] ") || !strings.Contains(got.stdout, "notice: ours/own-rule.rego: judged by what --policy gives in its place") {
		t.Errorf("tried out: %+v", got)
	}
}

// commit puts files on top of main in a branch of its own.
func commit(t *testing.T, repo string, files map[string]string) {
	t.Helper()
	c := fastimport.Commit{
		Branch: "ruled", From: []string{"main"}, OnTop: true, Author: "Ada <ada@example.com>", Message: "Rules of our own",
		Time: time.Date(2026, time.November, 26, 12, 0, 0, 0, time.UTC), Files: map[string]fastimport.File{},
	}
	for name, content := range files {
		c.Files[name] = fastimport.File{Data: []byte(content)}
	}
	if err := fastimport.Write(repo, []fastimport.Commit{c}); err != nil {
		t.Fatal(err)
	}
}
