package report

import (
	_ "embed" // for the page
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/replay"
)

//go:embed replay.html
var replayPage string

// maxPage is how many steps of a kind a page shows, so that it stays one that a browser can show.
const maxPage = 2000

// ReplayHTML writes a replay as one self-contained page, which fetches nothing and runs nothing.
func ReplayHTML(w io.Writer, r *replay.Replay, _ Options) error {
	page, err := template.New("replay").Parse(replayPage)
	if err != nil {
		return fmt.Errorf("the page of a replay: %w", err)
	}
	var b strings.Builder
	if err := page.Execute(&b, pageOfReplay(replayed{r})); err != nil {
		return err
	}
	_, err = io.WriteString(w, withoutServiceMessages(b.String(), "&#35;"))
	return err
}

// What the page shows, with everything that came from the repository as it is safe to see; the template escapes it for
// where it stands.
type (
	replayedPage struct {
		Title, NoDifference string
		Of, Verdicts        [][]string
		Sheets              []pageSheet
		Lists               []pageList
	}
	pageSheet struct {
		Heading string
		Columns []string
		Rows    [][]string
	}
	pageList struct {
		Heading string
		Steps   []pageStep
		More    int
	}
	pageStep struct {
		When, Commit, Said, Unjudged, Undone string
		Findings                             []pageFinding
	}
	pageFinding struct {
		Rule, Message string
		More          int
	}
)

func pageOfReplay(r replayed) replayedPage {
	page := replayedPage{Title: Fold(r.title())}
	page.Of, page.Verdicts = r.counts()
	for _, s := range []sheet{r.differences(), r.rules(), r.noise()} {
		if len(s.rows) > 1 {
			page.Sheets = append(page.Sheets, pageSheetOf(s))
		}
	}
	if len(r.Differences()) == 0 {
		page.NoDifference = noDifference
	}
	for _, l := range r.lists() {
		if len(l.steps) > 0 {
			page.Lists = append(page.Lists, pageListOf(r, l))
		}
	}
	return page
}

func pageSheetOf(s sheet) pageSheet {
	of := pageSheet{Heading: s.heading, Columns: s.rows[0]}
	for _, row := range s.rows[1:] {
		cells := make([]string, 0, len(row))
		for _, cell := range row {
			cells = append(cells, sentence(cell))
		}
		of.Rows = append(of.Rows, cells)
	}
	return of
}

func pageListOf(r replayed, l list) pageList {
	of := pageList{Heading: l.heading, More: max(0, len(l.steps)-maxPage)}
	for _, s := range l.steps[:min(len(l.steps), maxPage)] {
		step := pageStep{When: r.when(s), Commit: fmt.Sprintf("%.7s", s.Commit.OID), Said: sentence(said(s))}
		if s.Unjudged != nil {
			step.Unjudged = sentence(s.Unjudged.Error())
		}
		if s.Undone != nil {
			step.Undone = sentence(r.undone(s.Undone))
		}
		r.stopping(s, func(f finding.Finding, more int) {
			step.Findings = append(step.Findings, pageFinding{name(f.Rule), sentence(briefly(f.Message)), more})
		})
		of.Steps = append(of.Steps, step)
	}
	return of
}
