// Package docs keeps the documentation true: what repeats the program's own knowledge is written by
// PROMOCHECK_UPDATE=1 go test ./..., and what a reader would type or copy is run.
package docs

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/cli"
	"github.com/promocheck/promocheck/internal/fastimport"
	"github.com/promocheck/promocheck/internal/golden"
	"github.com/promocheck/promocheck/policies"
)

const readme = "../README.md"

// TestGenerated compares the generated files, and the generated sections of others, with what
// would be written now.
func TestGenerated(t *testing.T) {
	rules := bundled(t)
	want := map[string]string{
		"rules.md": rulesPage(rules),
		"event.md": eventPage(t),
		readme: sections(t, read(t, readme), map[string]string{
			"demo":  fenced("text", run("demo").stdout),
			"help":  fenced("text", run("--help").stdout),
			"rules": rulesTable(rules, "docs/rules"),
		}),
		"formats.md": sections(t, read(t, "formats.md"), formatExamples(t)),
		"configuration.md": sections(t, read(t, "configuration.md"), map[string]string{
			"patterns": fenced("text", strings.Join(overlay.UsualPatterns(), "\n")),
		}),
	}
	want["ci.md"] = sections(t, read(t, "ci.md"), map[string]string{"systems": systemsTable()})
	want["history.md"] = sections(t, read(t, "history.md"), map[string]string{
		"history": fenced("text", printed(t, "past/text")),
	})
	want["diff.md"] = sections(t, read(t, "diff.md"), map[string]string{
		"diff": fenced("text", printed(t, "diff/kustomize")),
	})
	want["replay.md"] = sections(t, read(t, "replay.md"), map[string]string{
		"replay": fenced("text", printed(t, "replay/table")),
	})
	want["time.md"] = sections(t, read(t, "time.md"), map[string]string{
		"windows": fenced("text", printed(t, "time/windows-week")),
	})
	for _, rule := range rules {
		want["rules/"+rule.ID+".md"] = rulePage(t, rule)
	}
	for path, text := range want {
		golden.Compare(t, path, []byte(text))
	}
	pages, err := filepath.Glob("rules/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if _, ok := want[filepath.ToSlash(page)]; !ok {
			t.Errorf("%s is the page of no rule", page)
		}
	}
}

// TestConfigurations runs the program with every configuration that the prose shows.
func TestConfigurations(t *testing.T) {
	count := 0
	for _, path := range prose(t) {
		for _, block := range blocks(read(t, path), "yaml") {
			name, text, _ := strings.Cut(block, "\n")
			if name != "# "+config.FileName {
				continue
			}
			count++
			file := filepath.Join(t.TempDir(), config.FileName)
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			repo := checkout(t)
			if strings.Contains(text, "policies:") {
				repo = remote(t) // which has some
			}
			relative, err := filepath.Rel(repo, file)
			if err != nil {
				t.Fatal(err)
			}
			if got := run("-C", repo, "--base", "main", "--head", "hotfix", "--config", relative); got.exit > cli.ExitFindings {
				t.Errorf("%s: exit code %d: %s\n%s", path, got.exit, got.stderr, block)
			}
		}
	}
	if count == 0 {
		t.Error("no configuration found")
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)#:]*)(?:#([^)]*))?\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	dropped = regexp.MustCompile("[^a-z0-9 _-]")
)

// TestLinks requires that the files that links lead to exist, and have the headings that they name.
func TestLinks(t *testing.T) {
	for _, path := range prose(t) {
		for _, found := range link.FindAllStringSubmatch(read(t, path), -1) {
			target := path
			if found[1] != "" {
				target = filepath.Join(filepath.Dir(path), found[1])
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			if found[2] == "" {
				continue
			}
			var headings []string
			for _, title := range heading.FindAllStringSubmatch(read(t, target), -1) {
				headings = append(headings, strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(title[1]), ""), " ", "-"))
			}
			if !slices.Contains(headings, found[2]) {
				t.Errorf("%s: %s has no heading #%s", path, target, found[2])
			}
		}
	}
}

// prose is every file that people read.
func prose(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	below, err := filepath.Glob("rules/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat([]string{readme, "../CHANGELOG.md", "../SECURITY.md"}, pages, below)
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks are the contents of the fenced blocks in a language.
func blocks(text, language string) []string {
	var found []string
	parts := strings.Split("\n"+text, "\n```")
	for i := 1; i < len(parts); i += 2 { // what follows an opening fence
		if block, ok := strings.CutPrefix(parts[i], language+"\n"); ok {
			found = append(found, block)
		}
	}
	return found
}

func fenced(language, text string) string {
	return "```" + language + "\n" + strings.TrimRight(text, "\n") + "\n```\n"
}

// sections replaces what stands between `<!-- generated: NAME -->` and `<!-- end -->`.
func sections(t *testing.T, text string, contents map[string]string) string {
	t.Helper()
	for name, content := range contents {
		opening := "<!-- generated: " + name + " -->\n"
		before, rest, ok := strings.Cut(text, opening)
		_, after, closed := strings.Cut(rest, "<!-- end -->")
		if !ok || !closed {
			t.Fatalf("there is no section %s", name)
		}
		text = before + opening + content + "<!-- end -->" + after
	}
	return text
}

func bundled(t *testing.T) []evaluate.Rule {
	t.Helper()
	loaded, err := evaluate.Load(evaluate.Source{Name: "policies", Files: policies.Files})
	if err != nil {
		t.Fatal(err)
	}
	return loaded.Rules()
}

// checkout is the demo's repository with the branch hotfix checked out.
func checkout(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := cli.WriteDemo(dir); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{{"symbolic-ref", "HEAD", "refs/heads/hotfix"}, {"reset", "--quiet", "--hard"}} {
		if err := fastimport.Run(dir, nil, arguments...); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

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
		Now:       func() time.Time { return time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC) },
	})
	return outcome{exit, stdout.String(), stderr.String()}
}
