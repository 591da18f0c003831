package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/account"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/report"
)

// showSurvey writes what is recognised in a repository: apps and environments, what lies outside of them, and how much of
// all that is read.
func showSurvey(w io.Writer, survey *check.Survey) error {
	var b strings.Builder
	showLayout(&b, survey)
	showDeployed(&b, survey.Layout)
	showOutside(&b, survey.Layout)
	showUndecided(&b, survey.Layout)
	showFates(&b, survey.Files)
	showUnread(&b, survey.Files)
	_, err := io.WriteString(w, report.Defuse(b.String()))
	return err
}

// showLayout writes a table of apps and environments, with how many files each app is built from.
func showLayout(b *strings.Builder, survey *check.Survey) {
	layout := survey.Layout
	if len(layout.Path) == 0 {
		b.WriteString("Promotion path: none\n")
		return
	}
	var path []string
	for _, environment := range layout.Path {
		path = append(path, report.Escape(environment.Name))
	}
	fmt.Fprintf(b, "Promotion path: %s\n\n", strings.Join(path, " -> "))
	files := filesOf(survey.Files)
	rows := [][]string{slices.Concat([]string{"APP"}, upper(path), []string{"FILES READ"})}
	for _, app := range appsOf(layout) {
		row := []string{report.Escape(app)}
		for _, environment := range layout.Path {
			row = append(row, targetsIn(layout, app, environment.Name))
		}
		rows = append(rows, append(row, fmt.Sprint(files[app])))
	}
	writeTable(b, "", rows)
}

func upper(words []string) []string {
	var all []string
	for _, word := range words {
		all = append(all, strings.ToUpper(word))
	}
	return all
}

// filesOf counts the files that each app's environments are built from.
func filesOf(files []account.File) map[string]int {
	counts := map[string]int{}
	for _, file := range files {
		apps := map[string]bool{}
		for _, at := range file.Places {
			apps[at.App] = true
		}
		for app := range apps {
			counts[app]++
		}
	}
	return counts
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

// showDeployed lists the targets that are there by what deploys them alone.
func showDeployed(b *strings.Builder, layout *overlay.Layout) {
	rows := [][]string{}
	for _, site := range layout.Sites {
		if site.ByDeployer() {
			d := site.Deployers[0]
			rows = append(rows, []string{
				report.Escape(site.Dir), report.Escape(site.App) + " " + report.Escape(site.Environment),
				fmt.Sprintf("%s %s in %s", report.Escape(d.Kind), report.Escape(d.Name), report.Escape(d.File)),
			})
		}
	}
	if len(rows) > 0 {
		b.WriteString("\nThere by what deploys it:\n")
		writeTable(b, "  ", rows)
	}
}

// showOutside lists what looks like an environment and is none.
func showOutside(b *strings.Builder, layout *overlay.Layout) {
	outside := layout.Outside()
	if len(outside) == 0 {
		return
	}
	b.WriteString("\nOutside of it:\n")
	for _, o := range outside {
		fmt.Fprintf(b, "  %s: %s\n", report.Escape(o.Path), report.Escape(o.Reason))
	}
}

// showUndecided lists what is taken for targets, and may be apps.
func showUndecided(b *strings.Builder, layout *overlay.Layout) {
	if len(layout.Undecided) == 0 {
		return
	}
	b.WriteString("\nIt does not show whether these are apps, or targets of one. They are taken for targets; a pattern with {app} says otherwise:\n")
	for _, dir := range layout.Undecided {
		fmt.Fprintf(b, "  %s\n", report.Escape(dir))
	}
}

// showFates writes how many files are read, inert and unread, apart for those whose paths say an environment.
func showFates(b *strings.Builder, files []account.File) {
	said := func(want bool) []account.File {
		return slices.DeleteFunc(slices.Clone(files), func(file account.File) bool { return file.Environment != want })
	}
	b.WriteString("\nWhat a change of each file would be. An environment is built from what is read; what is inert is known to deploy\n" +
		"nothing; what is unread may decide what runs, and is a finding of unread-change.\n\n")
	writeTable(b, "", [][]string{
		{"FILES", "", "READ", "INERT", "UNREAD"},
		fates("whose path says an environment", said(true)),
		fates("elsewhere", said(false)),
		fates("in all", files),
	})
}

// fates is a row of how many of some files have each fate, and what share that is.
func fates(which string, files []account.File) []string {
	row := []string{which, fmt.Sprint(len(files))}
	for _, fate := range []account.Fate{account.Read, account.Inert, account.Unread} {
		n := 0
		for _, file := range files {
			if file.Fate == fate {
				n++
			}
		}
		row = append(row, share(n, len(files)))
	}
	return row
}

// share is a number with its share. What is not all is not 100%, and what is not nothing is not 0%.
func share(n, of int) string {
	switch {
	case n == 0:
		return "0"
	case n < of:
		return fmt.Sprintf("%d (%d%%)", n, min(max((100*n+of/2)/of, 1), 99))
	}
	return fmt.Sprintf("%d (100%%)", n)
}

// maxAreas is how many areas a survey lists.
const maxAreas = 20

// showUnread lists where unread files are, the most of them first.
func showUnread(b *strings.Builder, files []account.File) {
	areas := account.Areas(files)
	if len(areas) == 0 {
		return
	}
	b.WriteString("\nUnread:\n")
	rows := [][]string{{"FILES", "OF PRODUCTION", "WHERE", "WHY"}}
	for _, area := range areas[:min(len(areas), maxAreas)] {
		rows = append(rows, []string{fmt.Sprint(area.Files), fmt.Sprint(area.Production), report.Escape(area.Pattern), report.Escape(cut(area.Why))})
	}
	writeTable(b, "  ", rows)
	if len(areas) > maxAreas {
		n := 0
		for _, area := range areas[maxAreas:] {
			n += area.Files
		}
		fmt.Fprintf(b, "  and %d more in %d other places\n", n, len(areas)-maxAreas)
	}
}

func writeTable(b *strings.Builder, indent string, rows [][]string) {
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(table, indent+strings.Join(row, "\t"))
	}
	_ = table.Flush() // into memory
}
