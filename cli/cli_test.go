package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/cli"
	"github.com/promocheck/promocheck/internal/fastimport"
)

// wednesday is no day on which a rule about days finds anything.
var wednesday = time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC)

// The program is found before a check takes git out of this process's PATH.
var git, _ = exec.LookPath("git")

type outcome struct {
	exit           int
	stdout, stderr string
}

func run(arguments ...string) outcome {
	var stdout, stderr bytes.Buffer
	exit := cli.Main(cli.Process{
		Arguments: arguments,
		Stdout:    &stdout,
		Stderr:    &stderr,
		Getenv:    func(string) string { return "" },
		Now:       func() time.Time { return wednesday },
	})
	return outcome{exit, stdout.String(), stderr.String()}
}

// demo is the demo's repository: HEAD and main have no bad promotion, the branch hotfix has one.
func demo(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := cli.WriteDemo(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// clean is the demo's repository with a branch that changes nothing that is deployed.
func clean(t *testing.T) string {
	t.Helper()
	dir := demo(t)
	err := fastimport.Run(dir, []byte("commit refs/heads/prose\ncommitter Ada <ada@example.com> 1795608000 +0000\n"+
		"data 5\nProse\nfrom refs/heads/main\nM 100644 inline README.md\ndata 6\nHello\n\n"), "fast-import", "--quiet")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestExitCodes(t *testing.T) {
	repo := clean(t)
	write(t, repo+"/off.yaml", "rules:\n  skipped-environment: {severity: note}\n  version-not-in-staging: {severity: warning}\n")
	write(t, repo+"/bad.yaml", "rule: {}\n")
	for _, test := range []struct {
		want      int
		arguments string
	}{
		{cli.ExitClean, "--base main --head prose"},
		{cli.ExitFindings, "--base main --head hotfix"},
		{cli.ExitFindings, "check --base main --head hotfix"},
		{cli.ExitFindings, "--base main check --head hotfix"},
		{cli.ExitFindings, "--base main --head hotfix check"},
		{cli.ExitFindings, "--base main --head hotfix --format json"},
		{cli.ExitFindings, "--base main --head hotfix --no-merge"},
		{cli.ExitClean, "event --base main --head hotfix"},
		{cli.ExitClean, "demo"},
		{cli.ExitClean, "--base main --head hotfix --config off.yaml"},
		{cli.ExitClean, "--base main --head hotfix --config " + repo + "/off.yaml"},
		{cli.ExitFindings, "--base main --head hotfix --config off.yaml --fail-on warning"},
		{cli.ExitFindings, "--base main --head hotfix --config off.yaml --fail-on note"},
		{cli.ExitUsage, "--base main --head hotfix --config bad.yaml"},
		{cli.ExitUsage, "--base main --head hotfix --config missing.yaml"},
	} {
		t.Run(test.arguments, func(t *testing.T) {
			got := run(append([]string{"-C", repo}, strings.Fields(strings.TrimPrefix(test.arguments, "demo"))...)...)
			if test.arguments == "demo" {
				got = run("demo")
			}
			if got.exit != test.want {
				t.Errorf("exit code %d, not %d\n%s%s", got.exit, test.want, got.stdout, got.stderr)
			}
			if (got.stdout == "") != (got.exit >= cli.ExitUsage) {
				t.Errorf("exit code %d with the standard output %q", got.exit, got.stdout)
			}
		})
	}
}

// TestNotChecked checks a repository that lacks what was promoted: neither clean nor a finding.
func TestNotChecked(t *testing.T) {
	repo := demo(t)
	command := exec.Command(git, "-C", repo, "rev-parse", "hotfix^{tree}")
	tree, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(repo, ".git", "objects", string(tree[:2]), string(tree[2:40]))); err != nil {
		t.Fatal(err)
	}
	got := run("-C", repo, "--base", "main", "--head", "hotfix")
	if got.exit != cli.ExitUnchecked || got.stdout != "" || !strings.HasPrefix(got.stderr, "promocheck: ") {
		t.Errorf("%+v", got)
	}
}

// TestUsage requires that every mistake in the command line is told on standard error, with nothing
// on standard output for a program to take for a report.
func TestUsage(t *testing.T) {
	repo := demo(t)
	for _, test := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"--bse", "main"}, "bse"},
		{[]string{"--base"}, "--base needs a value"},
		{[]string{"--staged=perhaps"}, "invalid boolean value"},
		{[]string{"chekc"}, `there is no command "chekc"`},
		{[]string{"hlep"}, `there is no command "hlep" (did you mean "help"?)`},
		{[]string{"help", "histroy"}, `there is no command "histroy" (did you mean "history"?)`},
		{[]string{"explain", "friday-push", "--format", "json"}, "explain has no flag --format"},
		{[]string{"history", "shop", "--frmat", "json"}, "there is no flag --frmat (did you mean --format?)"},
		{[]string{"main", "hotfix"}, "promocheck --base main --head my-branch"},
		{[]string{"check", "main"}, `"main" is an argument too many`},
		{[]string{"check", "--base", "main", "hotfix", "--format", "json"}, `"hotfix" is an argument too many`},
		{[]string{"event", "--format", "json"}, "format"},
		{[]string{"demo", "--base", "main"}, "base"},
		{[]string{"--base", ""}, "--base is empty"},
		{[]string{"--base", "main", "--head="}, "--head is empty"},
		{[]string{"--base", "-x"}, "starts with a dash"},
		{[]string{"--base", "main", "--head", "main"}, "the same commit"},
		{[]string{"--base", "nowhere", "--head", "hotfix"}, `"nowhere" names no commit`},
		{[]string{"--staged", "--base", "main"}, "leave out --base"},
		{[]string{"--staged", "--no-merge"}, "leave out --base"},
		{[]string{"--at", "Friday"}, "RFC 3339"},
		{[]string{"--format", "yaml"}, "there are text, json"},
		{[]string{"--fail-on", "errors"}, "error, warning or note"},
		{[]string{"--fail-on", "off"}, "error, warning or note"},
		{[]string{"-C", t.TempDir()}, "is not in a Git repository"},
		{[]string{"-C", repo + "/nowhere"}, "is not a directory"},
	} {
		t.Run(strings.Join(test.arguments, " "), func(t *testing.T) {
			got := run(append([]string{"-C", repo}, test.arguments...)...)
			if got.exit != cli.ExitUsage {
				t.Errorf("exit code %d", got.exit)
			}
			if got.stdout != "" {
				t.Errorf("on standard output: %q", got.stdout)
			}
			if !strings.HasPrefix(got.stderr, "promocheck: ") || !strings.Contains(got.stderr, test.want) {
				t.Errorf("%q is not in %q", test.want, got.stderr)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	for _, arguments := range [][]string{{"--help"}, {"-h"}, {"check", "--help"}, {"event", "-h"}, {"demo", "--help"}} {
		got := run(arguments...)
		if got.exit != cli.ExitClean || got.stderr != "" || !strings.Contains(got.stdout, "--help") {
			t.Errorf("%q: %+v", arguments, got)
		}
	}
	help := run("--help").stdout
	for _, word := range []string{
		"check", "event", "demo", "--base REF", "--head REF", "--staged", "--no-merge", "-C DIR", "--config FILE", "--at TIME",
		"--format NAME[=FILE]", "--fail-on SEVERITY", "--version", "Exit codes: 0 ", "1 findings", "2 wrong usage", "3 could not check",
	} {
		if !strings.Contains(help, word) {
			t.Errorf("%q is not in the help", word)
		}
	}
	for line := range strings.Lines(help) {
		if len(line) > 121 {
			t.Errorf("a line of the help is too long: %q", line)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, flag := range []string{"--version", "-v"} {
		got := run(flag)
		if got.exit != cli.ExitClean || got.stderr != "" || !strings.HasPrefix(got.stdout, "promocheck version ") {
			t.Errorf("%s: %+v", flag, got)
		}
	}
}

func TestDemo(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	first := run("demo")
	if first.exit != cli.ExitClean {
		t.Fatalf("%+v", first)
	}
	for _, rule := range []string{"skipped-environment", "version-not-in-staging", "friday-push"} {
		if !strings.Contains(first.stdout, "error["+rule+"] ") {
			t.Errorf("%s found nothing:\n%s", rule, first.stdout)
		}
	}
	for _, text := range []string{"promocheck --base main --head hotfix --at ", "exit with 1"} {
		if !strings.Contains(first.stderr, text) {
			t.Errorf("%q is not in %q", text, first.stderr)
		}
	}
	if again := run("demo"); again != first {
		t.Errorf("a second run says something else: %+v", again)
	}
	if asJSON := run("demo", "--format", "json"); !json.Valid([]byte(asJSON.stdout)) {
		t.Errorf("no JSON: %s", asJSON.stdout)
	}
	left, err := os.ReadDir(temporary)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestStories has the second story be about a configuration key, and refuses one that there is not.
func TestStories(t *testing.T) {
	if war := run("demo", "--story", "war"); war.exit != cli.ExitClean || !strings.Contains(war.stdout, "does not see PAYMENT_URL") {
		t.Errorf("%d: %s%s", war.exit, war.stdout, war.stderr)
	}
	if none := run("demo", "--story", "peace"); none.exit != cli.ExitUsage {
		t.Errorf("exit code %d", none.exit)
	}
}

// TestDemoShowsWhatToType runs what the demo says is its command.
func TestDemoShowsWhatToType(t *testing.T) {
	told := run("demo")
	for line := range strings.Lines(told.stderr) {
		typed, ok := strings.CutPrefix(line, "  promocheck ")
		if !ok {
			continue
		}
		got := run(append([]string{"-C", demo(t)}, strings.Fields(typed)...)...)
		if got.stdout != told.stdout || got.exit != cli.ExitFindings {
			t.Errorf("%+v", got)
		}
		return
	}
	t.Errorf("no command in %q", told.stderr)
}

func TestTimeout(t *testing.T) {
	repo := clean(t)
	for value, want := range map[string]struct {
		exit int
		says string
	}{
		"1ns": {cli.ExitUnchecked, "gave up after 1ns while "}, "0": {cli.ExitClean, ""}, "1h": {cli.ExitClean, ""},
		"soon": {cli.ExitUsage, `--timeout is "soon"`}, "-1s": {cli.ExitUsage, `--timeout is "-1s"`},
	} {
		got := run("-C", repo, "--base", "main", "--head", "prose", "--timeout", value)
		if got.exit != want.exit || !strings.Contains(got.stderr, want.says) || want.says == "" && got.stderr != "" {
			t.Errorf("%s: exit code %d, want %d and %q\n%s", value, got.exit, want.exit, want.says, got.stderr)
		}
	}
	if got := run("-C", repo, "history", "--timeout", "1ns"); got.exit != cli.ExitUnchecked {
		t.Errorf("history: %+v", got)
	}
}
