package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/event"
)

const (
	maxJourneys = 6
	maxVersions = 4 // named of one journey
	maxLabel    = 40
)

// Neither text nor fill has a colour: GitHub draws on a light page or a dark one.
const mermaidStyles = `  classDef version fill:none,stroke:none
  classDef absent stroke-dasharray:4 4
  classDef error stroke:#e5534b,stroke-width:3px
  classDef warning stroke:#c69026,stroke-width:3px
  classDef fine stroke:#57ab5a,stroke-width:3px
`

// mermaid draws journeys as a flowchart, one below the other.
func mermaid(path []event.Environment, journeys []*journey) string {
	upstream := make(map[string][]string)
	for _, environment := range path {
		upstream[environment.Name] = environment.Upstream
	}
	var b strings.Builder
	b.WriteString("```mermaid\nflowchart LR\n")
	for i, j := range journeys {
		j.draw(&b, fmt.Sprintf("j%d", i), upstream)
	}
	b.WriteString(mermaidStyles + "```\n")
	return b.String()
}

// draw writes a node for the versions, and one for each step. Nodes are called by numbers, never by
// names from the repository.
func (j *journey) draw(b *strings.Builder, id string, upstream map[string][]string) {
	lines := j.versions[:min(len(j.versions), maxVersions)]
	if more := len(j.versions) - len(lines); more > 0 {
		lines = append(slices.Clone(lines), fmt.Sprintf("and %d more", more))
	}
	fmt.Fprintf(b, "  %s[%s]:::version\n", id, label(lines...))
	for i, s := range j.steps {
		node := fmt.Sprintf("%ss%d", id, i)
		text := label(clip(name(s.environment), maxLabel), s.what)
		switch {
		case s.arrives:
			fmt.Fprintf(b, "  %s([%s]):::%s\n", node, text, s.class())
		case s.has:
			fmt.Fprintf(b, "  %s[%s]\n", node, text)
		default:
			fmt.Fprintf(b, "  %s[%s]:::absent\n", node, text)
		}
		from := j.before(i, upstream[s.environment])
		if len(from) == 0 {
			fmt.Fprintf(b, "  %s ~~~ %s\n", id, node)
		}
		for _, k := range from {
			arrow := "-->"
			switch {
			case !s.has || !j.steps[k].has:
				arrow = "-.->"
			case s.arrives:
				arrow = "==>"
			}
			fmt.Fprintf(b, "  %ss%d %s %s\n", id, k, arrow, node)
		}
	}
}

// class is how an arrival looks.
func (s step) class() string {
	switch s.worst {
	case 0:
		return "error"
	case 1:
		return "warning"
	}
	return "fine"
}

// before are the steps that lead to step n: its environment's upstreams or, where the version's app
// has none of these, the step before it. An environment without an upstream starts a chain.
func (j *journey) before(n int, upstream []string) []int {
	var found []int
	for i, s := range j.steps[:n] {
		if slices.Contains(upstream, s.environment) {
			found = append(found, i)
		}
	}
	if len(found) == 0 && n > 0 && len(upstream) > 0 {
		found = append(found, n-1)
	}
	return found
}

// label is a text of several lines in quotes. All but letters and digits are written as numbers, so that
// none of it is Mermaid's syntax, Markdown or HTML; and what follows a backslash or a dollar is kept away from
// it, because Mermaid takes \n for a line's end and $$ for mathematics however they are written.
func label(lines ...string) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteString("<br/>")
		}
		for _, r := range line {
			switch {
			case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == ' ':
				b.WriteRune(r)
			case r == '\\', r == '$':
				fmt.Fprintf(&b, "#%d;#8203;", r)
			default:
				fmt.Fprintf(&b, "#%d;", r)
			}
		}
	}
	return `"` + b.String() + `"`
}
