package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/promocheck/promocheck/check/differ"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/state"
)

// DiffText writes for a person at a terminal what differs between two environments.
func DiffText(w io.Writer, diff *differ.Diff, _ Options) error {
	var b strings.Builder
	for i, pair := range diff.Pairs {
		if i > 0 {
			b.WriteString("\n")
		}
		pairText(&b, diff.App, pair)
	}
	_, err := io.WriteString(w, Defuse(b.String()))
	return err
}

func pairText(b *strings.Builder, app string, pair differ.Pair) {
	from, to := targetText(pair.From.Environment, pair.From.Target), targetText(pair.To.Environment, pair.To.Target)
	fmt.Fprintf(b, "%s: what differs between %s and %s\n", Escape(app), from, to)
	differs := false
	for _, workload := range pair.Workloads {
		if len(workload.Differences) > 0 {
			differs = true
			workloadText(b, workload, from, to)
		}
	}
	for _, only := range []struct {
		in   string
		what []document.Identity
	}{{from, pair.OnlyThere}, {to, pair.OnlyHere}} {
		if len(only.what) > 0 {
			differs = true
			fmt.Fprintf(b, "\nOnly in %s: %s\n", only.in, strings.Join(identitiesText(only.what), ", "))
		}
	}
	if !differs {
		b.WriteString("\nNothing, beside their names and what else differs by nature.\n")
	}
	if pair.Fidelity != state.Rendered {
		b.WriteString("\nNot all of it could be rendered: there may be more.\n")
	}
}

// workloadText writes a table for each workload, a setting a line.
func workloadText(b *strings.Builder, workload differ.Workload, from, to string) {
	fmt.Fprintf(b, "\n%s\n", identityText(workload.Here))
	var rows strings.Builder
	table := tabwriter.NewWriter(&rows, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  SETTING\t%s\t%s\tWHERE\n", strings.ToUpper(from), strings.ToUpper(to))
	for _, d := range workload.Differences {
		there, here := "-", "-"
		if d.Only != differ.OnlyHere {
			there = settingText(d, d.There)
		}
		if d.Only != differ.OnlyThere {
			here = settingText(d, d.Here)
		}
		name := Escape(d.Name)
		if d.Container != "" {
			name = Escape(d.Container) + ": " + name
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", name, there, here, whereText(d))
	}
	_ = table.Flush() // into memory
	for row := range strings.Lines(rows.String()) {
		b.WriteString(strings.TrimRight(row, " \n") + "\n")
	}
}

// whereText is where a setting is written, on both sides, as far as that is known.
func whereText(d differ.Difference) string {
	var places []string
	for _, at := range []state.Location{d.ThereAt, d.HereAt} {
		if at.Path != "" {
			places = append(places, locationText(event.Location{Path: at.Path, Line: at.Line}))
		}
	}
	return strings.Join(places, ", ")
}

// settingText is what a setting is in one of two places, or that it is not shown.
func settingText(d differ.Difference, text *string) string {
	switch {
	case d.Hidden && d.Equal:
		return "(equal)"
	case d.Hidden && d.Only == "":
		return "(different)"
	case d.Hidden:
		return "(there)"
	case *text == "":
		return `""`
	}
	return Escape(*text)
}

func targetText(environment, target string) string {
	if target == "." {
		return Escape(environment)
	}
	return Escape(environment + "/" + target)
}

func identityText(i document.Identity) string { return Escape(i.Kind + " " + i.Name) }

func identitiesText(all []document.Identity) []string {
	texts := make([]string, 0, len(all))
	for _, i := range all {
		texts = append(texts, identityText(i))
	}
	return texts
}
