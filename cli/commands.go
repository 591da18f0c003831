package cli

import (
	"encoding/json"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/report"
	"github.com/urfave/cli/v2"
)

// check judges a change.
func (p Process) check(c *cli.Context) (int, error) {
	options, err := p.options(c)
	if err != nil {
		return 0, err
	}
	verdict, err := verdictOf(c)
	if err != nil {
		return 0, err
	}
	return p.judge(c, options, verdict)
}

func (p Process) judge(c *cli.Context, options check.Options, verdict verdict) (int, error) {
	if err := discard(verdict.outputs); err != nil {
		return 0, err
	}
	progress, done := p.progress()
	options.Progress = progress
	read, err := check.Read(c.Context, options)
	done()
	if err != nil {
		return 0, err
	}
	defer read.Close()
	findings, err := read.Findings(c.Context)
	if err != nil {
		return 0, err
	}
	err = p.write(verdict.outputs, &report.Report{
		Event:           read.Event,
		Findings:        findings,
		Rules:           read.Rules(),
		FailOn:          verdict.failOn,
		Source:          read.After.ReadFile,
		Notices:         read.Notices,
		Version:         version(),
		TimezoneAssumed: !read.ZoneIsGiven,
	})
	if err != nil {
		return 0, err
	}
	if finding.AnyAtLeast(findings, verdict.failOn) {
		return ExitFindings, nil
	}
	return ExitClean, nil
}

// event prints what the policies are given.
func (p Process) event(c *cli.Context) (int, error) {
	options, err := p.options(c)
	if err != nil {
		return 0, err
	}
	read, err := check.Read(c.Context, options)
	if err != nil {
		return 0, err
	}
	defer read.Close()
	encoder := json.NewEncoder(p.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return ExitClean, encoder.Encode(read.Event)
}
