package docs

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/cli"
	"github.com/promocheck/promocheck/internal/golden"
	"github.com/promocheck/promocheck/scenario"
)

const generated = "<!-- Written by " + golden.Command + ": edit policies/%s instead. -->\n\n"

// rulesTable lists the rules, with links to their pages, which are in the directory pages.
func rulesTable(rules []evaluate.Rule, pages string) string {
	var b strings.Builder
	b.WriteString("| Rule | Finds | Severity |\n| --- | --- | --- |\n")
	for _, rule := range rules {
		fmt.Fprintf(&b, "| [`%s`](%s/%s.md) | %s | %s |\n", rule.ID, pages, rule.ID, inCell(rule.Title), usually(rule))
	}
	return b.String()
}

// usually is how grave a rule's findings are, and whether there are any without configuration.
func usually(rule evaluate.Rule) string {
	if rule.Off {
		return string(rule.Severity) + ", off by default"
	}
	return string(rule.Severity)
}

func rulesPage(rules []evaluate.Rule) string {
	return fmt.Sprintf(generated, "*.rego") + "# Rules\n\n" +
		"All of these are on but those that the table calls off by default: any setting of one switches it on. What [the configuration](../README.md#configuration) says of a rule is keyed by\n" +
		"its name; the severity here is that of findings for which the rule's page says no other.\n\n" +
		rulesTable(rules, "rules")
}

func rulePage(t *testing.T, rule evaluate.Rule) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, generated, rule.ID+".rego")
	by := "by default"
	if rule.Off {
		by = "once it is switched on"
	}
	fmt.Fprintf(&b, "# %s\n\n**%s**, %s %s\n\n%s\n", rule.ID, rule.Title, rule.Severity, by, rule.Description)
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
		"| `warn-until` | date or time | Until then, its errors are [warnings](../exceptions.md#the-ramp). |\n" +
		"\n[The rule itself](../../policies/" + rule.ID + ".rego) and [all rules](../rules.md).\n")
	return b.String()
}

// printed is what the program prints in a scenario, run anew, so that no page waits for the scenarios to be
// up to date.
func printed(t *testing.T, name string) string {
	t.Helper()
	s, err := scenario.Parse([]byte(read(t, "../fixtures/"+name+".txtar")))
	if err != nil {
		t.Fatal(err)
	}
	played, err := s.Play(func(p scenario.Process) int { return cli.Main(cli.Process(p)) }, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return played.Stdout
}

// example is what the rule reports in the scenario that shows it firing.
func example(t *testing.T, id string) string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(printed(t, "rules/"+id+"/fires")) {
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

// TestParameterTypes loads a rule with each parameter that docs/policies.md shows, and sets it as shown there.
func TestParameterTypes(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\| `([a-z]+)` \\| .* \\| `(.*)` \\| `(.*)` \\|$")
	rows := row.FindAllStringSubmatch(read(t, "policies.md"), -1)
	if len(rows) == 0 {
		t.Fatal("there is no table of types")
	}
	var parameters, settings strings.Builder
	for _, row := range rows {
		if !strings.Contains(row[2], "type: "+row[1]+",") {
			t.Errorf("%s is shown by %s", row[1], row[2])
		}
		fmt.Fprintf(&parameters, "#     %s\n", row[2])
		fmt.Fprintf(&settings, "    %s\n", row[3])
	}
	rule := "# METADATA\n# title: All types\n# description: Has a parameter of each type.\n# custom:\n#   severity: error\n#   remediation: None.\n#   parameters:\n" +
		parameters.String() + "package promocheck.rules.all_types\n\nfindings contains {\"change\": change.id, \"message\": \"m\"} if {\n\tsome change in input.changes\n\tfalse\n}\n"
	policies, configuration := t.TempDir(), filepath.Join(t.TempDir(), "c.yaml")
	for path, text := range map[string]string{filepath.Join(policies, "all-types.rego"): rule, configuration: "rules:\n  all-types:\n" + settings.String()} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := run("rules", "-C", checkout(t), "--base", "main", "--policy", policies, "--config", configuration)
	if got.exit != cli.ExitClean || !strings.Contains(got.stdout, "\nall-types  error\n") {
		t.Fatalf("%+v", got)
	}
	_, about, _ := strings.Cut(got.stdout, "\nall-types  error\n")
	about, _, _ = strings.Cut(about, "\n\n")
	if n := strings.Count(about, configuration); n != len(rows) {
		t.Errorf("%d of %d are set:\n%s", n, len(rows), about)
	}
	for _, kind := range evaluate.ParameterTypes() {
		if !slices.ContainsFunc(rows, func(row []string) bool { return row[1] == kind }) {
			t.Errorf("the type %s is not shown", kind)
		}
	}
}
