package docs

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/promocheck/promocheck/check/evaluate"
)

const generated = "<!-- Written by go test ./docs -update: edit policies/%s instead. -->\n\n"

// rulesTable lists the rules, with links to their pages, which are in the directory pages.
func rulesTable(rules []evaluate.Rule, pages string) string {
	var b strings.Builder
	b.WriteString("| Rule | Finds | Severity |\n| --- | --- | --- |\n")
	for _, rule := range rules {
		fmt.Fprintf(&b, "| [`%s`](%s/%s.md) | %s | %s |\n", rule.ID, pages, rule.ID, inCell(rule.Title), rule.Severity)
	}
	return b.String()
}

func rulesPage(rules []evaluate.Rule) string {
	return fmt.Sprintf(generated, "*.rego") + "# Rules\n\n" +
		"All of these are on by default. What [the configuration](../README.md#configuration) says of a rule is keyed by\n" +
		"its name; the severity here is that of findings for which the rule's page says no other.\n\n" +
		rulesTable(rules, "rules")
}

func rulePage(t *testing.T, rule evaluate.Rule) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, generated, rule.ID+".rego")
	fmt.Fprintf(&b, "# %s\n\n**%s**, %s by default\n\n%s\n", rule.ID, rule.Title, rule.Severity, rule.Description)
	if example := example(t, rule.ID); example != "" {
		b.WriteString("\n## What it looks like\n\n" + fenced("text", example))
	}
	b.WriteString("\n## What to do\n\n" + rule.Remediation + "\n")
	b.WriteString("\n## Configuration\n\n")
	fmt.Fprintf(&b, "Under `rules` / `%s` in `.promocheck.yaml`:\n\n| Key | Value | Meaning |\n| --- | --- | --- |\n", rule.ID)
	for _, parameter := range rule.Parameters {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", parameter.Name, values(t, parameter), inCell(parameter.Description))
	}
	b.WriteString("| `severity` | `error`, `warning`, `note` or `off` | The severity of all that it reports; `off` silences it. |\n" +
		"| `environments` | list | Report only what concerns these environments. |\n" +
		"| `apps` | list of globs | Report only what concerns these apps. |\n" +
		"\n[The rule itself](../../policies/" + rule.ID + ".rego) and [all rules](../rules.md).\n")
	return b.String()
}

// printed is what the program prints in a scenario; nothing if there is no such scenario, which the
// scenarios' own test demands of rules.
func printed(t *testing.T, scenario string) string {
	t.Helper()
	data, err := os.ReadFile("../fixtures/" + scenario + ".txtar")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, file := range txtar.Parse(data).Files {
		if file.Name == "stdout" {
			return string(file.Data)
		}
	}
	return ""
}

// example is what the rule reports in the scenario that shows it firing.
func example(t *testing.T, id string) string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(printed(t, id+"-fires")) {
		isFinding := strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "   ")
		switch {
		case len(lines) == 0 && isFinding && strings.Contains(line, "["+id+"]"),
			len(lines) > 0 && strings.HasPrefix(line, "   "):
			lines = append(lines, strings.TrimPrefix(line, "  "))
		case len(lines) > 0:
			return strings.Join(lines, "")
		}
	}
	return strings.Join(lines, "")
}

func values(t *testing.T, p evaluate.Parameter) string {
	t.Helper()
	asText := func(value any) string {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return "`" + strings.Trim(string(text), `"`) + "`"
	}
	kind := p.Type
	switch p.Type {
	case "array":
		kind = "list"
	case "durations":
		kind = "duration by environment"
	}
	if len(p.Enum) > 0 {
		var choices []string
		for _, choice := range p.Enum {
			choices = append(choices, asText(choice))
		}
		kind = strings.Join(choices, ", ")
	}
	return kind + "; default " + asText(p.Default)
}

// inCell is prose as a table's cell takes it.
func inCell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}
