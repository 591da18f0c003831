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
	"github.com/promocheck/promocheck/internal/fastimport"
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

// TestNoCommandSpeaksToTheCI has names of the repository and of the command line be commands of CI systems.
func TestNoCommandSpeaksToTheCI(t *testing.T) {
	repo := t.TempDir()
	const evil = "##vso[task.x]y"
	stream := "commit refs/heads/main\ncommitter " + evil + " <a@example.com> 1795608000 +0000\ndata 14\n" + evil + "\n"
	for _, environment := range []string{"staging", "prod"} {
		content := "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: {containers: [{name: shop, image: 'shop:v1'}]}\n"
		stream += fmt.Sprintf("M 100644 inline \"%s/overlays/%s/pod.yaml\"\ndata %d\n%s\n", evil, environment, len(content), content)
	}
	for _, file := range []string{"prod/" + evil + ".tf", "prod/::error::x.tf"} {
		stream += fmt.Sprintf("M 100644 inline \"%s\"\ndata 0\n", file)
	}
	if err := fastimport.Run(repo, nil, "init", "--quiet", "--initial-branch=main"); err != nil {
		t.Fatal(err)
	}
	if err := fastimport.Run(repo, []byte(stream+"\n"), "fast-import", "--quiet"); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{
		{"--base", evil}, {evil}, {"--format", evil}, {"--config", evil}, {"--policy", evil}, {"--" + evil}, {"history", evil},
		{"history"}, {"history", "--format", "json"}, {"history", "--format", "html"}, {"windows"}, {"event", "--base", "main"}, {"init"},
	} {
		got := run(append([]string{"-C", repo}, arguments...)...)
		for line := range strings.Lines(got.stdout + got.stderr) {
			if strings.Contains(line, "##vso[") || strings.HasPrefix(strings.TrimLeft(line, " "), "::") {
				t.Errorf("%q: %s", arguments, line)
			}
		}
		if got.stdout+got.stderr == "" {
			t.Errorf("%q says nothing", arguments)
		}
	}
}

// TestReportsDoNotLeaveTheCheckoutByALink that a change may bring along.
func TestReportsDoNotLeaveTheCheckoutByALink(t *testing.T) {
	repo, outside := clean(t), t.TempDir()
	link := func(to, at string) {
		if err := os.Symlink(to, filepath.Join(repo, at)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(repo, "real/deep"), 0o750); err != nil {
		t.Fatal(err)
	}
	link(outside, "absolute")
	link("real", "inner")
	link("../absolute", "real/twice")
	elsewhere := filepath.Join(t.TempDir(), "to-the-checkout")
	if err := os.Symlink(repo, elsewhere); err != nil {
		t.Fatal(err)
	}
	for file, exit := range map[string]int{
		"absolute/x": cli.ExitUsage, "real/twice/x": cli.ExitUsage, "inner/twice/x": cli.ExitUsage, elsewhere + "/absolute/x": cli.ExitUsage,
		filepath.Join(repo, "absolute/x"): cli.ExitUsage, "inner/x": cli.ExitClean, "real/deep/x": cli.ExitClean, elsewhere + "/real/x": cli.ExitClean,
		filepath.Join(outside, "y"): cli.ExitClean,
	} {
		got := run("-C", repo, "--base", "main", "--head", "prose", "--format", "text", "--format", "json="+file)
		if got.exit != exit || (exit == cli.ExitUsage) != strings.Contains(got.stderr, "a link that leads out of the checkout") {
			t.Errorf("%s: exit code %d, want %d\n%s", file, got.exit, exit, got.stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(outside, "x")); err == nil {
		t.Error("a file outside of the checkout was written")
	}
}
