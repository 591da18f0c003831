package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/urfave/cli/v2"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/report"
	"github.com/promocheck/promocheck/check/waiver"
)

const (
	flagReason     = "reason"
	flagExpires    = "expires"
	flagApprovedBy = "approved-by"
)

func waiveFlags() []cli.Flag {
	return append(compareFlags(),
		pastReportFlag("waive"),
		&cli.StringFlag{Name: flagReason, Usage: "why, in `TEXT`; asked for on a terminal"},
		&cli.StringFlag{Name: flagExpires, Usage: "when it ends: a `DATE`, with the end of that day, or a time; asked for on a terminal"},
		&cli.StringFlag{Name: flagApprovedBy, Usage: "who agreed, a `NAME` that is recorded"},
	)
}

// waive writes the waiver of a finding into a file of its own.
func (p Process) waive(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	prefix := c.Args().First()
	if c.NArg() != 1 || !fingerprint.MatchString(prefix) {
		return 0, usage("waive needs the first digits of a finding's fingerprint", "a report has them behind the place of each finding")
	}
	named, err := p.named(c, asked, prefix)
	if err != nil {
		return 0, err
	}
	defer named.session.Close()
	read, found := named.read, named.finding()
	if w := found.Waived; w != nil {
		return 0, usage(fmt.Sprintf("this is waived already, by %s", w), "it ends on "+w.End())
	}
	content, err := p.waiverFor(c, read, found, asked.Now)
	if err != nil {
		return 0, err
	}
	top, err := named.session.Top(c.Context)
	if err != nil {
		return 0, err
	}
	file, err := writeWaiver(top, found, content)
	if err != nil {
		return 0, err
	}
	_, err = fmt.Fprintf(p.Stdout, "Wrote %s:\n\n%s\nCommit it to %s by a change of its own: it counts once it is merged.\n",
		report.Escape(file), indented(content), report.Escape(cmp.Or(read.GovernedBy, named.base)))
	return ExitClean, err
}

// written is a waiver as its file has it.
type written struct {
	Rule        string `yaml:"rule"`
	App         string `yaml:"app,omitempty"`
	Environment string `yaml:"environment,omitempty"`
	Target      string `yaml:"target,omitempty"`
	Artifact    string `yaml:"artifact,omitempty"`
	Version     string `yaml:"version,omitempty"`
	Path        string `yaml:"path,omitempty"`
	Reason      string `yaml:"reason"`
	ApprovedBy  string `yaml:"approved-by,omitempty"`
	Expires     string `yaml:"expires"`
}

// waiverFor is the file of a waiver for a finding, which would silence it.
func (p Process) waiverFor(c *cli.Context, read *check.Check, f finding.Finding, now time.Time) (string, error) {
	w := finding.WaiverFor(f, read.Event)
	in := bufio.NewReader(p.Stdin)
	reason, err := p.answer(c, in, flagReason, "Why? ")
	if err != nil {
		return "", err
	}
	expires, err := p.answer(c, in, flagExpires, "Until when (2026-12-24, or 2026-12-24T18:00:00+01:00)? ")
	if err != nil {
		return "", err
	}
	content, err := yaml.Marshal(written{
		Rule: w.Rule, App: w.App, Environment: w.Environment, Target: w.Target, Artifact: w.Artifact, Version: w.Version, Path: w.File,
		Reason: reason, ApprovedBy: text(c, flagApprovedBy), Expires: expires,
	})
	if err != nil {
		return "", err
	}
	parsed, err := waiver.ParseFile("the waiver", content, read.Zone)
	if wrong := new(mistake.Error); errors.As(err, &wrong) {
		return "", usage(wrong.Problem, "nothing is written")
	}
	if err != nil {
		return "", err
	}
	if parsed.Over(now) {
		return "", usage(fmt.Sprintf("--expires is %q, which is over", expires), "name a day or a time to come")
	}
	tried := []finding.Finding{f}
	if finding.Waive(tried, []waiver.Waiver{parsed}, read.Event, now); tried[0].Waived == nil {
		return "", errors.New("no waiver names just what this finding stands for")
	}
	return string(content), nil
}

// answer is what a flag says or, on a terminal, a person.
func (p Process) answer(c *cli.Context, in *bufio.Reader, flag, question string) (string, error) {
	if given := strings.TrimSpace(text(c, flag)); given != "" {
		return given, nil
	}
	if file, ok := p.Stdin.(*os.File); !ok || !isatty.IsTerminal(file.Fd()) {
		return "", usage(fmt.Sprintf("a waiver needs --%s", flag), "for example: --reason \"INC-4711: customers cannot pay\" --expires 2026-12-24")
	}
	if _, err := io.WriteString(p.Stderr, question); err != nil {
		return "", err
	}
	line, err := in.ReadString('\n')
	if line = strings.TrimSpace(line); line == "" {
		return "", usage(fmt.Sprintf("a waiver needs --%s", flag), "nothing is written")
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return line, err
}

// unusual are characters that a shell or a file system may mind in a name.
var unusual = regexp.MustCompile(`[^A-Za-z0-9]+`)

// writeWaiver writes the file of a waiver, under a name that is free.
func writeWaiver(top string, f finding.Finding, content string) (string, error) {
	about := []string{f.Rule, f.App, f.Environment}
	if f.App == "" {
		about = append(about[:1], f.Files...)
	}
	slug := strings.Trim(unusual.ReplaceAllString(strings.ToLower(strings.Join(about, "-")), "-"), "-")
	const longest = 80
	slug = slug[:min(len(slug), longest)]
	directory := filepath.Join(top, filepath.FromSlash(waiver.Directory))
	for n := 1; ; n++ {
		name := slug + ".yaml"
		if n > 1 {
			name = fmt.Sprintf("%s-%d.yaml", slug, n)
		}
		file := filepath.Join(directory, name)
		if err := refuseWayOut(top, file); err != nil {
			return "", err
		}
		if err := os.MkdirAll(directory, 0o755); err != nil {
			return "", err
		}
		err := writeNew(file, content)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		return waiver.Directory + "/" + name, err
	}
}

func indented(content string) string {
	var b strings.Builder
	for line := range strings.Lines(content) {
		b.WriteString("  " + report.Escape(strings.TrimSuffix(line, "\n")) + "\n")
	}
	return b.String()
}
