package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/report"
)

// historyFlags say whose past to show, and how.
func historyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: flagBase, Usage: "`REF` of the branch that is deployed (default: the default branch of the upstream repository)"},
		directoryFlag(),
		configFlag(),
		&cli.StringFlag{Name: flagAt, Usage: "count as if it were `TIME`, in RFC 3339 (2026-11-27T15:04:05Z)"},
		formatFlag(report.Histories.Names()),
		timeoutFlag(),
	}
}

// history shows which version was where, since when and by whom.
func (p Process) history(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	if c.NArg() > 1 {
		return 0, usage(fmt.Sprintf("%q is an argument too many", c.Args().Get(1)), "one app at a time: promocheck history shop")
	}
	progress, done := p.progress()
	asked.Progress = progress
	_, err = shown(p, c, asked, report.Histories, func(s *check.Session) (*history.Chronicle, error) {
		defer done()
		return s.History(c.Context, asked.branch(), c.Args().First())
	})
	return ExitClean, err
}

// progress tells a person at a terminal that a walk through history takes longer than a moment. done takes
// the line away again.
func (p Process) progress() (tell func(app string, done, all int), done func()) {
	file, ok := p.terminal(p.Stderr)
	if !ok {
		return nil, func() {}
	}
	begun, told := p.Now(), false
	tell = func(app string, done, all int) {
		if p.Now().Sub(begun) > time.Second {
			told = true
			fmt.Fprintf(file, "\r\x1b[Klooking into the history of %s: %d of %d commits", report.Escape(app), done, all)
		}
	}
	return tell, func() {
		if told {
			_, _ = io.WriteString(file, "\r\x1b[K")
		}
	}
}
