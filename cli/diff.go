package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/differ"
	"github.com/promocheck/promocheck/check/report"
)

// diffFlags say which tree is looked at, and how to show it.
func diffFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: flagHead, Usage: "`REF` that is looked at (default: HEAD)"},
		&cli.BoolFlag{Name: flagStaged, Usage: "look at what is staged"},
		directoryFlag(),
		configFlag(),
		formatFlag(report.Diffs.Names()),
		timeoutFlag(),
	}
}

// diff shows what an app is given otherwise in one environment than in another.
func (p Process) diff(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	const example = "for example: promocheck diff shop staging prod"
	switch words := c.Args().Slice(); {
	case len(words) < 3:
		return 0, usage("diff takes an app and two environments", example)
	case len(words) > 3:
		return 0, usage(fmt.Sprintf("%q is an argument too many", words[3]), example)
	}
	_, err = shown(p, c, asked, report.Diffs, func(s *check.Session) (*differ.Diff, error) {
		return s.Diff(c.Context, asked.Request, c.Args().Get(0), c.Args().Get(1), c.Args().Get(2))
	})
	return ExitClean, err
}
