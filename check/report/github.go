package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/promocheck/promocheck/check/finding"
)

// maxAnnotations is how many annotations of a severity GitHub shows of one step.
const maxAnnotations = 10

// GitHub writes what a step of GitHub Actions prints: the report as text, and then, folded away, the
// workflow commands that make annotations of the gravest findings.
func GitHub(w io.Writer, r *Report, o Options) error {
	var b bytes.Buffer
	if err := Text(&b, r, o); err != nil {
		return err
	}
	g := &github{report: r, places: newPlaces(r), left: make(map[finding.Severity]int)}
	commands := g.commands()
	if len(commands) > 0 {
		b.WriteString("::group::Annotations\n" + strings.Join(commands, "") + "::endgroup::\n")
	}
	if g.cut > 0 {
		fmt.Fprintf(&b, "%s\n", g.cutText())
	}
	_, err := w.Write(b.Bytes())
	return err
}

type github struct {
	report *Report
	places *places
	left   map[finding.Severity]int // how many more a severity may have
	cut    int
}

// commandNames are what GitHub calls the severities. What is none of them must not pass unseen.
var commandNames = map[finding.Severity]string{finding.Error: "error", finding.Warning: "warning", finding.Note: "notice"}

func severityOf(f finding.Finding) finding.Severity {
	return severities[min(rank(f), len(severities)-1)]
}

// commands are one for each finding that is not waived, as many as GitHub shows. If it does not show
// all, the last notice says so.
func (g *github) commands() []string {
	var counted []finding.Finding
	total := make(map[finding.Severity]int)
	for _, f := range g.report.Findings {
		if f.Waived == nil {
			counted = append(counted, f)
			total[severityOf(f)]++
		}
	}
	over := false
	for _, severity := range severities {
		g.left[severity] = maxAnnotations
		over = over || total[severity] > maxAnnotations
	}
	if over {
		g.left[finding.Note]--
	}
	var commands []string
	for _, f := range counted {
		severity := severityOf(f)
		if g.left[severity] == 0 {
			g.cut++
			continue
		}
		g.left[severity]--
		commands = append(commands, g.command(severity, f))
	}
	if over {
		commands = append(commands, command("notice", []string{"title=promocheck"}, g.cutText()))
	}
	return commands
}

func (g *github) cutText() string {
	return fmt.Sprintf("promocheck: %s no annotation, because GitHub shows %d of a kind; the report has all.", countHave(g.cut), maxAnnotations)
}

func countHave(n int) string {
	if n == 1 {
		return "1 finding has"
	}
	return fmt.Sprintf("%d findings have", n)
}

func (g *github) command(severity finding.Severity, f finding.Finding) string {
	at := g.places.of(f)
	properties := []string{"file=" + property(Escape(at.Path)), fmt.Sprintf("line=%d", at.Line)}
	if at.Column > 0 {
		properties = append(properties, fmt.Sprintf("col=%d", at.Column))
		if end := g.places.endColumn(at); end > 0 {
			properties = append(properties, fmt.Sprintf("endColumn=%d", end))
		}
	}
	properties = append(properties, "title="+property(strings.TrimRight(name(f.Rule)+" "+blockName(f.App, f.Environment), " ")))
	message := sentence(briefly(f.Message))
	if remediation := sentence(f.Remediation); remediation != "" {
		message += "\n" + remediation
	}
	return command(commandNames[severity], properties, message)
}

// command is a workflow command, on a line of its own.
func command(name string, properties []string, message string) string {
	line := fmt.Sprintf("::%s %s::%s", name, strings.Join(properties, ","), commandData.Replace(message))
	return withoutServiceMessages(line, `\x23`) + "\n"
}

var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func property(s string) string { return commandProperty.Replace(s) }
