package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// How long the parts may become. GitHub takes 65,536 characters as a comment and 1 MiB as a step's
// summary; what is written suits both.
const (
	maxMarkdown         = 60_000 // bytes
	maxMarkdownMatrix   = 16_000
	maxMarkdownPicture  = 8_000
	maxMarkdownNotices  = 4_000
	maxMarkdownFindings = 30_000
)

// marks are what a severity looks like, by rank; the last is that of waived findings.
var marks = []string{"🔴", "🟡", "🔵", "⚪"}

const passed = "✅"

// Markdown writes a summary for the page of a pull request or of a run: the verdict, what changes
// where, what was found, and the way of each version.
func Markdown(w io.Writer, r *Report, _ Options) error {
	m := &markdown{report: r, changes: r.changes()}
	m.verdict()
	m.matrix()
	m.findings()
	m.picture()
	m.notices()
	_, err := io.WriteString(w, withoutServiceMessages(m.out.String(), `\x23`)) // of those in code
	return err
}

type markdown struct {
	out     strings.Builder
	report  *Report
	changes map[string]*event.Change // by ID
}

// room takes parts as long as there is room for them, and counts those for which there is none.
type room struct {
	b    strings.Builder
	left int
	cut  int
}

func (r *room) add(part string) bool {
	if len(part) > r.left {
		r.cut++
		r.left = 0 // what comes later is not worth more
		return false
	}
	r.left -= len(part)
	r.b.WriteString(part)
	return true
}

func (m *markdown) verdict() {
	s := m.report.Summary()
	var found []string
	for i, n := range []int{s.Errors, s.Warnings, s.Notes} {
		if n > 0 {
			found = append(found, Count(n, []string{"error", "warning", "note"}[i]))
		}
	}
	if s.Waived > 0 {
		found = append(found, fmt.Sprintf("%d waived", s.Waived))
	}
	mark, verdict := passed, "nothing to object to"
	switch {
	case m.report.Fails():
		mark, verdict = marks[0], "fails with "+strings.Join(found, ", ")
	case len(found) > 0:
		mark, verdict = marks[worst(m.report.Findings)], "passes with "+strings.Join(found, ", ")
	case s.Apps == 0:
		verdict = "no promotion, nothing that an environment deploys changes"
		if len(m.report.unread()) > 0 {
			verdict = "nothing that an environment is known to deploy changes"
		}
	}
	e := m.report.Event
	fmt.Fprintf(&m.out, "## %s promocheck: %s\n\n", mark, verdict)
	fmt.Fprintf(&m.out, "%s, %s: merging %s into %s, judged at %s.\n", Count(s.Apps, "app"), Count(s.Changes, "change"),
		code(headText(e.Head)), code(refText(e.Base)), prose(m.report.when()))
}

func (m *markdown) matrix() {
	table := newMatrix(m.report)
	if len(table.rows) == 0 {
		return
	}
	rows := room{left: maxMarkdownMatrix}
	rows.add(table.header())
	for _, row := range table.rows {
		rows.add(table.line(row))
	}
	m.out.WriteString("\n" + rows.b.String())
	if rows.cut > 0 {
		fmt.Fprintf(&m.out, "\nand %s.\n", Count(rows.cut, "more row"))
	}
}

// findings are shown by rule, with what to do about all of them.
func (m *markdown) findings() {
	type kind struct{ rule, remediation string }
	var kinds []kind
	byKind := make(map[kind][]finding.Finding)
	for _, f := range gravestFirst(m.report.Findings) {
		k := kind{f.Rule, f.Remediation}
		if byKind[k] == nil {
			kinds = append(kinds, k)
		}
		byKind[k] = append(byKind[k], f)
	}
	parts := room{left: maxMarkdownFindings}
	for _, k := range kinds {
		findings := byKind[k]
		heading := "\n### " + marks[rank(findings[0])] + " " + m.rule(k.rule) + "\n\n"
		todo := ""
		if k.remediation != "" {
			todo = "\n**What to do:** " + prose(k.remediation) + "\n"
		}
		if len(heading)+len(todo) > parts.left {
			parts.left = 0
		}
		parts.left -= len(heading) + len(todo)
		shown := 0
		for _, found := range m.together(findings) {
			item := m.item(found)
			if shown == 0 {
				item = heading + item
			}
			if parts.add(item) {
				shown++
			} else {
				parts.cut += len(found) - 1
			}
		}
		if shown > 0 {
			parts.b.WriteString(todo)
		}
	}
	m.out.WriteString(parts.b.String())
	if parts.cut > 0 {
		fmt.Fprintf(&m.out, "\nThere is no room here for %s; the other formats have all.\n", Count(parts.cut, "more finding"))
	}
}

// rule names a rule by its title and its ID, with a link to its page.
func (m *markdown) rule(id string) string {
	for _, rule := range m.report.Rules {
		if rule.ID == id {
			return fmt.Sprintf("%s ([%s](%s))", prose(rule.Title), code(id), ruleURL(id))
		}
	}
	return code(name(id))
}

func (m *markdown) item(found []finding.Finding) string {
	f := found[0]
	severity := name(string(f.Severity))
	if f.Waived != nil {
		severity = marks[len(marks)-1] + " waived " + severity
	}
	item := "- **" + plain(severity) + "**: " + prose(briefly(f.Message))
	switch {
	case len(found) > 1:
		item = "- **" + plain(severity) + "**, " + Count(len(found), "place") + ": " + prose(briefly(m.inCommon(found)))
	case f.Location != nil:
		item += "<br>" + code(locationText(*f.Location))
	}
	if f.Waived != nil {
		item += "<br>Waived " + prose(waiverText(*f.Waived))
	}
	return item + "\n" + m.places(found)
}

// picture draws the ways of the versions, as many as can be taken in at a glance.
func (m *markdown) picture() {
	all := journeys(m.report)
	drawn := all[:min(len(all), maxJourneys)]
	for ; len(drawn) > 0; drawn = drawn[:len(drawn)-1] {
		if text := mermaid(m.report.Event.Path, drawn); len(text) <= maxMarkdownPicture {
			m.out.WriteString("\n### Promotion path\n\n" + text)
			break
		}
	}
	versions := 0
	for _, j := range all[len(drawn):] {
		versions += len(j.versions)
	}
	if versions > 0 {
		fmt.Fprintf(&m.out, "\nNot drawn: the way of %s.\n", Count(versions, "more version"))
	}
}

// notices are what else a person should know.
func (m *markdown) notices() {
	lines := room{left: maxMarkdownNotices}
	if unread := m.report.unread(); len(unread) > 0 {
		lines.add("- " + prose(unreadInWords(unread)) + "\n")
	}
	for _, notice := range m.report.Notices {
		lines.add("- " + prose(notice) + "\n")
	}
	if lines.b.Len() > 0 {
		m.out.WriteString("\n### Notices\n\n" + lines.b.String())
	}
	if lines.cut > 0 {
		fmt.Fprintf(&m.out, "\nand %s.\n", Count(lines.cut, "more notice"))
	}
}
