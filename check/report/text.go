package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/clipperhouse/displaywidth"
	"github.com/fatih/color"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// How much of what nobody has to act on is shown, and how long what came from a repository may be.
const (
	maxQuietBlocks = 50
	maxQuietRows   = 20 // of one block
	maxTargets     = 5
	maxOutside     = 10
	maxName        = 150 // characters: a digest fits
	maxPath        = 500
	maxMessage     = 2000
	proseWidth     = 88
)

// Text writes the report for a person at a terminal: first, a line each, what is deployed differently and
// breaks no rule, then a block for each environment of an app with findings, then the sums.
func Text(w io.Writer, r *Report, o Options) error {
	t := &text{report: r, palette: newPalette(o.Colour), named: ambiguousApps(r.Event.Changes)}
	t.header()
	t.body()
	t.outside()
	t.notices()
	t.summary()
	t.outlook()
	_, err := w.Write(t.out.Bytes())
	return err
}

type text struct {
	out     bytes.Buffer
	report  *Report
	palette palette
	named   map[string]bool // apps whose artifacts are named
}

// palette colours what it is given, or leaves it alone.
type palette struct {
	strong, faint, frame, failed, warned, noted, passed func(a ...any) string
}

func newPalette(colour bool) palette {
	paint := func(attributes ...color.Attribute) func(a ...any) string {
		c := color.New(attributes...)
		if colour {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c.Sprint
	}
	return palette{
		strong: paint(color.Bold),
		faint:  paint(color.Faint),
		frame:  paint(color.FgBlue),
		failed: paint(color.FgRed, color.Bold),
		warned: paint(color.FgYellow, color.Bold),
		noted:  paint(color.FgCyan, color.Bold),
		passed: paint(color.FgGreen, color.Bold),
	}
}

func (p palette) of(f finding.Finding) func(a ...any) string {
	switch {
	case f.Waived != nil:
		return p.faint
	case f.Severity == finding.Note:
		return p.noted
	case f.Severity == finding.Warning:
		return p.warned
	}
	return p.failed
}

func (t *text) line(indent int, format string, a ...any) {
	line := strings.Repeat(" ", indent) + fmt.Sprintf(format, a...)
	t.out.WriteString(defuse(strings.TrimRight(line, " ")) + "\n")
}

func (t *text) header() {
	e := t.report.Event
	t.line(0, "%s  %s <- %s  at %s", t.palette.strong("promocheck"), refText(e.Base), headText(e.Head), t.report.when())
}

func headText(h event.Head) string {
	if h.Staged {
		return "the index"
	}
	return refText(h.Ref)
}

func refText(r event.Ref) string {
	short := name(r.Commit)
	if len(r.Commit) >= 40 {
		short = name(r.Commit[:7])
	}
	switch {
	case r.Ref == "" || r.Ref == r.Commit:
		return short
	case short == "":
		return name(r.Ref)
	}
	return fmt.Sprintf("%s (%s)", name(r.Ref), short)
}

func (r *Report) when() string {
	e := r.Event.Time
	when := name(e.Now)
	if now, err := time.Parse(time.RFC3339, e.Now); err == nil {
		when = now.Format("Monday 2006-01-02 15:04")
	}
	when += " " + name(e.Timezone)
	if r.TimezoneAssumed {
		when += " (no timezone configured)"
	}
	return when
}

func (t *text) body() {
	grouped, elsewhere := blocks(t.report)
	if len(grouped) == 0 && len(elsewhere) == 0 {
		t.line(0, "")
		t.line(0, "No promotion: nothing that an environment deploys changes.")
		return
	}
	var quiet, loud []*block
	for _, b := range grouped {
		if b.hasFindings() {
			loud = append(loud, b)
		} else {
			quiet = append(quiet, b)
		}
	}
	if len(quiet) > 0 {
		t.line(0, "")
		for _, b := range quiet[:min(len(quiet), maxQuietBlocks)] {
			t.block(b)
		}
		if more := len(quiet) - maxQuietBlocks; more > 0 {
			t.line(0, "%s", t.palette.faint(fmt.Sprintf("and %d more without findings", more)))
		}
	}
	for _, b := range loud {
		t.line(0, "")
		t.block(b)
	}
	if len(elsewhere) > 0 {
		t.line(0, "")
		t.line(0, "%s", t.palette.strong("elsewhere"))
		t.findings(2, elsewhere, newShown())
	}
}

// block writes one row on the line that names the app and the environment, several below it.
func (t *text) block(b *block) {
	seen := newShown()
	rows := t.rows(b)
	together := b.sameTargets()
	title := t.title(b, together)
	switch {
	case len(rows) == 1:
		t.line(0, "%s  %s", title, rows[0].String(0, 0))
		t.findings(2, rows[0].findings, seen)
	default:
		t.line(0, "%s", title)
		t.table(rows, seen)
	}
	t.findings(2, b.findings, seen)
}

// cells is a row in words.
type cells struct {
	targets, artifact, what string
	findings                []finding.Finding
}

// String joins the cells that there are, the first two filled up to their columns.
func (c cells) String(targets, artifact int) string {
	fill := func(s string, width int) string {
		if s == "" {
			return ""
		}
		return s + strings.Repeat(" ", max(0, width-displaywidth.String(s))+2)
	}
	return fill(c.targets, targets) + fill(c.artifact, artifact) + c.what
}

func (t *text) rows(b *block) []cells {
	withTargets := !b.sameTargets()
	rows := make([]cells, 0, len(b.rows))
	for i, r := range b.rows {
		// One change and the rest of what it comes with are one line.
		if i == 1 && len(b.rows) == 2 && r.beside && !withTargets {
			rows[0].what += ", " + effectText(r)
			break
		}
		c := cells{findings: r.findings}
		if withTargets {
			c.targets = targetsText(r.targets())
		}
		if r.change != nil {
			c.what = changeText(r.change)
			if t.named[b.app] || r.change.Artifact.Kind != artifact.Image {
				c.artifact = artifactText(r.change.Artifact)
			}
		} else {
			c.what = effectText(r)
		}
		rows = append(rows, c)
	}
	return rows
}

func (t *text) table(rows []cells, seen *shown) {
	const widest = 40
	var targets, artifacts int
	for _, r := range rows {
		targets = max(targets, min(widest, displaywidth.String(r.targets)))
		artifacts = max(artifacts, min(widest, displaywidth.String(r.artifact)))
	}
	quiet := 0
	for _, r := range rows {
		if len(r.findings) == 0 {
			if quiet++; quiet > maxQuietRows {
				continue
			}
		}
		t.line(2, "%s", r.String(targets, artifacts))
		t.findings(4, r.findings, seen)
	}
	if more := quiet - maxQuietRows; more > 0 {
		t.line(2, "%s", t.palette.faint(fmt.Sprintf("and %d more without findings", more)))
	}
}

// title names app, environment and, where all rows share them, targets. The app at the repository's
// top has no name of its own.
func (t *text) title(b *block, together bool) string {
	environment := name(b.environment)
	if together && len(b.rows) > 0 && b.hasTargets(t.report.Event.State) {
		if targets := b.rows[0].targets(); len(targets) == 1 {
			environment += "/" + name(targets[0])
		} else {
			environment += " (" + targetsText(targets) + ")"
		}
	}
	switch {
	case environment == "":
		return t.palette.strong(name(b.app))
	case b.app == "." || b.app == "":
		return t.palette.strong(environment)
	}
	return t.palette.strong(name(b.app) + ": " + environment)
}

func targetsText(targets []string) string {
	shown := make([]string, 0, maxTargets)
	for _, target := range targets[:min(len(targets), maxTargets)] {
		shown = append(shown, name(target))
	}
	list := strings.Join(shown, ", ")
	if more := len(targets) - maxTargets; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

func artifactText(a artifact.Artifact) string {
	if a.Kind == artifact.Image {
		return name(a.Name)
	}
	return name(a.Kind) + " " + name(a.Name)
}

func changeText(c *event.Change) string {
	before, after := versionTexts(c.Before, c.After)
	var remarks []string
	if c.Direction == event.Backward {
		remarks = append(remarks, "backward")
	}
	return before + " -> " + after + remarksText(append(remarks, fidelityText(c.Fidelity)...))
}

// versionTexts names two versions by as little as tells them apart.
func versionTexts(before, after *artifact.Version) (string, string) {
	const none = "(none)"
	switch {
	case before == nil && after == nil:
		return none, none
	case before == nil:
		return none, name(after.String())
	case after == nil:
		return name(before.String()), none
	case before.Repository != after.Repository:
		return fullText(*before, before.String()), fullText(*after, after.String())
	case before.String() != after.String():
		return name(before.String()), name(after.String())
	}
	return strings.TrimPrefix(name(before.Tag)+"@"+name(before.Digest), "@"),
		strings.TrimPrefix(name(after.Tag)+"@"+name(after.Digest), "@")
}

func fullText(v artifact.Version, version string) string {
	separator := ":"
	if v.Tag == "" {
		separator = "@"
		if v.Digest == "" {
			separator = " "
		}
	}
	return name(v.Repository) + separator + name(version)
}

func effectText(r row) string {
	e := r.effect
	what := "configuration only"
	switch {
	case e.VersionsOnly:
		what = "versions only"
	case r.beside:
		what = "and configuration"
	}
	var remarks []string
	if n := len(e.Resources); n > 0 && r.beside {
		remarks = append(remarks, count(n, "resource")+" in all")
	} else if n > 0 {
		remarks = append(remarks, count(n, "resource"))
	}
	if !r.beside {
		remarks = append(remarks, fidelityText(e.Fidelity)...)
	}
	return what + remarksText(remarks)
}

func fidelityText(f event.Fidelity) []string {
	switch f {
	case event.Partial:
		return []string{"rendered in part"}
	case event.Declared:
		return []string{"as declared, not rendered"}
	}
	return nil
}

func remarksText(remarks []string) string {
	if len(remarks) == 0 {
		return ""
	}
	return " (" + strings.Join(remarks, ", ") + ")"
}

// shown is what a block has said already.
type shown struct {
	excerpts     map[event.Location]bool
	remediations map[string]bool
}

func newShown() *shown {
	return &shown{excerpts: make(map[event.Location]bool), remediations: make(map[string]bool)}
}

func (t *text) findings(indent int, findings []finding.Finding, seen *shown) {
	for _, f := range findings {
		t.finding(indent, f, seen)
	}
}

func (t *text) finding(indent int, f finding.Finding, seen *shown) {
	paint := t.palette.of(f)
	severity := name(string(f.Severity))
	if f.Waived != nil {
		severity = "waived " + severity
	}
	t.line(indent, "%s %s", paint(severity+"["+name(f.Rule)+"]"), clip(Fold(f.Message), maxMessage))

	gutter := 2
	if f.Location != nil {
		gutter = max(gutter, len(fmt.Sprint(f.Location.Line)))
		t.line(indent+gutter, "%s %s", t.palette.frame("-->"), locationText(*f.Location))
		t.excerpt(indent, gutter, *f.Location, paint, seen)
	}
	if f.Waived != nil {
		waived := Fold(f.Waived.Reason)
		if f.Waived.Expires != "" {
			waived = "until " + name(f.Waived.Expires) + ": " + waived
		}
		t.prose(indent+gutter, "Waived "+clip(waived, maxMessage))
		return
	}
	if remediation := clip(Fold(f.Remediation), maxMessage); remediation != "" && !seen.remediations[remediation] {
		seen.remediations[remediation] = true
		t.prose(indent+gutter, remediation)
	}
}

func locationText(l event.Location) string {
	place := clip(Escape(l.Path), maxPath)
	if l.Line > 0 {
		place += fmt.Sprintf(":%d", l.Line)
		if l.Column > 0 {
			place += fmt.Sprintf(":%d", l.Column)
		}
	}
	return place
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

// outside names the directories that look like environments and that nothing gates.
func (t *text) outside() {
	var changed, untouched []event.Outside
	for _, o := range t.report.Event.Outside {
		switch {
		case !o.Reached:
			untouched = append(untouched, o)
		case !t.report.found(o.Path):
			changed = append(changed, o)
		}
	}
	if len(changed)+len(untouched) > 0 {
		t.line(0, "")
	}
	for _, o := range changed[:min(len(changed), maxOutside)] {
		t.line(0, "%s %s changes and is outside the promotion path: %s",
			t.palette.warned("outside:"), clip(Escape(o.Path), maxPath), clip(Fold(o.Reason), maxMessage))
	}
	if more := len(changed) - maxOutside; more > 0 {
		t.line(0, "%s and %d more that change", t.palette.warned("outside:"), more)
	}
	if n := len(untouched); n > 0 {
		const examples = 3
		paths := make([]string, 0, examples)
		for _, o := range untouched[:min(n, examples)] {
			paths = append(paths, name(o.Path))
		}
		list := strings.Join(paths, ", ")
		if n > examples {
			list += ", ..."
		}
		verb := "look like environments and are"
		if n == 1 {
			verb = "looks like an environment and is"
		}
		t.line(0, "%s", t.palette.faint(fmt.Sprintf("outside: %s that this does not change %s outside the promotion path: %s", directories(n), verb, list)))
	}
}

// found reports whether a finding is about a path as a whole.
func (r *Report) found(path string) bool {
	return slices.ContainsFunc(r.Findings, func(f finding.Finding) bool {
		return f.Location != nil && f.Location.Path == path && f.Location.Line == 0
	})
}

func (t *text) notices() {
	if len(t.report.Notices) > 0 {
		t.line(0, "")
	}
	for _, notice := range t.report.Notices {
		t.line(0, "%s %s", t.palette.noted("notice:"), clip(Fold(notice), maxMessage))
	}
}

func (t *text) summary() {
	s := t.report.Summary()
	count := func(n int, noun string, paint func(a ...any) string) string {
		if n == 0 {
			return count(n, noun)
		}
		return paint(count(n, noun))
	}
	t.line(0, "")
	line := fmt.Sprintf("%s, %s: %s, %s, %s",
		count(s.Apps, "app", fmt.Sprint), count(s.Changes, "change", fmt.Sprint),
		count(s.Errors, "error", t.palette.failed),
		count(s.Warnings, "warning", t.palette.warned),
		count(s.Notes, "note", t.palette.noted))
	if s.Waived > 0 {
		line += fmt.Sprintf(", %d waived", s.Waived)
	}
	t.line(0, "%s", line)
}

// outlook says what time alone will change about the verdict.
func (t *text) outlook() {
	switch r := t.report; {
	case r.Opens != nil:
		t.line(0, "Only the time is against it: it may go in from %s.", calendar.InWords(*r.Opens))
	case r.ValidUntil != nil:
		t.line(0, "This verdict holds until %s.", calendar.InWords(*r.ValidUntil))
	}
}

// name is something short from the repository, escaped.
func name(s string) string { return clip(Escape(s), maxName) }

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func directories(n int) string {
	if n == 1 {
		return "1 directory"
	}
	return fmt.Sprintf("%d directories", n)
}
