package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

const (
	maxCellLines = 5
	unmarked     = 100 // a rank behind that of every finding
)

// matrix shows what changes where: a row for each artifact of an app and one for its configuration,
// a column for each environment that one of them has.
type matrix struct {
	environments []string
	rows         []*matrixRow // the ones with the gravest findings first
}

type matrixRow struct {
	app, artifact string // the artifact's key; empty for configuration
	name          string // how the artifact is called, where the app does not say it
	cells         map[string]*matrixCell
	worst         int
}

// matrixCell is what changes in an environment or, without lines, what it holds and keeps.
type matrixCell struct {
	lines []string // as Markdown
	holds []string
	worst int // rank of the gravest finding
}

func newMatrix(r *Report) *matrix {
	m := &matrixBuilder{report: r, named: ambiguousApps(r.Event.Changes), rows: make(map[[2]string]*matrixRow)}
	grouped, _ := blocks(r)
	for _, b := range grouped {
		m.block(b)
	}
	for _, row := range m.rows {
		m.holdings(row)
		for _, cell := range row.cells {
			row.worst = min(row.worst, cell.worst)
		}
	}
	built := &matrix{rows: slices.SortedFunc(maps.Values(m.rows), func(a, b *matrixRow) int {
		return cmp.Or(cmp.Compare(a.worst, b.worst), cmp.Compare(a.app, b.app), compareArtifacts(a, b))
	})}
	concerned := make(map[string]bool)
	for _, row := range built.rows {
		for environment := range row.cells {
			concerned[environment] = true
		}
	}
	built.environments = slices.SortedFunc(maps.Keys(concerned), r.alongPath())
	return built
}

// compareArtifacts puts configuration behind artifacts.
func compareArtifacts(a, b *matrixRow) int {
	if a.artifact == "" || b.artifact == "" {
		return -cmp.Compare(a.artifact, b.artifact)
	}
	return cmp.Compare(a.artifact, b.artifact)
}

type matrixBuilder struct {
	report *Report
	named  map[string]bool // apps whose artifacts are named
	rows   map[[2]string]*matrixRow
}

func (m *matrixBuilder) cell(app, key, environment string) *matrixCell {
	at := [2]string{app, key}
	if m.rows[at] == nil {
		m.rows[at] = &matrixRow{app: app, artifact: key, cells: make(map[string]*matrixCell), worst: unmarked}
	}
	row := m.rows[at]
	if row.cells[environment] == nil {
		row.cells[environment] = &matrixCell{worst: unmarked}
	}
	return row.cells[environment]
}

func (m *matrixBuilder) block(b *block) {
	withTargets := b.hasTargets(m.report.Event.State)
	var cells []*matrixCell
	for _, r := range b.rows {
		line := ""
		if withTargets {
			line = fewTargets(r.targets()) + ": "
		}
		var cell *matrixCell
		if c := r.change; c != nil {
			key := c.Artifact.Key()
			cell = m.cell(b.app, key, b.environment)
			line += changeMarkdown(c)
			if m.named[b.app] || c.Artifact.Kind != artifact.Image {
				m.rows[[2]string{b.app, key}].name = artifactText(c.Artifact)
			}
		} else {
			cell = m.cell(b.app, "", b.environment)
			line += effectMarkdown(r.effect)
		}
		cell.lines = append(cell.lines, line)
		cell.worst = min(cell.worst, worst(r.findings))
		cells = append(cells, cell)
	}
	if len(cells) == 0 {
		cell := m.cell(b.app, "", b.environment)
		cell.lines = []string{"see below"}
		cells = append(cells, cell)
	}
	for _, cell := range cells {
		cell.worst = min(cell.worst, worst(b.findings))
	}
}

func worst(findings []finding.Finding) int {
	w := unmarked
	for _, f := range findings {
		w = min(w, rank(f))
	}
	return w
}

// holdings adds what stays as it is, for comparison.
func (m *matrixBuilder) holdings(row *matrixRow) {
	for environment, targets := range m.report.Event.State[row.app] {
		if row.artifact == "" || row.cells[environment] != nil {
			continue
		}
		for _, target := range slices.Sorted(maps.Keys(targets)) {
			for _, v := range targets[target][row.artifact] {
				cell := m.cell(row.app, row.artifact, environment)
				if text := code(name(versionText(v))); !slices.Contains(cell.holds, text) {
					cell.holds = append(cell.holds, text)
				}
			}
		}
	}
}

func changeMarkdown(c *event.Change) string {
	before, after := versionTexts(c.Before, c.After)
	text := code(before) + " → " + code(after)
	if c.Direction == event.Backward {
		text += " (backward)"
	}
	return text
}

func effectMarkdown(e *event.Effect) string {
	if n := len(e.Resources); n > 0 {
		return "changes (" + Count(n, "resource") + ")"
	}
	return "changes"
}

// fewTargets names one or two targets, and counts more.
func fewTargets(targets []string) string {
	if len(targets) > 2 {
		return Count(len(targets), "target")
	}
	return code(targetsText(targets))
}

// String is a cell as Markdown.
func (c *matrixCell) String() string {
	switch {
	case c == nil:
		return "–"
	case len(c.lines) == 0:
		return some(c.holds, ", ")
	}
	mark := passed
	if c.worst != unmarked {
		mark = marks[c.worst]
	}
	return mark + " " + some(c.lines, "<br>")
}

// some joins as many as a cell can show.
func some(lines []string, separator string) string {
	if more := len(lines) - maxCellLines; more > 0 {
		lines = append(slices.Clone(lines[:maxCellLines]), fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, separator)
}

// title names the row as the text report names apps.
func (r *matrixRow) title() string {
	var parts []string
	if r.app != "." && r.app != "" {
		parts = append(parts, code(name(r.app)))
	}
	switch {
	case r.artifact == "":
		parts = append(parts, "configuration")
	case r.name != "" || len(parts) == 0:
		parts = append(parts, code(r.name))
	}
	return strings.Join(parts, " ")
}

// header is the table's head.
func (m *matrix) header() string {
	head, rule := "| App |", "| --- |"
	for _, environment := range m.environments {
		head += " " + code(name(environment)) + " |"
		rule += " --- |"
	}
	return head + "\n" + rule + "\n"
}

// line is a row of the table.
func (m *matrix) line(row *matrixRow) string {
	line := "| " + row.title() + " |"
	for _, environment := range m.environments {
		line += " " + row.cells[environment].String() + " |"
	}
	return line + "\n"
}
