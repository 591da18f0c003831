package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/clipperhouse/displaywidth"

	"github.com/promocheck/promocheck/check/history"
)

// maxRecords is how many stays of one artifact are shown to a person.
const maxRecords = 25

// HistoryText writes a history for a person at a terminal: for each app a table, the newest stay first.
func HistoryText(w io.Writer, c *history.Chronicle, o Options) error {
	t := &pastText{Chronicle: c, text: text{palette: newPalette(o.Colour)}}
	t.line(0, "%s  history of %s, %s, at %s", t.palette.strong("promocheck"), name(branches(c)), reach(c), c.Now.Format("Monday 2006-01-02 15:04 ")+c.Now.Location().String())
	for _, app := range c.Apps {
		t.app(app)
	}
	if len(c.Apps) == 0 {
		t.line(0, "")
		t.line(0, "No app was found: nothing in the repository is an overlay of an environment.")
	}
	_, err := w.Write(t.out.Bytes())
	return err
}

// branches are the branch whose history it is, or those of the environments.
func branches(c *history.Chronicle) string {
	if len(c.Branches) == 0 {
		return c.Branch.Name
	}
	return strings.Join(c.Branches, ", ")
}

// pastText is text about the past.
type pastText struct {
	text
	*history.Chronicle
}

// reach says how far back a history is known.
func reach(c *history.Chronicle) string {
	commits := Count(c.Commits, "commit")
	switch {
	case c.Commits == 0:
		return "which has no commits"
	case c.Whole:
		return commits
	case c.Shallow:
		return commits + " back to " + c.Oldest.Time.Format(time.DateOnly) + " (the clone is shallow)"
	}
	return commits + " back to " + c.Oldest.Time.Format(time.DateOnly)
}

func (t *pastText) app(app history.AppRecords) {
	for start := 0; start < len(app.Records); {
		end := sameArtifact(app.Records, start)
		t.line(0, "")
		t.line(0, "%s", t.palette.strong(name(appName(app.App))+"  "+artifactText(app.Records[start].Artifact)))
		var rows [][]string
		for _, r := range app.Records[start:min(end, start+maxRecords)] {
			rows = append(rows, []string{
				t.since(r), name(versionText(r.Version)), name(place(r)), t.stayed(r), t.by(r),
			})
		}
		t.columns(rows)
		if more := end - start - maxRecords; more > 0 {
			t.line(2, "%s", t.palette.faint(fmt.Sprintf("and %d more: --format json has all", more)))
		}
		start = end
	}
}

// sameArtifact is where the records that are of the same artifact as the first end.
func sameArtifact(records []history.Record, first int) int {
	end := first
	for end < len(records) && records[end].Artifact == records[first].Artifact {
		end++
	}
	return end
}

// appName calls the app at the repository's top something.
func appName(app string) string {
	if app == "." {
		return "(the repository)"
	}
	return app
}

// columns writes rows, each column as wide as its widest cell.
func (t *text) columns(rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], displaywidth.String(cell))
		}
	}
	for _, row := range rows {
		var b bytes.Buffer
		for i, cell := range row {
			b.WriteString(cell + strings.Repeat(" ", widths[i]-displaywidth.String(cell)+2))
		}
		t.line(2, "%s", b.String())
	}
}

func (t *pastText) since(r history.Record) string {
	if !r.Known() {
		return "before " + t.moment(r.Seen)
	}
	return t.moment(r.Since)
}

func (t *pastText) moment(at time.Time) string {
	return at.In(t.Now.Location()).Format("2006-01-02 15:04")
}

// place names an environment, with the targets where it is not all of them.
func place(r history.Record) string {
	if r.Everywhere {
		return r.Environment
	}
	const most = 3
	targets := r.Targets
	if len(targets) > most {
		return fmt.Sprintf("%s/%s and %d more", r.Environment, strings.Join(targets[:most], ","), len(targets)-most)
	}
	return r.Environment + "/" + strings.Join(targets, ",")
}

func (t *pastText) stayed(r history.Record) string {
	text := inWords(r.Lasted(t.Now))
	if !r.Known() {
		text = "at least " + text
	}
	if r.Until.IsZero() {
		text += ", still there"
	}
	return text + t.ran(r)
}

// ran says since when a version could run that could not for all of its stay.
func (t *pastText) ran(r history.Record) string {
	switch {
	case r.Ran.Equal(r.Seen):
		return ""
	case !r.Ran.IsZero():
		return ", could run since " + t.moment(r.Ran)
	case r.Until.IsZero():
		return ", could not run yet"
	}
	return ", never ran"
}

func (t *pastText) by(r history.Record) string {
	if !r.Known() {
		return "(not known)"
	}
	author, _, _ := strings.Cut(r.By.Author, " <")
	return fmt.Sprintf("%.7s  %s: %s", r.By.OID, name(author), name(r.By.Subject))
}

// inWords writes a duration by its two largest units, cut off.
func inWords(d time.Duration) string {
	const day = 24 * time.Hour
	units := []struct {
		unit time.Duration
		one  string
		many string
	}{{day, "day", "days"}, {time.Hour, "h", "h"}, {time.Minute, "min", "min"}, {time.Second, "s", "s"}}
	var words []string
	for _, u := range units {
		n := int64(d / u.unit)
		d %= u.unit
		switch {
		case n == 1:
			words = append(words, "1 "+u.one)
		case n > 1:
			words = append(words, fmt.Sprintf("%d %s", n, u.many))
		}
		if len(words) == 2 {
			break
		}
	}
	if len(words) == 0 {
		return "no time"
	}
	return strings.Join(words, " ")
}
