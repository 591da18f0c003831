package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/rego"
	"github.com/promocheck/promocheck/check/report"
	"github.com/promocheck/promocheck/scenario"
)

func testFlags() []cli.Flag {
	return []cli.Flag{
		directoryFlag(),
		&cli.BoolFlag{Name: flagUpdate, Usage: "write into the scenarios what is found now, in the place of what they expect"},
		timeoutFlag(),
	}
}

// test runs the tests of rules: those in Rego and scenarios, with how much of the rules they evaluate.
func (p Process) test(c *cli.Context) (int, error) {
	if c.NArg() > 1 {
		return 0, usage(fmt.Sprintf("%q is an argument too many", c.Args().Get(1)), "name one directory: promocheck test policies")
	}
	directories, err := ruleDirectories(text(c, flagDir), c.Args().First())
	if err != nil {
		return 0, err
	}
	all := &tests{process: p, update: given(c, flagUpdate)}
	for _, directory := range directories {
		at := directory
		if !filepath.IsAbs(at) {
			at = filepath.Join(text(c, flagDir), at)
		}
		if err := all.run(c.Context, at, directory); err != nil {
			return 0, err
		}
	}
	if all.rego+all.scenarios == 0 {
		_, err := fmt.Fprintf(p.Stdout, "There are no tests in %s: files called NAME_test.rego or NAME.txtar.\n", report.Escape(strings.Join(directories, ", ")))
		return ExitFindings, err
	}
	_, err = fmt.Fprintf(p.Stdout, "\n%s, %s: %d failed\n", report.Count(all.rego, "test"), report.Count(all.scenarios, "scenario"), all.failed)
	if all.failed > 0 {
		return ExitFindings, err
	}
	return ExitClean, err
}

