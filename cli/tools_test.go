//go:build integration

package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/cli"
)

// Other tools that judge by Rego, as they are on the path, or else installed.
const (
	opa      = "github.com/open-policy-agent/opa@v1.22.2"
	conftest = "github.com/open-policy-agent/conftest@v0.71.1"
)

// tool finds a program, or installs it for this test.
func tool(t *testing.T, module string) string {
	t.Helper()
	name, _, _ := strings.Cut(filepath.Base(module), "@")
	if program, err := exec.LookPath(name); err == nil {
		return program
	}
	bin := t.TempDir()
	install := exec.Command("go", "install", module)
	install.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", module, err, out)
	}
	return filepath.Join(bin, name)
}

// released is a rule for promocheck; denied has what it finds for conftest, which asks for its own names.
var released = strings.Replace(ownRule, "BODY", `change.environment == "prod"; not regex.match("^v2", change.after.tag)`, 1)

const denied = `package main

import data.promocheck.rules.own_rule

deny contains finding.message if {
	some finding in own_rule.findings
}
`

// TestOtherTools gives the event to other tools that judge by Rego, as docs/policies.md shows.
func TestOtherTools(t *testing.T) {
	// Whoever has judged something finds no programs any more.
	programs := map[string]string{opa: tool(t, opa), conftest: tool(t, conftest)}
	repo := demo(t)
	event := run("event", "-C", repo, "--base", "main", "--head", "hotfix")
	if event.exit != cli.ExitClean {
		t.Fatalf("%+v", event)
	}
	dir := t.TempDir()
	for _, name := range []string{"policies", "policy"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "policies", "own-rule.rego"), released)
	write(t, filepath.Join(dir, "policy", "main.rego"), denied)
	piped := func(module string, arguments ...string) (string, int) {
		t.Helper()
		command := exec.Command(programs[module], arguments...)
		command.Dir, command.Stdin = dir, strings.NewReader(event.stdout)
		var out bytes.Buffer
		command.Stdout, command.Stderr = &out, &out
		_ = command.Run() // the exit code says how it ended
		return out.String(), command.ProcessState.ExitCode()
	}

	out, exit := piped(opa, "eval", "--stdin-input", "--data", "policies", "--format", "raw", "data.promocheck.rules.own_rule.findings")
	var findings []struct{ Change, Message string }
	if err := json.Unmarshal([]byte(out), &findings); err != nil || exit != 0 || len(findings) != 1 || findings[0].Message != "not to prod" {
		t.Errorf("opa eval exits with %d: %s", exit, out)
	}
	if out, exit := piped(conftest, "test", "-", "--policy", "policies", "--policy", "policy"); exit != 1 || !strings.Contains(out, "not to prod") || !strings.Contains(out, "1 failure") {
		t.Errorf("conftest exits with %d: %s", exit, out)
	}
}
