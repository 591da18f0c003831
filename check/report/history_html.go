package report

import (
	"cmp"
	_ "embed" // for the page
	"fmt"
	"hash/fnv"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check/history"
)

//go:embed history.html
var historyPage string

// maxBars is how many stays of one artifact are drawn, so that a page stays one that a browser can show.
const maxBars = 2000

// HistoryHTML draws a history as a timeline: one self-contained page, which fetches nothing and runs
// nothing.
func HistoryHTML(w io.Writer, c *history.Chronicle, _ Options) error {
	page, err := template.New("history").Parse(historyPage)
	if err != nil {
		return fmt.Errorf("the page of a history: %w", err)
	}
	var b strings.Builder
	if err := page.Execute(&b, pageOf(c)); err != nil {
		return err
	}
	_, err = io.WriteString(w, withoutServiceMessages(b.String(), "&#35;"))
	return err
}

// What the page shows, with everything that came from the repository as it is safe to see; the template
// escapes it for where it stands.
type (
	pastPage struct {
		Branch, Reach, Now string
		Charts             []chart
	}
	chart struct {
		App, Artifact string
		Ticks         []tick
		Lanes         []lane
		Rows          []pastRow
		More          int
	}
	tick struct {
		At    template.CSS
		Label string
	}
	lane struct {
		Place string
		Bars  []bar

		from time.Time // of the oldest bar
	}
	bar struct {
		Position    template.CSS
		Hue         int
		Label, Tell string
	}
	pastRow struct {
		Version, Place, Since, Until, Stayed, Commit, Author, Subject string
		Hue                                                           int
	}
)

func pageOf(c *history.Chronicle) pastPage {
	page := pastPage{Branch: Escape(branches(c)), Reach: reach(c), Now: c.Now.Format("Monday 2006-01-02 15:04 MST")}
	for _, app := range c.Apps {
		for start := 0; start < len(app.Records); {
			end := sameArtifact(app.Records, start)
			page.Charts = append(page.Charts, chartOf(c, app.App, app.Records[start:end]))
			start = end
		}
	}
	return page
}

func chartOf(c *history.Chronicle, app string, records []history.Record) chart {
	t := &pastText{Chronicle: c}
	drawn := chart{App: Escape(appName(app)), Artifact: artifactText(records[0].Artifact)}
	if drawn.More = len(records) - maxBars; drawn.More > 0 {
		records = records[:maxBars]
	}
	from := c.Now
	for _, r := range records {
		if r.Seen.Before(from) {
			from = r.Seen
		}
	}
	scale := timescale{from, c.Now}
	lanes := map[string][]*lane{}
	for _, r := range records {
		until := r.Until
		if until.IsZero() {
			until = c.Now
		}
		row := pastRow{
			Version: Escape(versionText(r.Version)), Place: Escape(place(r)), Since: t.since(r), Stayed: inWords(r.Lasted(c.Now)) + t.ran(r),
			Commit: fmt.Sprintf("%.7s", r.By.OID), Author: Escape(r.By.Author), Subject: Escape(r.By.Subject), Hue: hue(r.Version.String()),
		}
		if !r.Until.IsZero() {
			row.Until = t.moment(r.Until)
		}
		drawn.Rows = append(drawn.Rows, row)
		free := freeLane(lanes, row.Place, until)
		free.from = r.Seen
		free.Bars = append(free.Bars, bar{
			Position: scale.span(r.Seen, until), Hue: row.Hue, Label: row.Version,
			Tell: fmt.Sprintf("%s in %s\nsince %s, for %s\n%s %s: %s", row.Version, row.Place, row.Since, t.stayed(r), row.Commit, row.Author, row.Subject),
		})
	}
	order := slices.Collect(maps.Keys(lanes))
	step := func(at string) int {
		environment, _, _ := strings.Cut(at, "/")
		return slices.Index(c.Path, environment)
	}
	slices.SortFunc(order, func(a, b string) int { return cmp.Or(cmp.Compare(step(a), step(b)), cmp.Compare(a, b)) })
	for _, at := range order {
		for _, l := range lanes[at] {
			drawn.Lanes = append(drawn.Lanes, *l)
		}
	}
	drawn.Ticks = scale.ticks()
	return drawn
}

// freeLane finds a lane of a place on which nothing is drawn before a time. A place that ran two versions at
// once has more than one. Bars come the newest first.
func freeLane(lanes map[string][]*lane, at string, until time.Time) *lane {
	for _, l := range lanes[at] {
		if !until.After(l.from) {
			return l
		}
	}
	l := &lane{Place: at}
	lanes[at] = append(lanes[at], l)
	return l
}

// timescale maps times to places from left to right.
type timescale struct{ from, to time.Time }

func (s timescale) percent(at time.Time) float64 {
	if !s.to.After(s.from) {
		return 0
	}
	return 100 * float64(at.Sub(s.from)) / float64(s.to.Sub(s.from))
}

func (s timescale) span(from, to time.Time) template.CSS {
	return template.CSS(fmt.Sprintf("left:%.3f%%;width:%.3f%%", s.percent(from), s.percent(to)-s.percent(from))) //nolint:gosec // two numbers
}

// ticks are the beginnings of days, months or years, whichever are few enough to be read.
func (s timescale) ticks() []tick {
	const most = 9
	steps := []struct {
		years, months, days int
		layout              string
	}{{0, 0, 1, "2 Jan"}, {0, 0, 7, "2 Jan"}, {0, 1, 0, "Jan 2006"}, {0, 3, 0, "Jan 2006"}, {1, 0, 0, "2006"}, {5, 0, 0, "2006"}}
	from := s.from.In(s.to.Location())
	for _, step := range steps {
		at := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, from.Location())
		switch {
		case step.years > 0:
			at = time.Date(from.Year(), time.January, 1, 0, 0, 0, 0, from.Location())
		case step.months > 0:
			at = time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, from.Location())
		}
		var ticks []tick
		for ; !at.After(s.to) && len(ticks) <= most; at = at.AddDate(step.years, step.months, step.days) {
			if !at.Before(from) {
				ticks = append(ticks, tick{template.CSS(fmt.Sprintf("left:%.3f%%", s.percent(at))), at.Format(step.layout)}) //nolint:gosec // a number
			}
		}
		if len(ticks) <= most {
			return ticks
		}
	}
	return nil
}

// hue gives each version a colour of its own, the same on every page, in degrees.
func hue(version string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(version)) // never fails
	return int(h.Sum32() % 360)
}
