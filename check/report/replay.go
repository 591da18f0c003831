package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/replay"
)

const (
	noisiest     = 10  // how many of the noisiest findings are told
	maxReplayed  = 20  // how many steps of a kind are shown to a person
	maxOfRule    = 3   // how many findings of one rule, of one step
	maxExample   = 100 // how long the example of a finding may be in a table, in characters
	maxSubjectOf = 90  // how long what a commit says
)

// replayed is a replay as people read it, whatever is written: what came from the repository is still to be escaped.
type replayed struct {
	*replay.Replay
}

// sheet is a table with a heading. The first row names the columns.
type sheet struct {
	heading string
	rows    [][]string
}

// list are steps with a heading, the latest first.
type list struct {
	heading string
	steps   []*replay.Step
}

// title says what is judged, and by what.
func (r replayed) title() string {
	title := fmt.Sprintf("what the last %s of %s would have met with", Count(len(r.Steps), "step"), r.Branch.Name)
	if len(r.Steps) > 0 {
		title += fmt.Sprintf(", %s to %s", r.at(r.Steps[0].Commit.Time, time.DateOnly), r.at(r.Steps[len(r.Steps)-1].Commit.Time, time.DateOnly))
	}
	if r.Short {
		title += " (all that is known)"
	}
	if r.Configuration == "" {
		return title + ", by the rules as they come"
	}
	return title + ", by " + r.Configuration + " as it is now"
}

func (r replayed) at(t time.Time, layout string) string { return t.In(r.Now.Location()).Format(layout) }

// counts are the sums, each with what it is of.
func (r replayed) counts() (of, verdicts [][]string) {
	s := r.Sums()
	row := func(n int, what string) []string { return []string{fmt.Sprint(n), what} }
	of = [][]string{
		row(s.Promotions, fmt.Sprintf("promotions, %d of them into production", s.Production)),
		row(s.Configuration, "with other configuration only"),
		row(s.Steps-s.Promotions-s.Configuration-s.Unjudged, "that deploy nothing differently"),
	}
	verdicts = [][]string{
		row(s.Stopped, fmt.Sprintf("would have been stopped, %d of them undone within a week", s.StoppedUndone)),
		row(s.Passed, fmt.Sprintf("would have been let through, %d of them undone within a week", s.PassedUndone)),
	}
	if s.Softened > 0 {
		verdicts[0][1] += fmt.Sprintf("; of %d a ramp makes no more than warnings for now", s.Softened)
	}
	if s.Unjudged > 0 {
		verdicts = append(verdicts, row(s.Unjudged, "could not be judged"))
	}
	return of, verdicts
}

func (r replayed) lists() []list {
	return []list{
		{"Stopped", r.Stopped()},
		{"Let through, and undone within a week", r.PassedUndone()},
		{"Not judged", r.Unjudged()},
	}
}

func (r replayed) rules() sheet {
	rows := [][]string{{"rule", "stops", "alone", "undone", "errors", "warnings", "notes"}}
	for _, of := range r.ByRule() {
		c := of.Findings
		rows = append(rows, []string{of.Rule, number(of.Stopped), number(of.Alone), number(of.Undone), number(c.Errors), number(c.Warnings), number(c.Notes)})
	}
	return sheet{"What each rule would have done", rows}
}

func (r replayed) noise() sheet {
	rows := [][]string{{"steps", "rule", "where", "the latest"}}
	for _, n := range r.Noisiest(noisiest) {
		rows = append(rows, []string{fmt.Sprint(n.Steps), string(n.Severity) + "[" + n.Rule + "]", whereOf(n), clip(n.Example.Message, maxExample)})
	}
	return sheet{"The noisiest", rows}
}

func whereOf(n replay.Noise) string {
	switch {
	case n.App == "" && n.Environment == "" && n.Example.Location != nil:
		return n.Example.Location.Path
	case n.App == "" || n.App == ".":
		return n.Environment
	case n.Environment == "":
		return n.App
	}
	return n.App + ": " + n.Environment
}

func (r replayed) differences() sheet {
	rows := [][]string{{"setting", "now", "instead", "lets through", "of these undone", "stops besides", "of these undone"}}
	for _, d := range r.Differences() {
		rows = append(rows, []string{
			d.Rule + "." + d.Key, fmt.Sprint(d.Now), fmt.Sprint(d.Instead), number(d.Passes), number(d.PassesUndone), number(d.Stops), number(d.StopsUndone),
		})
	}
	return sheet{"If one thing were set otherwise", rows}
}

const noDifference = "No other setting of one rule would have made a difference."

// number is a number in a table, where none is nothing to look at.
func number(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// when is the time of a step.
func (r replayed) when(s *replay.Step) string { return r.at(s.Commit.Time, "Mon 2006-01-02 15:04") }

// said is who made a step, and what it says.
func said(s *replay.Step) string {
	author, _, _ := strings.Cut(s.Commit.Author, " <")
	return author + ": " + clip(s.Commit.Subject, maxSubjectOf)
}

// undone is how a step was taken back.
func (r replayed) undone(u *replay.Undoing) string {
	how := "went back to what ran before"
	if u.Reverted {
		how = "reverted"
	}
	return fmt.Sprintf("%s by %.7s on %s: %s", how, u.By.OID, r.at(u.By.Time, "Mon 2006-01-02 15:04"), clip(u.By.Subject, maxSubjectOf))
}

// stopping are examples of what stops a step, each rule's together, and how many more there are of that rule.
func (r replayed) stopping(s *replay.Step, each func(f finding.Finding, more int)) {
	for _, of := range s.Stopping(r.FailOn) {
		shown := of[:min(len(of), maxOfRule)]
		for i, f := range shown {
			more := 0
			if i == len(shown)-1 {
				more = len(of) - len(shown)
			}
			each(f, more)
		}
	}
}
