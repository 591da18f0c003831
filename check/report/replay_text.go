package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/replay"
)

// How many steps of a kind are shown to a person.
const maxReplayed = 20

// ReplayText writes a replay for a person at a terminal: what would have been stopped by what, and which setting would
// have made a difference.
func ReplayText(w io.Writer, r *replay.Replay, o Options) error {
	t := &replayText{pastText: pastText{text: text{palette: newPalette(o.Colour)}}, Replay: r}
	t.header()
	t.sums()
	t.rules()
	t.steps("Stopped", t.Stopped())
	t.steps("Let through, and undone within a week", t.PassedUndone())
	t.steps("Not judged", t.Unjudged())
	t.noise()
	t.differences()
	_, err := w.Write(t.out.Bytes())
	return err
}

// replayText is text about a replay.
type replayText struct {
	pastText
	*replay.Replay
}

func (t *replayText) header() {
	t.line(0, "%s  %s", t.palette.strong("promocheck"), replayTitle(t.Replay))
}

// replayTitle says what is judged, and by what.
func replayTitle(r *replay.Replay) string {
	title := fmt.Sprintf("what the last %s of %s would have met with", count(len(r.Steps), "step"), name(r.Branch.Name))
	if len(r.Steps) > 0 {
		title += fmt.Sprintf(", %s to %s", dayOf(r, r.Steps[0]), dayOf(r, r.Steps[len(r.Steps)-1]))
	}
	if r.Short {
		title += " (all that is known)"
	}
	by := "by the rules as they come"
	if r.Configuration != "" {
		by = "by " + pathText(r.Configuration) + " as it is now"
	}
	return title + ", " + by
}

func dayOf(r *replay.Replay, s *replay.Step) string {
	return s.Commit.Time.In(r.Now.Location()).Format(time.DateOnly)
}

func (t *replayText) heading(text string) {
	t.line(0, "")
	t.line(0, "%s", t.palette.strong(text))
}

func (t *replayText) sums() {
	s := t.Sums()
	t.line(0, "")
	t.columns([][]string{
		{fmt.Sprint(s.Promotions), "promotions, " + fmt.Sprint(s.Production) + " of them into production"},
		{fmt.Sprint(s.Configuration), "with other configuration only"},
		{fmt.Sprint(s.Steps - s.Promotions - s.Configuration - s.Unjudged), "that deploy nothing differently"},
	})
	t.line(0, "")
	rows := [][]string{
		{fmt.Sprint(s.Stopped), "would have been stopped" + undoneText(s.StoppedUndone)},
		{fmt.Sprint(s.Passed), "would have been let through" + undoneText(s.PassedUndone)},
	}
	if s.Softened > 0 {
		rows[0][1] += fmt.Sprintf("; of %d a ramp makes no more than warnings for now", s.Softened)
	}
	if s.Unjudged > 0 {
		rows = append(rows, []string{fmt.Sprint(s.Unjudged), "could not be judged"})
	}
	t.columns(rows)
}

func undoneText(n int) string {
	return fmt.Sprintf(", %d of them undone within a week", n)
}

func (t *replayText) rules() {
	rules := t.ByRule()
	if len(rules) == 0 {
		return
	}
	t.heading("What each rule would have done")
	rows := [][]string{{"rule", "stops", "alone", "undone", "errors", "warnings", "notes"}}
	for _, of := range rules {
		c := of.Findings
		rows = append(rows, []string{name(of.Rule), number(of.Stopped), number(of.Alone), number(of.Undone), number(c.Errors), number(c.Warnings), number(c.Notes)})
	}
	t.columns(rows)
}

// number is a number in a table, where none is nothing to look at.
func number(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// steps lists steps, the latest first.
func (t *replayText) steps(heading string, steps []*replay.Step) {
	if len(steps) == 0 {
		return
	}
	t.heading(heading)
	for i, s := range steps[:min(len(steps), maxReplayed)] {
		if i > 0 && len(s.Findings) > 0 {
			t.line(0, "")
		}
		author, _, _ := strings.Cut(s.Commit.Author, " <")
		t.line(2, "%s  %.7s  %s: %s", s.Commit.Time.In(t.Now.Location()).Format("Mon 2006-01-02 15:04"), s.Commit.OID, name(author), name(s.Commit.Subject))
		if s.Unjudged != nil {
			t.line(4, "%s", sentence(s.Unjudged.Error()))
		}
		t.stopping(s)
		if s.Undone != nil {
			t.line(4, "%s", undoingText(t.Replay, s.Undone))
		}
	}
	if more := len(steps) - maxReplayed; more > 0 {
		t.line(2, "%s", t.palette.faint(fmt.Sprintf("and %d more: --format json has all", more)))
	}
}

// stopping lists what stops a step, each rule's findings by an example.
func (t *replayText) stopping(s *replay.Step) {
	const most = 3
	for _, of := range s.Stopping(t.FailOn) {
		for _, f := range of[:min(len(of), most)] {
			t.line(4, "%s  %s", t.palette.of(f)(name(f.Rule)), sentence(f.Message))
		}
		if more := len(of) - most; more > 0 {
			t.line(4, "%s", t.palette.faint(fmt.Sprintf("%s  and %d more", name(of[0].Rule), more)))
		}
	}
}

// undoingText says how a step was taken back.
func undoingText(r *replay.Replay, u *replay.Undoing) string {
	how := "went back to what ran before"
	if u.Reverted {
		how = "reverted"
	}
	return fmt.Sprintf("%s by %.7s on %s: %s", how, u.By.OID, u.By.Time.In(r.Now.Location()).Format("Mon 2006-01-02 15:04"), name(u.By.Subject))
}

func (t *replayText) noise() {
	noise := t.Noisiest(noisiest)
	if len(noise) == 0 {
		return
	}
	t.heading("The noisiest")
	rows := [][]string{{"steps", "rule", "where", "the latest"}}
	for _, n := range noise {
		where := namesText(n.App, name(n.Environment))
		if where == "" {
			where = placeText(n.Example)
		}
		rows = append(rows, []string{fmt.Sprint(n.Steps), name(string(n.Severity)) + "[" + name(n.Rule) + "]", where, clip(sentence(n.Example.Message), maxExample)})
	}
	t.columns(rows)
}

// maxExample is how long the example of a finding may be in a table.
const maxExample = 100

func placeText(f finding.Finding) string {
	if f.Location == nil {
		return ""
	}
	return pathText(f.Location.Path)
}

func (t *replayText) differences() {
	differences := t.Differences()
	if len(differences) == 0 {
		t.line(0, "")
		t.line(0, "No other setting of one rule would have made a difference.")
		return
	}
	t.heading("If one thing were set otherwise")
	rows := [][]string{{"setting", "now", "instead", "lets through", "of these undone", "stops besides", "of these undone"}}
	for _, d := range differences {
		rows = append(rows, []string{
			name(d.Rule + "." + d.Key), name(fmt.Sprint(d.Now)), name(fmt.Sprint(d.Instead)), number(d.Passes), number(d.PassesUndone), number(d.Stops), number(d.StopsUndone),
		})
	}
	t.columns(rows)
}
