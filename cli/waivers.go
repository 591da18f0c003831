package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/report"
	"github.com/promocheck/promocheck/check/waiver"
)

// usualMerges is how many steps of the base branch are looked at for what waivers silenced.
const usualMerges = 20

// waiversFlags say whose waivers to list, and how far back to look for what they silenced.
func waiversFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: flagBase, Usage: "`REF` whose waivers count (default: the default branch of the upstream repository)"},
		&cli.StringFlag{Name: flagLast, Usage: fmt.Sprintf("count what they silenced in the last `N` steps of the branch (default: %d)", usualMerges)},
		directoryFlag(),
		configFlag(),
		policyFlag(),
		&cli.StringFlag{Name: flagAt, Usage: "take `TIME` for now, in RFC 3339 (2026-11-27T15:04:05Z)"},
		formatFlag(report.Waivers.Names()),
		stepTimeoutFlag(),
	}
}

// waivers lists them all, and fails where one has ended, or has nothing to do.
func (p Process) waivers(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	steps, err := stepsOf(c)
	if err != nil {
		return 0, err
	}
	if text(c, flagLast) == "" {
		steps.Last = usualMerges
	}
	list, err := shown(p, c, asked, report.Waivers, func(s *check.Session) (*waiver.List, error) { return s.Waivers(c.Context, asked.branch(), steps) })
	if err != nil {
		return 0, err
	}
	if list.Wrong() {
		return ExitFindings, nil
	}
	return ExitClean, nil
}
