package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// ExplainRule writes what a rule is for, what to do about what it finds, and what can be set.
func ExplainRule(w io.Writer, rule evaluate.Ruling) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", rule.ID, standing(rule))
	if rule.Own {
		fmt.Fprintf(&b, "from %s\n", pathText(rule.File))
	}
	writeScope(&b, rule)
	writeAbout(&b, rule)
	fmt.Fprintf(&b, "\nWhat can be set, under rules.%s in the configuration\n", rule.ID)
	for _, parameter := range rule.Parameters {
		fmt.Fprintf(&b, "  %s: %s, is %s\n%s", parameter.Name, parameter.Kind(), sentence(rule.Value(parameter)), wrapped(4, parameter.Description))
	}
	b.WriteString("  severity: error, warning, note or off\n  environments: a list, of those that it is to report on\n  apps: a list of globs, of those that it is to report on\n")
	_, err := io.WriteString(w, Defuse(b.String()))
	return err
}

// writeAbout writes what a rule finds, why, and what to do.
func writeAbout(b *strings.Builder, rule evaluate.Ruling) {
	fmt.Fprintf(b, "\n%s\n\n%s\nWhat to do\n%s", sentence(rule.Title), paragraphs(rule.Description), paragraphs(rule.Remediation))
}

// Explanation is a finding with all that led to it.
type Explanation struct {
	Report  *Report
	Finding finding.Finding
	Rule    evaluate.Ruling
	Read    []evaluate.Part // of the event
}

// ExplainFinding writes what a finding says, why, what to do, what it covers, and what it was made of.
func ExplainFinding(w io.Writer, x *Explanation, o Options) error {
	t := &text{report: x.Report, palette: newPalette(o.Colour), named: ambiguousApps(x.Report.Event.Changes)}
	f := x.Finding
	f.Remediation = "" // it comes with the rule
	t.finding(0, f, newShown())
	var b strings.Builder
	writeAbout(&b, x.Rule)
	writeCovered(&b, x)
	fmt.Fprintf(&b, "\nHow the rule is set\n  severity %s\n", standing(x.Rule))
	writeScope(&b, x.Rule)
	writeValues(&b, x.Rule)
	if len(x.Read) > 0 {
		b.WriteString("\nWhat the rule read of the event, as promocheck event prints it\n")
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, part := range x.Read {
			fmt.Fprintf(table, "  %s\t%s\n", pathText(part.Path), clip(Fold(part.Value), maxName))
		}
		_ = table.Flush() // into memory
	}
	if _, err := w.Write(t.out.Bytes()); err != nil {
		return err
	}
	_, err := io.WriteString(w, Defuse(b.String()))
	return err
}

// writeCovered lists the changes, effects and files that a finding stands for.
func writeCovered(b *strings.Builder, x *Explanation) {
	var rows []string
	for _, c := range x.Report.Event.Changes {
		if slices.Contains(x.Finding.Covers, c.ID) {
			rows = append(rows, fmt.Sprintf("  %s%s\t%s\t%s", blockName(c.App, c.Environment), among(c.Targets, x.Finding.Targets), artifactText(c.Artifact), changeText(&c)))
		}
	}
	for _, e := range x.Report.Event.Effects {
		if slices.Contains(x.Finding.Covers, e.ID) {
			rows = append(rows, fmt.Sprintf("  %s%s\twhat is deployed\t%s", blockName(e.App, e.Environment), among(e.Targets, x.Finding.Targets), resourcesText(e)))
		}
	}
	for _, file := range x.Finding.Files {
		rows = append(rows, "  "+pathText(file))
	}
	if len(rows) == 0 {
		return
	}
	b.WriteString("\nWhat it covers\n")
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(table, row)
	}
	_ = table.Flush() // into memory
}

// among are the targets that a finding means, where they are others than the environment itself.
func among(targets, meant []string) string {
	targets = slices.DeleteFunc(slices.Clone(targets), func(target string) bool { return !slices.Contains(meant, target) })
	if len(targets) == 0 || slices.Equal(targets, []string{"."}) {
		return ""
	}
	return " (" + targetsText(targets) + ")"
}

func resourcesText(e event.Effect) string {
	if e.VersionsOnly {
		return "versions only"
	}
	return Count(len(e.Resources), "object")
}

// paragraphs is prose as it was written, indented.
func paragraphs(prose string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(prose), "\n\n") {
		b.WriteString(wrapped(2, paragraph) + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// wrapped breaks prose into lines.
func wrapped(indent int, prose string) string {
	var b strings.Builder
	margin := strings.Repeat(" ", indent)
	line := margin
	for word := range strings.FieldsSeq(sentence(prose)) {
		if len(line) > indent && len(line)+1+len(word) > proseWidth {
			b.WriteString(line + "\n")
			line = margin
		}
		if len(line) > indent {
			line += " "
		}
		line += word
	}
	return b.String() + line + "\n"
}
