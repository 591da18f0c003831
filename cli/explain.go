package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/report"
	"github.com/promocheck/promocheck/check/spelling"
)

// rulesFlags say whose rules to show, and how.
func rulesFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: flagBase, Usage: "`REF` whose rules count (default: HEAD)"},
		directoryFlag(),
		configFlag(),
		policyFlag(),
		&cli.StringFlag{Name: flagAt, Usage: "show what holds at `TIME`, in RFC 3339 (2026-11-27T15:04:05Z)"},
		formatFlag(report.Rulebooks.Names()),
		timeoutFlag(),
	}
}

// rules shows which rules are on, and as what.
func (p Process) rules(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	_, err = shown(p, c, asked, report.Rulebooks, func(s *check.Session) (*report.Rulebook, error) {
		ruled, err := s.Rules(c.Context, asked.Request)
		if err != nil {
			return nil, err
		}
		return &report.Rulebook{Base: ruled.Base, Rules: ruled.Rules, Ramps: ruled.Ramps}, nil
	})
	return ExitClean, err
}

func explainFlags() []cli.Flag {
	return append(compareFlags(), pastReportFlag("explain"))
}

// explain says of a rule, or of a finding, what it is about.
func (p Process) explain(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	what := c.Args().First()
	switch {
	case c.NArg() != 1:
		return 0, usage("explain needs the name of a rule, or the first digits of a finding's fingerprint", "for example: promocheck explain friday-push")
	case fingerprint.MatchString(what):
		return ExitClean, p.explainFinding(c, asked, what)
	}
	rules, err := p.rulesOf(c, asked)
	if err != nil {
		return 0, err
	}
	var known []string
	for _, rule := range rules {
		if rule.ID == what {
			return ExitClean, report.ExplainRule(p.Stdout, rule)
		}
		known = append(known, rule.ID)
	}
	return 0, usage(fmt.Sprintf("there is no rule %q%s", what, spelling.Suggest(what, known)), "promocheck rules lists them")
}

// rulesOf are the rules that count, or outside of a repository the bundled ones.
func (p Process) rulesOf(c *cli.Context, asked asked) ([]evaluate.Ruling, error) {
	session, err := check.Open(c.Context, asked.Options)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	ruled, err := session.Rules(c.Context, asked.Request)
	if errors.Is(err, git.ErrNoRepository) && asked.Dir == "" {
		return check.BundledRules()
	}
	if err != nil {
		return nil, err
	}
	return ruled.Rules, nil
}

func (p Process) explainFinding(c *cli.Context, asked asked, prefix string) error {
	named, err := p.named(c, asked, prefix)
	if err != nil {
		return err
	}
	defer named.session.Close()
	read, found := named.read, named.finding()
	parts, err := read.Read(c.Context, found)
	if err != nil {
		return err
	}
	rules := read.Rulings()
	return report.ExplainFinding(p.Stdout, &report.Explanation{
		Report:  &report.Report{Event: read.Event, Findings: named.findings, Source: read.After.ReadFile},
		Finding: found,
		Rule:    rules[slices.IndexFunc(rules, func(r evaluate.Ruling) bool { return r.ID == found.Rule })],
		Read:    parts,
	}, report.Options{Colour: p.colour()})
}
