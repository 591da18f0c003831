package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/cli"
)

// edit replaces something in a file.
func edit(t *testing.T, file, old, replacement string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	write(t, file, strings.Replace(string(text), old, replacement, 1))
}

// TestPolicyNew writes a rule, and has its tests pass: both from where it was written and by the configuration.
func TestPolicyNew(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, ".promocheck.yaml"), "policies: [ours]\n")
	got := run("policy", "new", "own-rule", "-C", dir)
	if got.exit != cli.ExitClean || !strings.Contains(got.stdout, "Wrote ours/own-rule.rego, ours/own-rule_test.rego, ours/own-rule.txtar.") {
		t.Fatalf("%+v", got)
	}
	want := "ok    ours/own-rule_test.rego  3 tests\nok    ours/own-rule.txtar\n\nHow much of the rules they evaluate\n100%  ours/own-rule.rego\n\n3 tests, 1 scenario: 0 failed\n"
	for _, arguments := range [][]string{{"test", "-C", dir}, {"test", "ours", "-C", dir}} {
		if got := run(arguments...); got.exit != cli.ExitClean || got.stdout != want || got.stderr != "" {
			t.Errorf("%q: %+v", arguments, got)
		}
	}
	for want, arguments := range map[string][]string{
		"ours/own-rule.rego is there already": {"policy", "new", "own-rule"},
		"there is a bundled rule friday-push": {"policy", "new", "friday-push"},
		`"Own" is no name of a rule`:          {"policy", "new", "Own"},
		"policy needs the name of a rule":     {"policy", "own-rule"},
		"there are no rules in theirs":        {"test", "theirs"},
		`"b" is an argument too many`:         {"test", "a", "b"},
	} {
		if got := run(append(arguments, "-C", dir)...); got.exit != cli.ExitUsage || !strings.Contains(got.stderr, want) {
			t.Errorf("%q does not say %q: %+v", arguments, want, got)
		}
	}
}

// TestTestFails has rules' tests fail, each in its own way, and what is said of it.
func TestTestFails(t *testing.T) {
	for name, test := range map[string]struct {
		file, old, replacement string
		exit                   int
		says                   []string
	}{
		"a test": {"own-rule_test.rego", "enters prod", "leaves prod", cli.ExitFindings, []string{
			"FAIL  policies/own-rule_test.rego  3 tests\n      policies/own-rule_test.rego:23: test_build_is_found is not true\n", "3 tests, 1 scenario: 1 failed"}},
		"a scenario": {"own-rule.txtar", "error[own-rule]", "note[own-rule]", cli.ExitFindings, []string{
			"FAIL  policies/own-rule.txtar\n      findings (- expected, + found)\n        - note[own-rule] shop: prod", "\n        + error[own-rule] shop: prod", "1 failed"}},
		"the rule": {"own-rule.rego", "not regex.match", "regex.match", cli.ExitFindings, []string{"test_release_passes is not true", "test_build_is_found is not true", "3 failed"}},
		"a line without a test": {"own-rule.rego", "production contains", "never if input.head.staged\n\nproduction contains", cli.ExitClean, []string{
			"  policies/own-rule.rego  not: 16\n"}},
		"a print": {"own-rule.rego", "	change.entry\n", "	change.entry\n	print(\"of\", change.id)\n", cli.ExitClean, []string{"policies/own-rule.rego:25: of a\n"}},
		"a field that there is not": {"own-rule.rego", "change.entry", "change.entri", cli.ExitUsage, []string{
			`policies/own-rule.rego:24: there is no field "entri" here (did you mean "entry"?)` + "\n    |\n 24 |     change.entri\n    |     ^\n"}},
		"a test that is no Rego":  {"own-rule_test.rego", "test_release_passes if {", "test_release_passes if {{", cli.ExitUsage, []string{"policies/own-rule_test.rego:1"}},
		"a scenario that is none": {"own-rule.txtar", "exit: 1", "exti: 1", cli.ExitUsage, []string{"policies/own-rule.txtar: ", "states nothing of this name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if got := run("policy", "new", "own-rule", "-C", dir); got.exit != cli.ExitClean {
				t.Fatalf("%+v", got)
			}
			edit(t, filepath.Join(dir, "policies", test.file), test.old, test.replacement)
			got := run("test", "-C", dir)
			if got.exit != test.exit {
				t.Errorf("exit code %d", got.exit)
			}
			for _, says := range test.says {
				if !strings.Contains(got.stdout+got.stderr, says) {
					t.Errorf("does not say %q:\n%s%s", says, got.stdout, got.stderr)
				}
			}
			if strings.Contains(got.stdout+got.stderr, dir) {
				t.Errorf("names a directory of the machine's:\n%s%s", got.stdout, got.stderr)
			}
		})
	}
}

// TestTestNone requires that rules without a test do not pass theirs, and --update that a new scenario is filled in.
func TestTestNone(t *testing.T) {
	dir := t.TempDir()
	if got := run("policy", "new", "own-rule", "-C", dir); got.exit != cli.ExitClean {
		t.Fatalf("%+v", got)
	}
	scenario := filepath.Join(dir, "policies", "own-rule.txtar")
	edit(t, scenario, "error[own-rule]", "note[own-rule]")
	if got := run("test", "--update", "-C", dir); got.exit != cli.ExitClean {
		t.Errorf("updated: %+v", got)
	}
	if got := run("test", "-C", dir); got.exit != cli.ExitClean {
		t.Errorf("after it: %+v", got)
	}
	for _, file := range []string{"own-rule_test.rego", "own-rule.txtar"} {
		if err := os.Remove(filepath.Join(dir, "policies", file)); err != nil {
			t.Fatal(err)
		}
	}
	if got := run("test", "-C", dir); got.exit != cli.ExitFindings || !strings.Contains(got.stdout, "There are no tests in policies") {
		t.Errorf("without tests: %+v", got)
	}
}
