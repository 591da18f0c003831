package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/report"
	"github.com/promocheck/promocheck/check/spelling"
)

// rulesFlags say whose rules to show, and how.
func rulesFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: flagBase, Usage: "`REF` whose rules count (default: HEAD)"},
		directoryFlag(),
		&cli.StringFlag{Name: flagConfig, Usage: "use this configuration `FILE`, relative to -C, instead of the one at base"},
		policyFlag(),
		&cli.StringFlag{Name: flagAt, Usage: "show what holds at `TIME`, in RFC 3339 (2026-11-27T15:04:05Z)"},
		&cli.StringFlag{Name: flagFormat, Usage: "write as `FORMAT`: " + strings.Join(report.Rulebooks.Names(), ", ") + " (default: text)"},
		timeoutFlag(),
	}
}

// rules shows which rules are on, and as what.
func (p Process) rules(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	write, err := report.Rulebooks.Find(cmp.Or(text(c, flagFormat), "text"))
	if err != nil {
		return 0, err
	}
	session, err := check.Open(c.Context, asked.Options)
	if err != nil {
		return 0, err
	}
	defer session.Close()
	ruled, err := session.Rules(c.Context, asked.Request)
	if err != nil {
		return 0, err
	}
	return ExitClean, write(p.Stdout, &report.Rulebook{Base: ruled.Base, Rules: ruled.Rules, Ramps: ruled.Ramps}, report.Options{})
}

func explainFlags() []cli.Flag {
	return append(compareFlags(), &cli.StringFlag{Name: flagReport, Usage: "explain a finding of the JSON report in `FILE`, relative to -C, instead of one that a check finds now"})
}

// fingerprint is what the first digits of one look like: no rule's name does.
var fingerprint = regexp.MustCompile(`^[0-9a-f]{4,32}$`)

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
	if file := text(c, flagReport); file != "" {
		var err error
		if prefix, err = p.askAgain(&asked, file, prefix); err != nil {
			return err
		}
	}
	session, read, err := p.read(c, asked)
	if err != nil {
		return err
	}
	defer session.Close()
	findings, err := read.Findings(c.Context)
	if err != nil {
		return err
	}
	at, err := find(findings, prefix)
	if err != nil {
		return err
	}
	parts, err := read.Read(c.Context, findings[at])
	if err != nil {
		return err
	}
	rules := read.Rulings()
	return report.ExplainFinding(p.Stdout, &report.Explanation{
		Report:  &report.Report{Event: read.Event, Findings: findings, Source: read.After.ReadFile},
		Finding: findings[at],
		Rule:    rules[slices.IndexFunc(rules, func(r evaluate.Ruling) bool { return r.ID == findings[at].Rule })],
		Read:    parts,
	}, report.Options{Colour: p.colour()})
}

// find is the finding whose fingerprint begins so.
func find(findings []finding.Finding, prefix string) (int, error) {
	var fingerprints []string
	for _, f := range findings {
		fingerprints = append(fingerprints, f.Fingerprint)
	}
	full, err := only(fingerprints, prefix, "the check finds nothing now")
	return slices.Index(fingerprints, full), err
}

// only is the one fingerprint that begins so.
func only(fingerprints []string, prefix, nothing string) (string, error) {
	found := slices.DeleteFunc(slices.Clone(fingerprints), func(f string) bool { return !strings.HasPrefix(f, prefix) })
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", usage(fmt.Sprintf("%s whose fingerprint begins with %s", nothing, prefix),
			"give the flags of the check that found it, --at as well, or its report: --report FILE")
	}
	return "", usage(fmt.Sprintf("%d findings have a fingerprint that begins with %s", len(found), prefix), "give more of it: "+strings.Join(found, ", "))
}

// askAgain has the check of a report be made again: of the same commits, at the same time.
func (p Process) askAgain(asked *asked, file, prefix string) (string, error) {
	if !filepath.IsAbs(file) {
		file = filepath.Join(asked.Dir, file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", usage("cannot read the report: "+err.Error(), "check --report")
	}
	var r struct {
		Kind       string
		Time       struct{ Now time.Time }
		Base, Head struct {
			Ref, Commit string
			Staged      bool
		}
		Findings []struct{ Fingerprint string }
	}
	if err := json.Unmarshal(data, &r); err != nil || r.Kind != report.Kind {
		return "", usage(file+" is no report as JSON", "--format json="+filepath.Base(file)+" writes one")
	}
	var fingerprints []string
	for _, f := range r.Findings {
		fingerprints = append(fingerprints, f.Fingerprint)
	}
	prefix, err = only(fingerprints, prefix, "the report has nothing")
	if err != nil {
		return "", err
	}
	if asked.Base != "" || asked.Head != "" || asked.Staged {
		return "", usage("a report says what was compared", "leave out --base, --head and --staged")
	}
	asked.Now, asked.Staged = r.Time.Now, r.Head.Staged
	if !r.Head.Staged {
		asked.Base, asked.Head = r.Base.Commit, r.Head.Commit
		asked.Into = append(asked.Into, strings.TrimPrefix(r.Base.Ref, "origin/"))
	}
	if asked.Now.IsZero() || !asked.Staged && (asked.Base == "" || asked.Head == "") {
		return "", errors.New("the report does not say what was compared")
	}
	return prefix, nil
}
