package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/replay"
	"github.com/promocheck/promocheck/check/report"
)

const (
	flagLast  = "last"
	flagSince = "since"

	usualSteps = 200
)

// replayFlags say how much of the past is judged, and by what.
func replayFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: flagBase, Usage: "`REF` of the branch that is deployed (default: the default branch of the upstream repository)"},
		&cli.StringFlag{Name: flagLast, Usage: fmt.Sprintf("judge the last `N` steps of the branch (default: %d)", usualSteps)},
		&cli.StringFlag{Name: flagSince, Usage: "judge those since `DATE`: 2026-11-01, which begins in the zone that is configured, or a time in RFC 3339"},
		directoryFlag(),
		&cli.StringFlag{Name: flagConfig, Usage: "judge by this configuration `FILE`, relative to -C, instead of the one at base"},
		policyFlag(),
		&cli.StringFlag{Name: flagAt, Usage: "take `TIME` for now, in RFC 3339 (2026-11-27T15:04:05Z)"},
		formatFlag(report.Replays.Names()),
		&cli.StringFlag{Name: flagFailOn, Usage: "stopped is what has a finding of this `SEVERITY`: error, warning, note (default: error)"},
		stepTimeoutFlag(),
	}
}

// replay judges each step that the base branch has made.
func (p Process) replay(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	steps, err := stepsOf(c)
	if err != nil {
		return 0, err
	}
	progress, done := p.stepProgress()
	steps.Progress = progress
	_, err = shown(p, c, asked, report.Replays, func(s *check.Session) (*replay.Replay, error) {
		defer done()
		return s.Replay(c.Context, asked.branch(), steps)
	})
	return ExitClean, err
}

// stepsOf reads the flags that say which steps are judged, and within what bounds each.
func stepsOf(c *cli.Context) (check.Steps, error) {
	var steps check.Steps
	var err error
	if steps.FailOn, err = failOn(c); err != nil {
		return steps, err
	}
	last, since := text(c, flagLast), text(c, flagSince)
	switch {
	case last == "" && since == "":
		steps.Last = usualSteps
	case last != "":
		if steps.Last, err = strconv.Atoi(last); err != nil || steps.Last < 1 {
			return steps, usage(fmt.Sprintf("--last is %q, which is no number of steps", last), "write it like 200")
		}
	}
	if since != "" {
		if steps.Since, steps.SinceDay, err = sinceTime(since); err != nil {
			return steps, usage(fmt.Sprintf("--since is %q, which is no date", since), "write it like 2026-11-27, or 2026-11-27T15:04:05Z")
		}
	}
	limit, err := timeout(c)
	if err != nil {
		return steps, err
	}
	steps.Within = func(ctx context.Context, judge func(context.Context) error) error {
		how, err := within(ctx, limit, judge)
		if how == stopped {
			return &check.Exceeded{Err: err}
		}
		return err
	}
	return steps, nil
}

// sinceTime reads a day, or a time.
func sinceTime(text string) (since time.Time, isDay bool, err error) {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, true, nil
	}
	since, err = time.Parse(time.RFC3339, text)
	return since, false, err
}

// stepProgress tells a person at a terminal how many steps are done. done takes the line away again.
func (p Process) stepProgress() (tell func(done, all int), done func()) {
	file, ok := p.terminal(p.Stderr)
	if !ok {
		return nil, func() {}
	}
	tell = func(done, all int) { fmt.Fprintf(file, "\r\x1b[Kjudging step %d of %d", done+1, all) }
	return tell, func() { _, _ = io.WriteString(file, "\r\x1b[K") }
}
