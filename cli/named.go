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
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/report"
)

// pastReportFlag names the report that a finding is from, for a command that does something with it.
func pastReportFlag(do string) cli.Flag {
	return &cli.StringFlag{Name: flagReport, Usage: do + " a finding of the JSON report in `FILE`, relative to -C, instead of one that a check finds now"}
}

// fingerprint is what the first digits of one look like: no rule's name does.
var fingerprint = regexp.MustCompile(`^[0-9a-f]{4,32}$`)

// named is a finding that is named by its fingerprint, with the check that finds it.
type named struct {
	session  *check.Session // the caller's to close
	read     *check.Check
	findings []finding.Finding
	at       int
	base     string // what the change goes into
}

func (n *named) finding() finding.Finding { return n.findings[n.at] }

// named makes the check that is asked for, or that of a report again, and looks for the finding whose fingerprint begins so.
func (p Process) named(c *cli.Context, asked asked, prefix string) (_ *named, err error) {
	var base string
	if file := text(c, flagReport); file != "" {
		if prefix, base, err = p.askAgain(&asked, file, prefix); err != nil {
			return nil, err
		}
	}
	session, read, err := p.read(c, asked)
	if err != nil {
		return nil, err
	}
	n := &named{session: session, read: read, base: cmp.Or(base, read.Event.Base.Ref)}
	if err := n.find(c, prefix); err != nil {
		return nil, errors.Join(err, session.Close())
	}
	return n, nil
}

func (n *named) find(c *cli.Context, prefix string) (err error) {
	if n.findings, err = n.read.Findings(c.Context); err != nil {
		return err
	}
	var fingerprints []string
	for _, f := range n.findings {
		fingerprints = append(fingerprints, f.Fingerprint)
	}
	full, err := only(fingerprints, prefix, "the check finds nothing now")
	n.at = slices.Index(fingerprints, full)
	return err
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

// askAgain has the check of a report be made again: of the same commits, at the same time. It returns the fingerprint of the
// report that begins so, and what its change goes into.
func (p Process) askAgain(asked *asked, file, prefix string) (full, base string, err error) {
	if !filepath.IsAbs(file) {
		file = filepath.Join(asked.Dir, file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", "", usage("cannot read the report: "+err.Error(), "check --report")
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
		return "", "", usage(file+" is no report as JSON", "--format json="+filepath.Base(file)+" writes one")
	}
	var fingerprints []string
	for _, f := range r.Findings {
		fingerprints = append(fingerprints, f.Fingerprint)
	}
	full, err = only(fingerprints, prefix, "the report has nothing")
	if err != nil {
		return "", "", err
	}
	if asked.Base != "" || asked.Head != "" || asked.Staged {
		return "", "", usage("a report says what was compared", "leave out --base, --head and --staged")
	}
	asked.Now, asked.Staged = r.Time.Now, r.Head.Staged
	if !r.Head.Staged {
		asked.Base, asked.Head = r.Base.Commit, r.Head.Commit
		asked.Into = append(asked.Into, strings.TrimPrefix(r.Base.Ref, "origin/"))
	}
	if asked.Now.IsZero() || !asked.Staged && (asked.Base == "" || asked.Head == "") {
		return "", "", errors.New("the report does not say what was compared")
	}
	return full, r.Base.Ref, nil
}
