package report

import (
	"fmt"
	"io"

	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/replay"
)

// ReplayText writes a replay for a person at a terminal: what would have been stopped by what, and which setting would
// have made a difference.
func ReplayText(w io.Writer, r *replay.Replay, o Options) error {
	t := &replayText{pastText: pastText{text: text{palette: newPalette(o.Colour)}}, replayed: replayed{r}}
	t.line(0, "%s  %s", t.palette.strong("promocheck"), sentence(t.title()))
	of, verdicts := t.counts()
	t.line(0, "")
	t.columns(of)
	t.line(0, "")
	t.columns(verdicts)
	t.sheet(t.rules(), "")
	for _, l := range t.lists() {
		t.list(l)
	}
	t.sheet(t.noise(), "")
	t.sheet(t.differences(), noDifference)
	_, err := w.Write(t.out.Bytes())
	return err
}

// replayText is text about a replay.
type replayText struct {
	pastText
	replayed
}

// sheet writes a table, or what to say where it has no rows.
func (t *replayText) sheet(s sheet, none string) {
	if len(s.rows) == 1 {
		if none != "" {
			t.line(0, "")
			t.line(0, "%s", none)
		}
		return
	}
	rows := make([][]string, 0, len(s.rows))
	for _, row := range s.rows {
		cells := make([]string, 0, len(row))
		for _, cell := range row {
			cells = append(cells, name(Fold(cell)))
		}
		rows = append(rows, cells)
	}
	t.line(0, "")
	t.line(0, "%s", t.palette.strong(s.heading))
	t.columns(rows)
}

func (t *replayText) list(l list) {
	if len(l.steps) == 0 {
		return
	}
	t.line(0, "")
	t.line(0, "%s", t.palette.strong(l.heading))
	for i, s := range l.steps[:min(len(l.steps), maxReplayed)] {
		if i > 0 {
			t.line(0, "")
		}
		t.line(2, "%s  %.7s  %s", t.when(s), s.Commit.OID, sentence(said(s)))
		if s.Unjudged != nil {
			t.line(4, "%s", sentence(s.Unjudged.Error()))
		}
		t.stopping(s, func(f finding.Finding, more int) {
			t.line(4, "%s  %s", t.palette.of(f)(name(f.Rule)), sentence(briefly(f.Message)))
			if more > 0 {
				t.line(4, "%s", t.palette.faint(fmt.Sprintf("%s  and %d more", name(f.Rule), more)))
			}
		})
		if s.Undone != nil {
			t.line(4, "%s", sentence(t.undone(s.Undone)))
		}
	}
	if more := len(l.steps) - maxReplayed; more > 0 {
		t.line(2, "%s", t.palette.faint(fmt.Sprintf("and %d more: --format json has all", more)))
	}
}
