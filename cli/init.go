package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/report"
	"github.com/urfave/cli/v2"
)

// init shows what is recognised in the repository, and writes that down as its configuration.
func (p Process) init(c *cli.Context) (int, error) {
	session, err := check.Open(c.Context, check.Options{Dir: text(c, flagDir)})
	if err != nil {
		return 0, err
	}
	defer session.Close()
	layout, top, err := session.Layout(c.Context)
	if err != nil {
		return 0, err
	}
	if err := showLayout(p.Stdout, layout); err != nil {
		return 0, err
	}
	if len(layout.Sites) == 0 {
		return 0, usage("nothing in the repository is recognised as an environment", "say where they are in "+config.FileName+": environments and overlays")
	}
	path := filepath.Join(top, config.FileName)
	err = writeNew(path, configFor(layout))
	if errors.Is(err, fs.ErrExist) {
		return 0, usage(config.FileName+" exists already, and is left as it is", "remove it first to have it written anew")
	}
	if err != nil {
		return 0, err
	}
	_, err = fmt.Fprintf(p.Stdout, "\nWrote %s. Commit it to the base branch: from there on it counts.\n", config.FileName)
	return ExitClean, err
}

func writeNew(path, content string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, content)
	return errors.Join(err, file.Close())
}

// showLayout writes a table of apps and environments, and what is left outside.
func showLayout(w io.Writer, layout *overlay.Layout) error {
	var path []string
	for _, environment := range layout.Path {
		path = append(path, report.Escape(environment.Name))
	}
	fmt.Fprintf(w, "Promotion path: %s\n\n", strings.Join(path, " -> "))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "APP\t%s\n", strings.ToUpper(strings.Join(path, "\t")))
	for _, app := range appsOf(layout) {
		row := []string{report.Escape(app)}
		for _, environment := range layout.Path {
			row = append(row, targetsIn(layout, app, environment.Name))
		}
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	outside := layout.Outside()
	if len(outside) == 0 {
		return nil
	}
	fmt.Fprint(w, "\nOutside of it:\n")
	for _, o := range outside {
		if _, err := fmt.Fprintf(w, "  %s: %s\n", report.Escape(o.Path), report.Escape(o.Reason)); err != nil {
			return err
		}
	}
	return nil
}

func appsOf(layout *overlay.Layout) []string {
	apps := map[string]bool{}
	for _, site := range layout.Sites {
		apps[site.App] = true
	}
	return slices.Sorted(maps.Keys(apps))
}

// targetsIn names an app's targets in an environment: a dash where it has none, "yes" for the
// environment itself.
func targetsIn(layout *overlay.Layout, app, environment string) string {
	var targets []string
	for _, site := range layout.Sites {
		if site.App == app && site.Environment == environment {
			targets = append(targets, report.Escape(site.Target))
		}
	}
	switch {
	case len(targets) == 0:
		return "-"
	case len(targets) == 1 && targets[0] == ".":
		return "yes"
	}
	return strings.Join(targets, ", ")
}

// configFor writes down what is recognised, so that it stays so, with comments on what else there is.
func configFor(layout *overlay.Layout) string {
	var b strings.Builder
	b.WriteString("# What promocheck takes for environments and overlays, as it was recognised in this repository.\n")
	b.WriteString("# The environments, in the order of promotion. Each has the one before it as its upstream, unless\n")
	b.WriteString("# `upstream: [..]` says otherwise; `upstream: []` starts a chain of its own.\n")
	b.WriteString("environments:\n")
	for _, environment := range layout.Path {
		others := slices.DeleteFunc(slices.Clone(layout.Names[environment.Name]), func(name string) bool { return name == environment.Name })
		fmt.Fprintf(&b, "  - name: %s\n", scalar(environment.Name))
		if len(others) > 0 {
			fmt.Fprintf(&b, "    match: %s # globs for directories, beside the name itself\n", list(others))
		}
		if environment.Production {
			b.WriteString("    production: true\n")
		}
	}
	b.WriteString("\n# Where their directories and files are; {app**} is one path segment or more, {target} a region or cluster.\n")
	b.WriteString("overlays:\n")
	for _, pattern := range layout.Patterns {
		fmt.Fprintf(&b, "  - %q\n", pattern)
	}
	b.WriteString("\n# The time zone that weekdays are counted in.\ntimezone: UTC # for example Europe/Berlin\n")
	b.WriteString("\n# Rules can be set, and limited to some environments or apps:\n")
	b.WriteString("# rules:\n#   friday-push: {severity: warning}\n#   mutable-tag: {environments: [staging, prod]}\n")
	return b.String()
}

func list(names []string) string {
	quoted := make([]string, 0, len(names))
	for _, name := range names {
		quoted = append(quoted, scalar(name))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// scalar writes a name as YAML; whatever a directory may be called is text there.
func scalar(name string) string { return fmt.Sprintf("%q", name) }
