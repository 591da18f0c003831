package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/cli"
)

// TestReplayBy judges the steps of a branch by what the command line gives: a proposed configuration, rules on disk, a bound
// that no step keeps.
func TestReplayBy(t *testing.T) {
	repo := demo(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "proposed.yaml"), "rules: {friday-push: {severity: warning}, version-not-in-staging: {severity: \"off\"}, skipped-environment: {severity: \"off\"}}\n")
	write(t, filepath.Join(dir, "own-rule.rego"), strings.NewReplacer("BODY", `change.environment == "prod"`, "severity: warning", "severity: error").Replace(ownRule))
	for name, test := range map[string]struct {
		arguments []string
		stopped   string // the rules that stop the step
		unjudged  bool
	}{
		"what governs":             {nil, "friday-push skipped-environment version-not-in-staging", false},
		"a proposed configuration": {[]string{"--config", filepath.Join(dir, "proposed.yaml")}, "", false},
		"rules on disk":            {[]string{"--config", filepath.Join(dir, "proposed.yaml"), "--policy", dir}, "own-rule", false},
		"a bound that it meets":    {[]string{"--timeout", "1ns"}, "", true},
	} {
		got := run(append([]string{"replay", "-C", repo, "--base", "hotfix", "--last", "1", "--at", "2026-11-28T12:00:00Z", "--format", "json"}, test.arguments...)...)
		var replayed struct {
			Sums  struct{ Stopped, Unjudged int }
			Rules []struct {
				Rule    string
				Stopped int
			}
		}
		if err := json.Unmarshal([]byte(got.stdout), &replayed); err != nil || got.exit != cli.ExitClean {
			t.Fatalf("%s: %v: %+v", name, err, got)
		}
		var stopped []string
		for _, r := range replayed.Rules {
			if r.Stopped > 0 {
				stopped = append(stopped, r.Rule)
			}
		}
		rules := strings.Join(stopped, " ")
		if rules != test.stopped || (replayed.Sums.Stopped > 0) != (test.stopped != "") || (replayed.Sums.Unjudged == 1) != test.unjudged {
			t.Errorf("%s: stopped by %q: %s", name, rules, got.stdout)
		}
	}
}
