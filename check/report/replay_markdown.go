package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/replay"
)

// ReplayMarkdown writes a replay for the page of a pull request or an issue.
func ReplayMarkdown(w io.Writer, r *replay.Replay, _ Options) error {
	m := &replayMarkdown{replayed: replayed{r}, parts: room{left: maxMarkdown}}
	title := m.title()
	m.parts.add("## promocheck: " + plain(sentence(strings.ToUpper(title[:1])+title[1:])) + "\n\n")
	of, verdicts := m.counts()
	for _, row := range append(of, verdicts...) {
		m.parts.add("- **" + row[0] + "** " + row[1] + "\n")
	}
	m.sheet(m.differences(), noDifference)
	m.sheet(m.rules(), "")
	m.sheet(m.noise(), "")
	for _, l := range m.lists() {
		m.list(l)
	}
	text := m.parts.b.String()
	if m.parts.cut > 0 {
		text += "\nThere is more than fits: `--format html` has all.\n"
	}
	_, err := io.WriteString(w, withoutServiceMessages(text, `\x23`))
	return err
}

type replayMarkdown struct {
	replayed
	parts room
}

func (m *replayMarkdown) sheet(s sheet, none string) {
	if len(s.rows) == 1 {
		if none != "" {
			m.parts.add("\n" + none + "\n")
		}
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n", s.heading)
	for i, row := range s.rows {
		for _, cell := range row {
			b.WriteString("| " + plain(sentence(cell)) + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(strings.Repeat("| --- ", len(row)) + "|\n")
		}
	}
	m.parts.add(b.String())
}

func (m *replayMarkdown) list(l list) {
	if len(l.steps) == 0 {
		return
	}
	m.parts.add("\n### " + l.heading + "\n\n")
	for _, s := range l.steps[:min(len(l.steps), maxReplayed)] {
		var b strings.Builder
		fmt.Fprintf(&b, "- %s %s %s\n", m.when(s), code(fmt.Sprintf("%.7s", s.Commit.OID)), plain(sentence(said(s))))
		if s.Unjudged != nil {
			fmt.Fprintf(&b, "  - %s\n", prose(s.Unjudged.Error()))
		}
		m.stopping(s, func(f finding.Finding, more int) {
			fmt.Fprintf(&b, "  - %s %s\n", code(name(f.Rule)), prose(briefly(f.Message)))
			if more > 0 {
				fmt.Fprintf(&b, "  - %s and %d more\n", code(name(f.Rule)), more)
			}
		})
		if s.Undone != nil {
			fmt.Fprintf(&b, "  - %s\n", plain(sentence(m.undone(s.Undone))))
		}
		m.parts.add(b.String())
	}
	if more := len(l.steps) - maxReplayed; more > 0 {
		m.parts.add(fmt.Sprintf("\nand %d more.\n", more))
	}
}
