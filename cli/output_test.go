package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/report"
	"github.com/promocheck/promocheck/cli"
)

// TestExitCodeOfEveryFormat requires that what is printed has no say in the verdict.
func TestExitCodeOfEveryFormat(t *testing.T) {
	repo := clean(t)
	for _, format := range report.Reports.Names() {
		for head, want := range map[string]int{"prose": cli.ExitClean, "hotfix": cli.ExitFindings, "gone": cli.ExitUsage} {
			for _, output := range []string{format, format + "=" + filepath.Join(t.TempDir(), "out")} {
				got := run("-C", repo, "--base", "main", "--head", head, "--format", output)
				if got.exit != want {
					t.Errorf("%s of %s: exit code %d, want %d\n%s", output, head, got.exit, want, got.stderr)
				}
			}
		}
	}
}

func TestSeveralFormats(t *testing.T) {
	repo, dir := demo(t), t.TempDir()
	odd := filepath.Join(dir, "a,b=c.json")
	got := run("-C", repo, "--base", "main", "--format", "markdown", "check", "--head", "hotfix",
		"--format", "json="+odd, "--format", "sarif=out.sarif")
	if got.exit != cli.ExitFindings || !strings.HasPrefix(got.stdout, "## ") || got.stderr != "" {
		t.Errorf("%+v", got)
	}
	for _, path := range []string{odd, filepath.Join(repo, "out.sarif")} { // relative to -C, as --config is
		text, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		} else if !json.Valid(text) {
			t.Errorf("%s is no JSON: %s", path, text)
		}
		if info, err := os.Stat(path); err == nil && info.Mode().Perm() != 0o644 {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("beside it are left %v, %v", entries, err)
	}
}

func TestStandardOutputByName(t *testing.T) {
	repo := demo(t)
	named := run("-C", repo, "--base", "main", "--head", "hotfix", "--format", "json=-")
	if plain := run("-C", repo, "--base", "main", "--head", "hotfix", "--format", "json"); named != plain || named.stdout == "" {
		t.Errorf("%+v", named)
	}
}

// TestFormatMistakes are found before any work: the repository is not even looked for.
func TestFormatMistakes(t *testing.T) {
	for arguments, want := range map[string]string{
		"--format jsno":                                 `promocheck: --format: there is no format "jsno" (did you mean "json"?)`,
		"--format yaml=out":                             `promocheck: --format: there is no format "yaml"`,
		"--format json,text":                            `promocheck: --format: there is no format "json,text"`,
		"--format=":                                     `promocheck: --format: there is no format ""`,
		"--format json=":                                `promocheck: --format json= names no file`,
		"--format json --format text":                   `promocheck: two formats would go to standard output`,
		"--format json=- check --format text":           `promocheck: two formats would go to standard output`,
		"--format json=/x/../out --format sarif=/./out": `promocheck: two formats would go to /out`,
		"--format json=" + os.TempDir():                 `promocheck: cannot write a report to ` + os.TempDir() + `, which is no ordinary file`,
		"--format json=" + os.DevNull:                   `promocheck: cannot write a report to ` + os.DevNull + `, which is no ordinary file`,
	} {
		got := run(append([]string{"-C", "/nowhere"}, strings.Fields(arguments)...)...)
		first, _, _ := strings.Cut(got.stderr, "\n")
		if got.exit != cli.ExitUsage || got.stdout != "" || first != want {
			t.Errorf("%s: exit code %d: %q", arguments, got.exit, got.stderr)
		}
	}
}

// TestUnwritableReport requires that the report that can be written is, and that nobody takes the run
// for a check that is complete.
func TestUnwritableReport(t *testing.T) {
	repo := demo(t)
	path := filepath.Join(t.TempDir(), "missing", "out.json")
	got := run("-C", repo, "--base", "main", "--head", "hotfix", "--format", "json="+path, "--format", "text")
	if want := fmt.Sprintf("promocheck: cannot write the report to %s: no such file or directory\n", path); got.exit != cli.ExitUnchecked || got.stderr != want {
		t.Errorf("exit code %d: %q", got.exit, got.stderr)
	}
	if !strings.Contains(got.stdout, "2 errors") {
		t.Errorf("the text is missing: %q", got.stdout)
	}
}

// TestReportOfAnEarlierRun requires that a run that fails does not leave the report of one that did not.
func TestReportOfAnEarlierRun(t *testing.T) {
	repo := demo(t)
	path := filepath.Join(t.TempDir(), "out.json")
	write(t, path, "of an earlier run")
	if got := run("-C", repo, "--base", "gone", "--format", "json="+path); got.exit != cli.ExitUsage {
		t.Fatalf("%+v", got)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
}

// TestReportReplacesLinks requires that a link, which a change may have committed, is not written through.
func TestReportReplacesLinks(t *testing.T) {
	repo, dir := demo(t), t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	write(t, target, "somebody's")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if got := run("-C", repo, "--base", "main", "--head", "hotfix", "--format", "json="+link); got.exit != cli.ExitFindings {
		t.Fatalf("%+v", got)
	}
	if text, err := os.ReadFile(target); err != nil || string(text) != "somebody's" {
		t.Errorf("the link's target is %q, %v", text, err)
	}
	if info, err := os.Lstat(link); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the link is %v, %v", info, err)
	}
}
