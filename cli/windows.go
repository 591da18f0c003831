package cli

import (
	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/outlook"
	"github.com/promocheck/promocheck/check/report"
	"github.com/urfave/cli/v2"
)

// windowsFlags say which configuration is looked at, and when.
func windowsFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: flagBase, Usage: "`REF` whose windows count (default: HEAD)"},
		directoryFlag(),
		configFlag(),
		policyFlag(),
		&cli.StringFlag{Name: flagAt, Usage: "show the week from `TIME` on, in RFC 3339 (2026-11-27T15:04:05Z)"},
		formatFlag(report.Weeks.Names()),
		&cli.StringFlag{Name: flagFailOn, Usage: "closed is what has a finding of this `SEVERITY`, and from warning on exit 1 for a mistake (default: error)"},
		timeoutFlag(),
	}
}

// windows shows when changes may go in, in the coming week, and what is wrong with the windows.
func (p Process) windows(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	failOn, err := failOn(c)
	if err != nil {
		return 0, err
	}
	week, err := shown(p, c, asked, report.Weeks, func(s *check.Session) (*outlook.Week, error) { return s.Week(c.Context, asked.Request, failOn) })
	if err != nil {
		return 0, err
	}
	if len(week.Mistakes) > 0 && evaluate.Warning.AtLeast(failOn) {
		return ExitFindings, nil
	}
	return ExitClean, nil
}
