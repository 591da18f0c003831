package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// How much of what nobody has to act on is shown.
const (
	maxQuietBlocks = 50
	maxQuietRows   = 20 // of one block
	maxDeployers   = 3  // of one effect
)

// Text writes the report for a person at a terminal: first, a line each, what is deployed differently and
// breaks no rule, then a block for each environment of an app with findings, then the sums.
func Text(w io.Writer, r *Report, o Options) error {
	t := &text{report: r, palette: newPalette(o.Colour), named: ambiguousApps(r.Event.Changes), said: map[string]bool{}}
	t.header()
	t.body()
	t.outside()
	t.notices()
	t.summary()
	t.outlook()
	_, err := w.Write(t.out.Bytes())
	return err
}

// text is a report as it is being written.
type text struct {
	out     bytes.Buffer
	report  *Report
	palette palette
	named   map[string]bool // apps whose artifacts are named
	said    map[string]bool // the remedies that were told
}

// line writes a line that no CI system takes for a command.
func (t *text) line(indent int, format string, a ...any) {
	line := strings.Repeat(" ", indent) + fmt.Sprintf(format, a...)
	t.out.WriteString(defuse(strings.TrimRight(line, " ")) + "\n")
}

func (t *text) header() {
	e := t.report.Event
	t.line(0, "%s  %s <- %s  at %s", t.palette.strong("promocheck"), refText(e.Base), headText(e.Head), t.report.when())
}

// body writes the blocks: those without findings, which nobody has to act on, first and close together.
func (t *text) body() {
	grouped, elsewhere := blocks(t.report)
	if len(grouped) == 0 && len(elsewhere) == 0 {
		t.line(0, "")
		t.line(0, "%s", t.report.quiet())
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
	all := t.gather(loud)
	units := t.gravestFirst(all, loud, &quiet)
	if len(quiet) > 0 {
		t.line(0, "")
		for _, b := range quiet[:min(len(quiet), maxQuietBlocks)] {
			t.block(b)
		}
		if more := len(quiet) - maxQuietBlocks; more > 0 {
			t.line(0, "%s", t.palette.faint(fmt.Sprintf("and %d more without findings", more)))
		}
	}
	for _, write := range units {
		t.line(0, "")
		write()
	}
	if len(elsewhere) > 0 {
		t.line(0, "")
		t.line(0, "%s", t.palette.strong("elsewhere"))
		t.findings(2, elsewhere, newShown())
	}
}

// gravestFirst are what is written of what was found: what several blocks have in common, and the blocks with what is left,
// the gravest first. Blocks with nothing left are quiet, or told of in full by now.
func (t *text) gravestFirst(all []*together, loud []*block, quiet *[]*block) []func() {
	type unit struct {
		rank  int
		write func()
	}
	var units []unit
	told := rowsOf(all)
	for _, b := range loud {
		switch {
		case b.hasFindings():
			units = append(units, unit{b.rank(), func() { t.block(b) }})
		case !b.isTold(told):
			*quiet = append(*quiet, b)
		}
	}
	for _, g := range all { // behind the blocks that are as grave: what is of one place is soon overlooked
		units = append(units, unit{rank(g.finding), func() { t.together(g) }})
	}
	slices.SortStableFunc(units, func(a, b unit) int { return cmp.Compare(a.rank, b.rank) })
	writes := make([]func(), 0, len(units))
	for _, u := range units {
		writes = append(writes, u.write)
	}
	return writes
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
	t.deployers(b)
}

// deployers says of a block's places which are there by what deploys them alone.
func (t *text) deployers(b *block) {
	for _, e := range t.report.Event.Effects {
		if e.App != b.app || e.Environment != b.environment || e.Found != event.FoundByDeployer {
			continue
		}
		for _, d := range e.Deployers[:min(len(e.Deployers), maxDeployers)] {
			t.line(2, "%s", t.palette.faint(fmt.Sprintf("%s is there by %s %s, %s", targetsText(e.Targets), name(d.Kind), name(d.Name), locationText(d.Location))))
		}
	}
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

// rows puts a block's rows into words. Their targets are named where not all have the same: else the title has them.
func (t *text) rows(b *block) []cells {
	withTargets := !b.sameTargets()
	rows := make([]cells, 0, len(b.rows))
	at := map[int]int{}
	for i, r := range b.rows {
		// One change and the rest of what it comes with are one line.
		if i == 1 && len(b.rows) == 2 && r.beside && !withTargets {
			rows[0].what += ", " + effectText(r)
			break
		}
		if first := b.setWith(i); first >= 0 {
			c := &rows[at[first]]
			c.what += ", " + subjectText(r.change) + "  " + changeText(r.change)
			c.findings = slices.Concat(c.findings, r.findings)
			continue
		}
		at[i] = len(rows)
		c := cells{findings: r.findings}
		if withTargets {
			c.targets = targetsText(r.targets())
		}
		if r.change != nil {
			c.what = changeText(r.change)
			c.artifact = t.artifactOf(b, r.change)
		} else {
			c.what = effectText(r)
		}
		rows = append(rows, c)
	}
	return rows
}

// artifactOf names what a change is about, where the block does not say it.
func (t *text) artifactOf(b *block, c *event.Change) string {
	if t.named[b.app] || c.Artifact.Kind != artifact.Image || len(c.Objects) > 0 {
		return subjectText(c)
	}
	return ""
}

// table writes rows in columns, each with what was found about it.
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

// title names app, environment and, where all rows share them, targets.
func (t *text) title(b *block, together bool) string {
	environment := name(b.environment)
	if together && len(b.rows) > 0 && b.hasTargets(t.report.Event.State) {
		if targets := b.rows[0].targets(); len(targets) == 1 {
			environment += "/" + name(targets[0])
		} else {
			environment += " (" + targetsText(targets) + ")"
		}
	}
	return t.palette.strong(cmp.Or(namesText(b.app, environment), name(b.app)))
}
