package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/waiver"
)

// Rulebook is the rules as they are configured.
type Rulebook struct {
	Base  event.Ref
	Rules []evaluate.Ruling
	Ramps []waiver.Ramp // until which errors are warnings
}

// RulesText writes for a person which rules are on, and as what.
func RulesText(w io.Writer, book *Rulebook, _ Options) error {
	own := 0
	for _, rule := range book.Rules {
		if rule.Own {
			own++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "The rules at %s: %d bundled, %d of your own\n", refText(book.Base), len(book.Rules)-own, own)
	writeRamps(&b, book.Ramps, "")
	for _, rule := range book.Rules {
		fmt.Fprintf(&b, "\n%s  %s\n  %s\n", rule.ID, standing(rule), sentence(rule.Title))
		if rule.Own {
			fmt.Fprintf(&b, "  from %s\n", pathText(rule.File))
		}
		writeRamps(&b, book.Ramps, rule.ID)
		writeScope(&b, rule)
		writeValues(&b, rule)
	}
	_, err := io.WriteString(w, Defuse(b.String()))
	return err
}

// standing is how grave what a rule finds is, and who says so; or why it is not asked.
func standing(rule evaluate.Ruling) string {
	severity := string(rule.Severity)
	said := ""
	switch set := rule.Setting; {
	case set.Severity != "" && set.Path == "":
		return fmt.Sprintf("%s (by default; any setting of it switches it on, as %s)", set.Severity, rule.Severity)
	case set.Severity != "":
		severity, said = string(set.Severity), fmt.Sprintf(" (%s; by itself %s)", whereSet(set, "severity"), rule.Severity)
	case rule.Grades:
		said = " (unless a finding says otherwise)"
	}
	if len(rule.Lacks) > 0 && !rule.IsOff() {
		said += ", not asked until " + strings.Join(rule.Lacks, ", ") + " is set"
	}
	return severity + said
}

func whereSet(setting evaluate.Setting, key string) string {
	return fmt.Sprintf("%s:%d", pathText(setting.Path), setting.Lines[key])
}

// writeRamps says until when errors are warnings: of a rule, or where there is none, of all rules.
func writeRamps(b *strings.Builder, ramps []waiver.Ramp, rule string) {
	for _, ramp := range ramps {
		if ramp.Rule != rule {
			continue
		}
		of := ""
		if ramp.App != "" {
			of = " of apps " + name(ramp.App)
		}
		fmt.Fprintf(b, "  errors%s are warnings until %s\n", of, calendar.InWords(ramp.Until))
	}
}

// writeScope says for whom a rule counts.
func writeScope(b *strings.Builder, rule evaluate.Ruling) {
	for _, scope := range []struct {
		key, words string
		names      []string
	}{{"environments", "only in", rule.Setting.Environments}, {"apps", "only for apps", rule.Setting.Apps}} {
		if len(scope.names) == 0 {
			continue
		}
		var names []string
		for _, n := range scope.names {
			names = append(names, name(n))
		}
		fmt.Fprintf(b, "  %s %s (%s)\n", scope.words, strings.Join(names, ", "), whereSet(rule.Setting, scope.key))
	}
}

// writeValues writes a table of a rule's parameters.
func writeValues(b *strings.Builder, rule evaluate.Ruling) {
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, parameter := range rule.Parameters {
		from := "default"
		if _, set := rule.Setting.Parameters[parameter.Name]; set {
			from = whereSet(rule.Setting, parameter.Name)
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", parameter.Name, sentence(rule.Value(parameter)), from)
	}
	_ = table.Flush() // into memory
}

type jsonRules struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Base       jsonBase   `json:"base"`
	Rules      []jsonRule `json:"rules"`
}

type jsonRule struct {
	Rule         string         `json:"rule"`
	Title        string         `json:"title"`
	File         string         `json:"file"`
	Own          bool           `json:"own"`
	Asked        bool           `json:"asked"`
	Severity     string         `json:"severity"`
	Grades       bool           `json:"grades"` // findings may say otherwise, since nothing is configured
	Environments []string       `json:"environments"`
	Apps         []string       `json:"apps"`
	Parameters   map[string]any `json:"parameters"`
}

// RulesJSON writes for programs which rules are on, and as what.
func RulesJSON(w io.Writer, book *Rulebook, _ Options) error {
	out := jsonRules{APIVersion: APIVersion, Kind: "Rules", Base: jsonBase(book.Base), Rules: []jsonRule{}}
	for _, rule := range book.Rules {
		severity := rule.Severity
		if set := rule.Setting.Severity; set != "" {
			severity = set
		}
		out.Rules = append(out.Rules, jsonRule{
			Rule: rule.ID, Title: rule.Title, File: rule.File, Own: rule.Own, Severity: string(severity),
			Grades:       rule.Grades && rule.Setting.Severity == "",
			Asked:        !rule.IsOff() && len(rule.Lacks) == 0,
			Environments: append([]string{}, rule.Setting.Environments...),
			Apps:         append([]string{}, rule.Setting.Apps...),
			Parameters:   rule.Values,
		})
	}
	return writeJSON(w, out)
}
