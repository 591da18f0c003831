package report

import (
	"fmt"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// proseWidth is how wide sentences become, in columns.
const proseWidth = 88

// shown is what a block has shown already.
type shown struct{ excerpts map[event.Location]bool }

func newShown() *shown { return &shown{excerpts: make(map[event.Location]bool)} }

func (t *text) findings(indent int, findings []finding.Finding, seen *shown) {
	for _, f := range findings {
		t.finding(indent, f, seen)
	}
}

// finding writes what is wrong, where, the line in question, and what to do.
func (t *text) finding(indent int, f finding.Finding, seen *shown) {
	paint := t.palette.of(f)
	t.line(indent, "%s %s", paint(labelOf(f)), sentence(briefly(f.Message)))

	gutter := 2
	if f.Location != nil {
		gutter = max(gutter, len(fmt.Sprint(f.Location.Line)))
		t.line(indent+gutter, "%s %s%s", t.palette.frame("-->"), locationText(*f.Location), t.palette.faint(shortFingerprint(f)))
		t.excerpt(indent, gutter, *f.Location, paint, seen)
	}
	if f.Waived != nil {
		t.prose(indent+gutter, "Waived "+waiverText(*f.Waived))
		return
	}
	t.remedy(indent+gutter, f)
}

// labelOf is how grave a finding is, and of which rule.
func labelOf(f finding.Finding) string {
	waived := ""
	if f.Waived != nil {
		waived = "waived "
	}
	return waived + name(string(f.Severity)) + "[" + name(f.Rule) + "]"
}

// remedy says what to do, once in a report.
func (t *text) remedy(indent int, f finding.Finding) {
	if remediation := sentence(f.Remediation); remediation != "" && !t.said[remediation] {
		t.said[remediation] = true
		t.prose(indent, remediation)
	}
}

// shortFingerprint is as much of a fingerprint as a person has to type.
func shortFingerprint(f finding.Finding) string {
	const enough = 8
	if len(f.Fingerprint) < enough {
		return ""
	}
	return "  " + name(f.Fingerprint[:enough])
}

// excerpt shows the line that a location names, once in a block.
func (t *text) excerpt(indent, gutter int, l event.Location, paint func(a ...any) string, seen *shown) {
	l.Overlay = "" // two overlays may share the place
	if l.Line < 1 || t.report.Source == nil || seen.excerpts[l] {
		return
	}
	seen.excerpts[l] = true
	source, err := t.report.Source(l.Path)
	if err != nil {
		return
	}
	x, ok := excerptOf(source, l.Line, l.Column)
	if !ok {
		return
	}
	bar := t.palette.frame("|")
	t.line(indent+gutter, " %s", bar)
	t.line(indent, "%s %s %s", t.palette.frame(fmt.Sprintf("%*d", gutter, l.Line)), bar, x.text)
	if x.width > 0 {
		t.line(indent+gutter, " %s %s%s", bar, strings.Repeat(" ", x.start), paint(strings.Repeat("^", x.width)))
	}
}

// prose writes a sentence or two beside the gutter, broken into lines.
func (t *text) prose(indent int, s string) {
	mark := t.palette.frame("=")
	line, width := "", 0
	flush := func() {
		t.line(indent, " %s %s", mark, line)
		mark, line, width = " ", "", 0
	}
	for word := range strings.FieldsSeq(s) {
		w := displaywidth.String(word)
		if width > 0 && width+1+w > proseWidth {
			flush()
		}
		if width > 0 {
			line, width = line+" ", width+1
		}
		line, width = line+word, width+w
	}
	flush()
}