// ruleDirectories are the directories of rules: the one that is named, or those that the configuration on disk names, or else
// the usual one.
func ruleDirectories(dir, named string) ([]string, error) {
	if named != "" {
		return []string{filepath.Clean(named)}, nil
	}
	top, _, err := git.Checkout(dir)
	if err != nil || top == "" {
		top = dir
	}
	data, err := os.ReadFile(filepath.Join(top, config.FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return []string{usualDirectory}, nil
	}
	if err != nil {
		return nil, err
	}
	configured, err := config.Parse(config.FileName, data)
	if err != nil {
		return nil, err
	}
	var directories []string
	for _, directory := range configured.Policies {
		at, err := filepath.Rel(absolute(dir), filepath.Join(absolute(top), filepath.FromSlash(directory.Path)))
		if err != nil {
			return nil, err
		}
		directories = append(directories, at)
	}
	if len(directories) == 0 {
		directories = []string{usualDirectory}
	}
	return directories, nil
}

// usualDirectory is where rules are, where nothing says so.
const usualDirectory = "policies"

// absolute is a directory's path from the root; what cannot be found out is told where the directory is read.
func absolute(dir string) string {
	at, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	return at
}

// tests runs tests, and counts them.
type tests struct {
	process                 Process
	update                  bool
	rego, scenarios, failed int
}

// run runs the tests of a directory, which people call name.
func (t *tests) run(ctx context.Context, dir, name string) error {
	files, err := rego.ReadAll(filepath.ToSlash(name), os.DirFS(dir))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(files) == 0 {
		return usage("there are no rules in "+name, "name the directory that has them: promocheck test DIR; promocheck policy new NAME writes one")
	}
	if err != nil {
		return err
	}
	rules := slices.DeleteFunc(slices.Clone(files), func(f rego.File) bool { return rego.IsTest(f.Name) })
	at := absolute(dir)
	coverage := evaluate.NewCoverage(func(file string) string {
		if below, ok := strings.CutPrefix(file, at+"/"); ok {
			return path.Join(filepath.ToSlash(name), below)
		}
		return file
	})
	ctx = evaluate.WithCoverage(ctx, coverage)
	results, err := check.TestRules(ctx, files, t.process.printed)
	if err != nil {
		return err
	}
	t.told(results)
	if err := t.play(ctx, at, name); err != nil {
		return err
	}
	covered, err := coverage.Of(rules)
	if err != nil {
		return err
	}
	if t.rego+t.scenarios > 0 {
		t.showCoverage(covered)
	}
	return nil
}

// told writes how tests in Rego ended, a line for each file and for each test that did not pass.
func (t *tests) told(results []evaluate.TestResult) {
	for i := 0; i < len(results); {
		file, failed := results[i].File, 0
		var lines strings.Builder
		n := 0
		for ; i < len(results) && results[i].File == file; i++ {
			n++
			switch result := results[i]; {
			case result.Skipped:
				fmt.Fprintf(&lines, "      skipped %s\n", result.Name)
			case !result.Passed:
				failed++
				fmt.Fprintf(&lines, "      %s:%d: %s is not true%s\n", file, result.Line, result.Name, ifAny(": ", result.Problem))
			}
		}
		t.rego, t.failed = t.rego+n, t.failed+failed
		t.line("%s  %s  %s\n%s", verdictWord(failed), report.Escape(file), report.Count(n, "test"), lines.String())
	}
}

// play runs the scenarios of a directory, if there are any, with the rules that are in it.
func (t *tests) play(ctx context.Context, at, name string) error {
	found, err := scenario.Find(os.DirFS(at))
	var unreadable *fs.PathError
	if errors.As(err, &unreadable) {
		return err
	}
	for _, file := range found {
		differences, err := t.playOne(ctx, at, file)
		if err != nil {
			return usage(fmt.Sprintf("%s: %v", path.Join(filepath.ToSlash(name), file), err), "")
		}
		t.scenarios++
		failed := min(len(differences), 1)
		t.failed += failed
		t.line("%s  %s\n", verdictWord(failed), report.Escape(path.Join(filepath.ToSlash(name), file)))
		for _, d := range differences {
			t.line("      %s (- expected, + found)\n", d.What)
			for line := range strings.Lines(d.Diff()) {
				t.line("        %s\n", report.Escape(strings.TrimSuffix(line, "\n")))
			}
		}
	}
	return nil
}

func (t *tests) playOne(ctx context.Context, at, file string) ([]scenario.Difference, error) {
	onDisk := filepath.Join(at, filepath.FromSlash(file))
	data, err := os.ReadFile(onDisk)
	if err != nil {
		return nil, err
	}
	s, err := scenario.Parse(data)
	if err != nil {
		return nil, err
	}
	s.With(at)
	dir, err := os.MkdirTemp("", "promocheck-test-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left is the system's to clean up
	played, err := s.Play(func(p scenario.Process) int { return Process(p).run(ctx) }, dir)
	if err != nil {
		return nil, err
	}
	if t.update {
		return nil, os.WriteFile(onDisk, s.Update(played), 0o644)
	}
	return s.Compare(played), nil
}

// showCoverage writes how much of each file was evaluated, and which lines were not.
func (t *tests) showCoverage(covered []evaluate.FileCoverage) {
	t.line("\nHow much of the rules they evaluate\n")
	for _, file := range covered {
		missed := ""
		if len(file.Missed) > 0 {
			missed = "  not: " + ranges(file.Missed)
		}
		t.line("%4s  %s%s\n", share100(file.Lines-len(file.Missed), file.Lines), report.Escape(file.File), missed)
	}
}

func (t *tests) line(format string, a ...any) {
	_, _ = fmt.Fprint(t.process.Stdout, report.Defuse(fmt.Sprintf(format, a...))) // the last line tells of a failure
}

func verdictWord(failed int) string {
	if failed > 0 {
		return "FAIL"
	}
	return "ok  "
}

// share100 is a share in percent, which is all only where it is.
func share100(n, of int) string {
	if of == 0 {
		return "100%"
	}
	return fmt.Sprintf("%d%%", 100*n/of)
}

// ranges lists line numbers, those that follow each other together.
func ranges(lines []int) string {
	var all []string
	for i := 0; i < len(lines); {
		from := lines[i]
		for i++; i < len(lines) && lines[i] == lines[i-1]+1; i++ {
		}
		if to := lines[i-1]; to > from {
			all = append(all, fmt.Sprintf("%d-%d", from, to))
		} else {
			all = append(all, fmt.Sprint(from))
		}
	}
	return strings.Join(all, ", ")
}

func ifAny(before, text string) string {
	if text == "" {
		return ""
	}
	return before + report.Escape(text)
}
