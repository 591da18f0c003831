package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/report"
)

// usualMerges is how many steps of the base branch are looked at for what waivers silenced.
const usualMerges = 20

// waiversFlags say whose waivers to list, and how far back to look for what they silenced.
func waiversFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: flagBase, Usage: "`REF` whose waivers count (default: the default branch of the upstream repository)"},
		&cli.StringFlag{Name: flagLast, Usage: fmt.Sprintf("count what they silenced in the last `N` steps of the branch (default: %d)", usualMerges)},
		directoryFlag(),
		&cli.StringFlag{Name: flagConfig, Usage: "use this configuration `FILE`, relative to -C, instead of the one at base"},
		policyFlag(),
		&cli.StringFlag{Name: flagAt, Usage: "take `TIME` for now, in RFC 3339 (2026-11-27T15:04:05Z)"},
		&cli.StringFlag{Name: flagFormat, Usage: "write as `FORMAT`: " + strings.Join(report.Waivers.Names(), ", ") + " (default: text)"},
		&cli.StringFlag{Name: flagTimeout, Usage: "give a step up after this `TIME`, as in 90s or 5m; 0 for never (default: 2m)"},
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
	write, err := report.Waivers.Find(cmp.Or(text(c, flagFormat), "text"))
	if err != nil {
		return 0, err
	}
	session, err := check.Open(c.Context, asked.Options)
	if err != nil {
		return 0, err
	}
	defer session.Close()
	list, err := session.Waivers(c.Context, refs.Request{Base: asked.Base, Into: asked.Into, Default: asked.Default}, steps)
	if err != nil {
		return 0, err
	}
	if err := write(p.Stdout, list, report.Options{}); err != nil {
		return 0, err
	}
	if list.Wrong() {
		return ExitFindings, nil
	}
	return ExitClean, nil
}
