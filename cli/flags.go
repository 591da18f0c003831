package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/report"
	"github.com/urfave/cli/v2"
)

const (
	flagBase    = "base"
	flagHead    = "head"
	flagStaged  = "staged"
	flagNoMerge = "no-merge"
	flagDir     = "C"
	flagConfig  = "config"
	flagPolicy  = "policy"
	flagAt      = "at"
	flagFormat  = "format"
	flagFailOn  = "fail-on"
	flagReport  = "report"
	flagTimeout = "timeout"
	flagTrace   = "trace"
	flagUpdate  = "update"
	flagHelp    = "help"
	flagVersion = "version"
)

func helpFlag() cli.Flag {
	return &cli.BoolFlag{Name: flagHelp, Aliases: []string{"h"}, Usage: "show help", DisableDefaultText: true}
}

func versionFlag() cli.Flag {
	return &cli.BoolFlag{Name: flagVersion, Aliases: []string{"v"}, Usage: "print the version", DisableDefaultText: true}
}

// compareFlags say what to compare. Each command has flags of its own, so that they work both before
// and after the command.
func compareFlags() []cli.Flag {
	return append([]cli.Flag{
		&cli.StringFlag{Name: flagBase, Usage: "`REF` that the change goes into (default: a pull request's target in CI, or the default branch)"},
		&cli.StringFlag{Name: flagHead, Usage: "`REF` of the change (default: HEAD)"},
		&cli.BoolFlag{Name: flagStaged, Usage: "check what is staged against HEAD, as a pre-commit hook does"},
		&cli.BoolFlag{Name: flagNoMerge, Usage: "compare the two trees as they are, instead of what merging would make of base"},
	}, judgeFlags()...)
}

// judgeFlags say where, and by what, the change is judged.
func judgeFlags() []cli.Flag {
	return []cli.Flag{
		directoryFlag(),
		configFlag(),
		policyFlag(),
		&cli.StringFlag{Name: flagAt, Usage: "judge as if it were `TIME`, in RFC 3339 (2026-11-27T15:04:05Z)"},
		timeoutFlag(),
	}
}

func configFlag() cli.Flag {
	return &cli.StringFlag{Name: flagConfig, Usage: "use this configuration `FILE`, relative to -C, instead of the one at base"}
}

// formatFlag chooses one of the formats of a command that writes one thing.
func formatFlag(names []string) cli.Flag {
	return &cli.StringFlag{Name: flagFormat, Usage: "write as `FORMAT`: " + strings.Join(names, ", ") + " (default: text)"}
}

func policyFlag() cli.Flag {
	return &cli.GenericFlag{Name: flagPolicy, Value: &repeated{}, Usage: "also judge by the Rego policies in `DIR`, relative to -C, repeatable"}
}

func directoryFlag() cli.Flag {
	return &cli.StringFlag{Name: flagDir, Usage: "look for the repository in `DIR`"}
}

// reportFlags say what becomes of the verdict.
func reportFlags() []cli.Flag {
	return []cli.Flag{
		&cli.GenericFlag{Name: flagFormat, Value: &repeated{}, Usage: "print `NAME[=FILE]`, repeatable: text (default), " + strings.Join(report.Reports.Names()[1:], ", ")},
		&cli.StringFlag{Name: flagFailOn, Usage: "exit 1 from this `SEVERITY` on: error, warning, note (default: error)"},
		&cli.BoolFlag{Name: flagTrace, Usage: "write to standard error what your own rules print()"},
	}
}

// repeated is the values of a flag that may be given several times. Unlike a cli.StringSlice it leaves
// commas alone, which a file's name may have.
type repeated []string

// Set adds a value.
func (r *repeated) Set(value string) error {
	*r = append(*r, value)
	return nil
}

func (r *repeated) String() string { return strings.Join(*r, " ") }

// all returns a flag's values from all over the command line.
func all(c *cli.Context, name string) []string {
	var values []string
	for _, context := range slices.Backward(c.Lineage()) {
		if given, ok := context.Generic(name).(*repeated); ok && context.IsSet(name) {
			values = append(values, *given...)
		}
	}
	return values
}

// text returns a flag's value, wherever on the command line it was set.
func text(c *cli.Context, name string) string {
	for _, context := range c.Lineage() {
		if context.IsSet(name) {
			return context.String(name)
		}
	}
	return ""
}

func given(c *cli.Context, name string) bool {
	for _, context := range c.Lineage() {
		if context.IsSet(name) {
			return context.Bool(name)
		}
	}
	return false
}

// asked is what the command line asks: which repository, and which change in it.
type asked struct {
	check.Options
	refs.Request
}

// branch asks for a branch as it is, without a change to it.
func (a asked) branch() refs.Request {
	return refs.Request{Base: a.Base, Into: a.Into, Default: a.Default}
}

// asked reads the flags that say what to compare, and by what to judge it.
func (p Process) asked(c *cli.Context) (asked, error) {
	o := asked{
		Options: check.Options{
			Dir:           text(c, flagDir),
			Config:        text(c, flagConfig),
			Now:           p.Now(),
			Repositories:  p.addresses(),
			DefaultBranch: p.defaultBranch(),
		},
		Request: refs.Request{
			Base:    text(c, flagBase),
			Head:    text(c, flagHead),
			Staged:  given(c, flagStaged),
			NoMerge: given(c, flagNoMerge),
			Into:    p.into(),
			Default: p.defaultBranch(),
		},
	}
	for _, name := range []string{flagBase, flagHead, flagDir, flagConfig} {
		if c.IsSet(name) && text(c, name) == "" {
			return o, usage(fmt.Sprintf("--%s is empty", name), "a variable in the calling script may not be set")
		}
	}
	for _, directory := range all(c, flagPolicy) {
		if directory == "" {
			return o, usage("--policy is empty", "a variable in the calling script may not be set")
		}
		if !filepath.IsAbs(directory) {
			directory = filepath.Join(o.Dir, directory)
		}
		o.Policies = append(o.Policies, directory)
	}
	if given(c, flagTrace) {
		o.Prints = p.printed
	}
	if o.Staged && (o.Base != "" || o.Head != "" || o.NoMerge) {
		return o, usage("--staged compares HEAD with the index", "leave out --base, --head and --no-merge")
	}
	if !o.Staged && o.Base == "" {
		o.Target, _ = p.target()
	}
	if at := text(c, flagAt); at != "" {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return o, usage(fmt.Sprintf("--at is %q, which is no time in RFC 3339", at), "write it like 2026-11-27T15:04:05Z")
		}
		o.Now = now
	}
	return o, nil
}

// printed passes on what rules print.
func (p Process) printed(text string) {
	_, _ = io.WriteString(p.Stderr, report.Defuse(report.Escape(text))+"\n") // it is no part of the verdict
}

// verdict is how to report, and from which severity on to fail.
type verdict struct {
	outputs []output
	failOn  evaluate.Severity
}

func verdictOf(c *cli.Context) (verdict, error) {
	var v verdict
	var err error
	if v.outputs, err = outputsOf(c); err != nil {
		return v, err
	}
	v.failOn, err = failOn(c)
	return v, err
}

func failOn(c *cli.Context) (evaluate.Severity, error) {
	severity := evaluate.Severity(text(c, flagFailOn))
	switch {
	case severity == "":
		return evaluate.Error, nil
	case !severity.Valid():
		return "", usage(fmt.Sprintf("--fail-on is %q", severity), "it may be error, warning or note")
	}
	return severity, nil
}

// version is that of the module, as the Go toolchain recorded it.
var version = sync.OnceValue(func() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
})
