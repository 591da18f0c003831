package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/report"
	"github.com/urfave/cli/v2"
)

// check judges a change.
func (p Process) check(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	verdict, err := verdictOf(c)
	if err != nil {
		return 0, err
	}
	return p.judge(c, asked, verdict)
}

func (p Process) judge(c *cli.Context, asked asked, verdict verdict) (int, error) {
	if err := discard(verdict.outputs); err != nil {
		return 0, err
	}
	session, read, err := p.read(c, asked)
	if err != nil {
		return 0, err
	}
	defer session.Close()
	findings, err := read.Findings(c.Context)
	if err != nil {
		return 0, err
	}
	outlook, err := read.Outlook(c.Context, findings, verdict.failOn)
	if err != nil {
		return 0, err
	}
	err = p.write(verdict.outputs, &report.Report{
		Event:           read.Event,
		Findings:        findings,
		Rules:           read.Rules(),
		FailOn:          verdict.failOn,
		Source:          read.After.ReadFile,
		Notices:         append(p.found(asked.Request, read), read.Notices...),
		Version:         version(),
		Opens:           outlook.Opens,
		ValidUntil:      outlook.ValidUntil,
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

// read opens the repository and reads a change of it. The session is the caller's to close.
func (p Process) read(c *cli.Context, asked asked) (*check.Session, *check.Check, error) {
	progress, done := p.progress()
	asked.Progress = progress
	session, err := check.Open(c.Context, asked.Options)
	if err != nil {
		return nil, nil, err
	}
	read, err := session.Check(c.Context, asked.Request)
	done()
	if err != nil {
		return nil, nil, errors.Join(err, session.Close())
	}
	return session, read, nil
}

// found says where the base comes from that nobody gave.
func (p Process) found(request refs.Request, read *check.Check) []string {
	base := read.Event.Base.Ref
	switch {
	case request.Base != "" || request.Staged:
		return nil
	case request.Push != nil:
		return []string{fmt.Sprintf("compared with %s, the default branch", base)}
	case request.Target != "":
		_, variable := p.target()
		return []string{fmt.Sprintf("compared with %s, the target branch that %s names", base, variable)}
	}
	return []string{fmt.Sprintf("compared with %s, the default branch; --base names another", base)}
}

// event prints what the policies are given.
func (p Process) event(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	asked.Longest = true
	session, read, err := p.read(c, asked)
	if err != nil {
		return 0, err
	}
	defer session.Close()
	encoder := json.NewEncoder(p.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return ExitClean, encoder.Encode(read.Event)
}
