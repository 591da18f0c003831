package docs

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/promocheck/promocheck/cli"
)

// Rendering in this process takes the PATH away for good, so it is looked into before.
var (
	path          = os.Getenv("PATH")
	gitProgram, _ = exec.LookPath("git")
	bash, _       = exec.LookPath("bash")
	actionlint, _ = exec.LookPath("actionlint")
)

// TestMain is the program itself where a link of its name leads to the tests: scripts in the docs run it.
func TestMain(m *testing.M) {
	if strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe") == "promocheck" {
		os.Exit(cli.Main(cli.Process{
			Arguments: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Now: time.Now,
		}))
	}
	os.Exit(m.Run())
}

// systemsTable lists the CI systems whose variables name the base.
func systemsTable() string {
	var b strings.Builder
	b.WriteString("| System | Variable | Only where there is |\n| --- | --- | --- |\n")
	for _, system := range cli.Systems {
		only := ""
		if system.Only != "" {
			only = "`" + system.Only + "`"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", system.Name, system.Variable, only)
	}
	return b.String()
}

// machine is where scripts run: what they would install or call elsewhere is replaced, and nothing else.
type machine struct {
	home, program string
}

func newMachine(t *testing.T) machine {
	t.Helper()
	if bash == "" {
		t.Skip("no script is run: there is no bash")
	}
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	m := machine{home, filepath.Join(home, "built", "promocheck")}
	for _, directory := range []string{"built", "bin", "go/bin", "temporary"} {
		if err := os.MkdirAll(filepath.Join(home, directory), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(executable, m.program); err != nil {
		t.Skip("no script is run: ", err)
	}
	m.stub(t, "go", `case "$*" in
"install github.com/promocheck/promocheck@latest") mkdir -p "${GOBIN:=$HOME/go/bin}" && ln -sf "$HOME/built/promocheck" "$GOBIN/promocheck" ;;
"run . demo" | "test ./...") ;; # these are for a checkout of the program's own
*) exit 64 ;;
esac`)
	m.stub(t, "pre-commit", `case "$*" in autoupdate | install) ;; *) exit 64 ;; esac`)
	return m
}

func (m machine) stub(t *testing.T, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(m.home, "bin", name), []byte("#!/usr/bin/env bash\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// run runs a script, and returns what it prints and its exit code.
func (m machine) run(t *testing.T, dir, script string, variables ...string) (string, int) {
	t.Helper()
	command := exec.Command(bash, "-c", script)
	command.Dir = dir
	directories := []string{filepath.Join(m.home, "bin"), filepath.Join(m.home, "go", "bin"), path}
	command.Env = append([]string{
		"HOME=" + m.home, "PATH=" + strings.Join(directories, string(filepath.ListSeparator)), "GIT_CONFIG_NOSYSTEM=1",
		"PROMOCHECK=" + m.program,
	}, variables...)
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), command.ProcessState.ExitCode()
}

// git runs Git, and returns what it prints.
func git(t *testing.T, dir string, arguments ...string) string {
	t.Helper()
	command := exec.Command(gitProgram, arguments...)
	command.Dir = dir
	command.Env = append(os.Environ(), "PATH="+path, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.com")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v: %s", arguments, err, out)
	}
	return strings.TrimSpace(string(out))
}

// remote is the demo's repository, with the rules of docs/policies.md on its main branch, a branch harmless beside hotfix, and
// one that deploys an environment.
func remote(t *testing.T) string {
	t.Helper()
	dir := checkout(t)
	git(t, dir, "checkout", "--quiet", "main")
	if err := os.Mkdir(filepath.Join(dir, "policies"), 0o755); err != nil {
		t.Fatal(err)
	}
	for i, rule := range blocks(read(t, "policies.md"), "rego") {
		if err := os.WriteFile(filepath.Join(dir, "policies", fmt.Sprintf("rule-%d.rego", i)), []byte(rule), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	git(t, dir, "add", "policies")
	git(t, dir, "commit", "--quiet", "--message", "Rules of our own")
	git(t, dir, "checkout", "--quiet", "-b", "harmless")
	git(t, dir, "commit", "--quiet", "--allow-empty", "--message", "Nothing")
	git(t, dir, "branch", "env/prod", "main")
	git(t, dir, "branch", "env/prod-next", "harmless")
	return dir
}

// TestScripts runs every script that the prose shows, in a clone of a repository that stands on the branch hotfix.
// Findings are no failure there.
func TestScripts(t *testing.T) {
	origin := remote(t)
	for _, path := range prose(t) {
		for _, block := range blocks(read(t, path), "sh") {
			m := newMachine(t)
			dir := t.TempDir()
			git(t, dir, "clone", "--quiet", "--branch", "hotfix", origin, "clone")
			git(t, dir, "-C", "clone", "merge", "--quiet", "origin/main", "--message", "Update")
			out, exit := m.run(t, filepath.Join(dir, "clone"), `set -uo pipefail
trap 'echo "line $LINENO"; exit 71' ERR
promocheck() { "$PROMOCHECK" "$@" || [ $? = 1 ]; }
`+block)
			if exit != 0 {
				t.Errorf("%s: exit code %d:\n%s\n%s", path, exit, block, out)
			}
		}
	}
}

// pipeline is a CI system as far as its script sees it.
type pipeline struct {
	file      string // what the snippet's first line names
	script    func(t *testing.T, block string) string
	checkout  []string // Git's commands; HEAD stands for the branch that is built
	variables []string
	reports   []string
}

var pipelines = []pipeline{
	{
		file:      ".gitlab-ci.yml",
		script:    lines("promotions", "script"),
		checkout:  []string{"fetch --quiet origin +BRANCH:refs/pipelines/1", "checkout --quiet --detach refs/pipelines/1"},
		variables: []string{"CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main"},
		reports:   []string{"quality.json", "junit.xml"},
	},
	{
		file: "azure-pipelines.yml",
		script: func(t *testing.T, block string) string {
			for _, step := range parsed(t, block)["steps"].([]any) {
				if script, ok := step.(map[string]any)["script"].(string); ok {
					return script
				}
			}
			return ""
		},
		checkout:  []string{"fetch --quiet origin +refs/heads/*:refs/remotes/origin/*", "checkout --quiet --detach origin/BRANCH"},
		variables: []string{"SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main", "AGENT_TEMPDIRECTORY=TEMPORARY"},
		reports:   []string{"junit.xml"},
	},
	{
		file: "Jenkinsfile",
		script: func(_ *testing.T, block string) string {
			var found []string
			for _, line := range regexp.MustCompile(`(?m)\bsh '([^']*)'$`).FindAllStringSubmatch(block, -1) {
				found = append(found, line[1])
			}
			return strings.Join(found, "\n")
		},
		checkout:  []string{"fetch --quiet origin +BRANCH:refs/remotes/origin/PR-1", "checkout --quiet --detach origin/PR-1"},
		variables: []string{"CHANGE_TARGET=main", "WORKSPACE_TMP=TEMPORARY"},
		reports:   []string{"junit.xml"},
	},
	{
		file: ".circleci/config.yml",
		script: func(t *testing.T, block string) string {
			var found []string
			jobs := parsed(t, block)["jobs"].(map[string]any)
			for _, step := range jobs["promotions"].(map[string]any)["steps"].([]any) {
				if script, ok := step.(map[string]any)["run"].(string); ok {
					found = append(found, script)
				}
			}
			return strings.Join(found, "\n")
		},
		checkout: []string{"fetch --quiet origin +refs/heads/*:refs/remotes/origin/*", "checkout --quiet -B BRANCH origin/BRANCH"},
		reports:  []string{"results/promocheck.xml"},
	},
	{
		file: "bitbucket-pipelines.yml",
		script: func(t *testing.T, block string) string {
			steps := parsed(t, block)["pipelines"].(map[string]any)["pull-requests"].(map[string]any)["**"].([]any)
			return joined(steps[0].(map[string]any)["step"].(map[string]any)["script"])
		},
		checkout:  []string{"fetch --quiet origin +BRANCH:refs/remotes/origin/BRANCH", "checkout --quiet -B BRANCH origin/BRANCH"},
		variables: []string{"BITBUCKET_PR_DESTINATION_BRANCH=main"},
		reports:   []string{"test-results/promocheck.xml"},
	},
	{
		file: ".buildkite/pipeline.yml",
		script: func(t *testing.T, block string) string {
			script := joined(parsed(t, block)["steps"].([]any)[0].(map[string]any)["command"])
			if strings.Contains(strings.ReplaceAll(script, "$$", ""), "$") {
				t.Error("a variable that the upload would fill in")
			}
			return strings.ReplaceAll(script, "$$", "$")
		},
		checkout:  []string{"fetch --quiet origin +BRANCH:refs/remotes/origin/BRANCH", "checkout --quiet --detach origin/BRANCH"},
		variables: []string{"BUILDKITE_PULL_REQUEST_BASE_BRANCH=main"},
		reports:   []string{"junit.xml"},
	},
}

// lines returns what gets the lines of a script that is below keys.
func lines(keys ...string) func(*testing.T, string) string {
	return func(t *testing.T, block string) string {
		var value any = parsed(t, block)
		for _, key := range keys {
			value = value.(map[string]any)[key]
		}
		return joined(value)
	}
}

func joined(list any) string {
	var b strings.Builder
	for _, line := range list.([]any) {
		fmt.Fprintln(&b, line)
	}
	return b.String()
}

func parsed(t *testing.T, block string) map[string]any {
	t.Helper()
	var content map[string]any
	if err := yaml.UnmarshalStrict([]byte(block), &content); err != nil {
		t.Fatal(err)
	}
	return content
}

// TestPipelines runs what ci.md would have each CI system run, on a checkout and with variables such as that system
// has, for a change with findings and for one without.
func TestPipelines(t *testing.T) {
	page := read(t, "ci.md")
	snippets := map[string]string{}
	for _, block := range append(blocks(page, "yaml"), blocks(page, "groovy")...) {
		name, _, _ := strings.Cut(block, "\n")
		snippets[strings.TrimLeft(name, "#/ ")] = block
	}
	origin := remote(t)
	for _, system := range pipelines {
		for branch, want := range map[string]int{"hotfix": cli.ExitFindings, "harmless": cli.ExitClean} {
			t.Run(system.file+"/"+branch, func(t *testing.T) {
				block, ok := snippets[system.file]
				if !ok {
					t.Fatal("no snippet")
				}
				m := newMachine(t)
				dir := t.TempDir()
				git(t, dir, "init", "--quiet")
				git(t, dir, "remote", "add", "origin", origin)
				for _, command := range system.checkout {
					git(t, dir, strings.Fields(strings.ReplaceAll(command, "BRANCH", branch))...)
				}
				variables := []string{}
				for _, variable := range system.variables {
					variables = append(variables, strings.Replace(variable, "TEMPORARY", filepath.Join(m.home, "temporary"), 1))
				}
				out, exit := m.run(t, dir, "set -e\n"+system.script(t, block), variables...)
				if exit != want || strings.Contains(out, "version-not-in-staging") != (want == cli.ExitFindings) {
					t.Errorf("exit code %d, want %d:\n%s", exit, want, out)
				}
				for _, report := range system.reports {
					if err := wellFormed(filepath.Join(dir, report)); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
}

// wellFormed parses a report.
func wellFormed(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if filepath.Ext(file) == ".json" {
		var value any
		return json.Unmarshal(content, &value)
	}
	decoder := xml.NewDecoder(bytes.NewReader(content))
	for {
		if _, err := decoder.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// TestYAML parses all YAML that the prose shows, knows what each is, and lints the workflows where there is actionlint.
func TestYAML(t *testing.T) {
	known := regexp.MustCompile(`^# (\.promocheck(-freeze)?\.yaml|\.promocheck/waivers/[a-z0-9-]+\.yaml|\.pre-commit-config\.yaml|\.github/workflows/[a-z-]+\.yml|yaml-language-server: .*|a step after .*|a part of \.promocheck\.yaml)$`)
	ours := map[string]bool{}
	for _, system := range pipelines {
		ours["# "+system.file] = true
	}
	var workflows []string
	dir := t.TempDir()
	for _, path := range prose(t) {
		for _, block := range blocks(read(t, path), "yaml") {
			name, _, _ := strings.Cut(block, "\n")
			if !known.MatchString(name) && !ours[name] {
				t.Errorf("%s: what is %q?", path, name)
			}
			var content any
			if err := yaml.UnmarshalStrict([]byte(block), &content); err != nil {
				t.Errorf("%s: %s: %v", path, name, err)
			}
			if strings.HasPrefix(name, "# .github/workflows/") {
				file := filepath.Join(dir, fmt.Sprintf("%d-%s", len(workflows), filepath.Base(name)))
				if err := os.WriteFile(file, []byte(block), 0o600); err != nil {
					t.Fatal(err)
				}
				workflows = append(workflows, file)
			}
		}
	}
	if len(workflows) == 0 {
		t.Error("no workflow found")
	}
	if actionlint == "" {
		t.Skip("workflows are not linted: there is no actionlint")
	}
	lint := exec.Command(actionlint, workflows...)
	lint.Env = append(os.Environ(), "PATH="+path)
	if out, err := lint.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestRenewal runs the scheduled workflow with a GitHub that has four pull requests: one whose check can be repeated, one
// whose check is too old, one that never had any, and another good one after these.
func TestRenewal(t *testing.T) {
	for _, block := range blocks(read(t, "ci.md"), "yaml") {
		if !strings.HasPrefix(block, "# .github/workflows/renew-promotions.yml\n") {
			continue
		}
		jobs := parsed(t, block)["jobs"].(map[string]any)
		script := jobs["renew"].(map[string]any)["steps"].([]any)[0].(map[string]any)["run"].(string)
		m := newMachine(t)
		m.stub(t, "gh", `case "$*" in
"pr list "*) printf '%s\n' aaaa bbbb cccc dddd ;;
"run list "*"--commit aaaa"*) echo 1 ;;
"run list "*"--commit bbbb"*) echo 2 ;;
"run list "*"--commit dddd"*) echo 4 ;;
"run list "*) ;;
"run rerun 2") exit 1 ;;
"run rerun "*) echo "again: $3" ;;
*) exit 64 ;;
esac`)
		out, exit := m.run(t, t.TempDir(), "set -eo pipefail\n"+script)
		if want := "again: 1\n::warning::run 2 of bbbb was not renewed\nagain: 4\n"; out != want || exit != 0 {
			t.Errorf("exit code %d, %q, want %q", exit, out, want)
		}
		m.stub(t, "gh", "exit 1")
		if out, exit := m.run(t, t.TempDir(), "set -eo pipefail\n"+script); exit == 0 {
			t.Errorf("GitHub refuses, and nobody is told: %s", out)
		}
		return
	}
	t.Error("no such workflow")
}

// TestOwnRule wants the rule of policies.md to fire on what its text says, and on nothing else.
func TestOwnRule(t *testing.T) {
	origin := remote(t)
	file := "order-service/overlays/prod/kustomization.yaml"
	for version, want := range map[string]bool{"v1.2.3": false, "feature-7": true} {
		git(t, origin, "checkout", "--quiet", "-B", "topic", "main")
		text := strings.Replace(read(t, filepath.Join(origin, file)), "v1.2.1", version, 1)
		if err := os.WriteFile(filepath.Join(origin, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		git(t, origin, "commit", "--quiet", "--all", "--message", version)
		got := run("-C", origin, "--base", "main", "--policy", "policies")
		if strings.Contains(got.stdout, "error[released-version] example/order-service "+version+" enters prod") != want || got.exit != cli.ExitFindings {
			t.Errorf("%s: exit code %d:\n%s%s", version, got.exit, got.stdout, got.stderr)
		}
	}
}
