// Package cli is the command line: it turns arguments into options of a check, and what comes out
// into a report and an exit code.
package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/report"
	"github.com/urfave/cli/v2"
)

// Exit codes. They are a contract, and the same for every format.
const (
	ExitClean     = 0 // nothing at or above --fail-on
	ExitFindings  = 1
	ExitUsage     = 2 // wrong usage or configuration
	ExitUnchecked = 3 // could not check
)

// What the exit codes of commands mean, as their help says.
const (
	exitsOfVerdict = "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or configuration, 3 could not check."
	exitsOfOthers  = "Exit codes: 0 done, 2 wrong usage or configuration, 3 could not."
)

// Process is what the program takes from the process that it runs in.
type Process struct {
	Arguments []string // without the program's name
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	Getenv    func(string) string
	Now       func() time.Time
}

// Main runs the program and returns its exit code.
func Main(p Process) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return p.run(ctx)
}

func (p Process) run(ctx context.Context) int {
	code := ExitClean
	app := p.app(&code)
	if err := app.RunContext(ctx, append([]string{app.Name}, flagsFirst(app, p.Arguments)...)); err != nil {
		return p.fail(err)
	}
	return code
}

// app describes the command line. Commands leave their exit code in code.
func (p Process) app(code *int) *cli.App {
	app := &cli.App{
		Name:  "promocheck",
		Usage: "judge what a change to a config repo would deploy where",
		Description: "Compares two Git refs of a config repo, works out which versions the change would take to which\n" +
			"environment, and checks that against promotion rules. Needs no cluster, no server and no network.\n\n" + exitsOfVerdict,
		Version:                version(),
		Flags:                  slices.Concat(compareFlags(), reportFlags(), []cli.Flag{helpFlag(), versionFlag()}),
		Action:                 p.action(code, p.check),
		Writer:                 p.Stdout,
		ErrWriter:              p.Stderr,
		HideHelpCommand:        true,
		HideHelp:               true, // each run has flags of its own: the library's are the process's
		HideVersion:            true,
		OnUsageError:           usageError,
		ExitErrHandler:         func(*cli.Context, error) {}, // Main maps errors to exit codes
		UseShortOptionHandling: false,
		CustomAppHelpTemplate:  helpTemplate,
		Commands: []*cli.Command{
			{
				Name:        "check",
				Usage:       "check a change; what promocheck does without a command",
				Flags:       slices.Concat(compareFlags(), reportFlags()),
				Description: exitsOfVerdict,
				Action:      p.action(code, p.check),
			},
			{
				Name:        "hook",
				Usage:       "check as a hook of pre-commit: what is staged, or what is pushed",
				Flags:       slices.Concat(judgeFlags(), reportFlags()),
				Description: exitsOfVerdict,
				Action:      p.action(code, p.hook),
			},
			{
				Name:   "event",
				Usage:  "print the promotion event, the input of the policies, as JSON",
				Flags:  compareFlags(),
				Action: p.action(code, p.event),
			},
			{
				Name:      "history",
				Usage:     "show which version was where, since when, how long and by whom",
				ArgsUsage: "[APP]",
				Flags:     historyFlags(),
				Action:    p.withArguments(code, p.history),
			},
			{
				Name:        "diff",
				Usage:       "show what an app is given otherwise in one environment than in another, beside its version",
				ArgsUsage:   "APP FROM TO",
				Flags:       diffFlags(),
				Description: "FROM and TO are environments, or targets of them: diff shop staging prod/eu. What is a Secret's, or may be a secret,\nis shown as equal or different.\n\nExit codes: 0 shown, whether something differs or not, 2 wrong usage or configuration, 3 could not.",
				Action:      p.withArguments(code, p.diff),
			},
			{
				Name:   "replay",
				Usage:  "judge each step that the base branch has made, and show what would have been stopped",
				Flags:  replayFlags(),
				Action: p.stepwise(code, p.replay),
			},
			{
				Name:        "windows",
				Usage:       "show when changes may go in, in the coming week, and what is wrong with the windows",
				Flags:       windowsFlags(),
				Description: "Exit codes: 0 shown, 1 a mistake in the windows with --fail-on warning or note, 2 wrong usage or configuration,\n3 could not look.",
				Action:      p.action(code, p.windows),
			},
			{
				Name:   "rules",
				Usage:  "show which rules are on, from where, at which severity, with which parameters and for whom",
				Flags:  rulesFlags(),
				Action: p.action(code, p.rules),
			},
			{
				Name:      "explain",
				Usage:     "say what a rule is for and what can be set, or what a finding was made of",
				ArgsUsage: "RULE|FINGERPRINT",
				Flags:     explainFlags(),
				Action:    p.withArguments(code, p.explain),
			},
			{
				Name:        "test",
				Usage:       "run the tests of rules of your own: _test.rego, and scenarios called .txtar",
				ArgsUsage:   "[DIR]",
				Flags:       testFlags(),
				Description: "Exit codes: 0 all pass, 1 some do not, or there is none, 2 wrong usage, or rules that do not compile, 3 could not.",
				Action:      p.withArguments(code, p.test),
			},
			{
				Name:      "policy",
				Usage:     "write a rule of your own, with its test and a scenario: policy new NAME",
				ArgsUsage: "new NAME [DIR]",
				Flags:     []cli.Flag{directoryFlag(), timeoutFlag()},
				Action:    p.withArguments(code, p.policy),
			},
			{
				Name:        "waive",
				Usage:       "write the waiver of a finding into a file of its own",
				ArgsUsage:   "FINGERPRINT",
				Flags:       waiveFlags(),
				Description: "Exit codes: 0 written, 2 wrong usage or configuration, 3 could not check or write.",
				Action:      p.withArguments(code, p.waive),
			},
			{
				Name:        "waivers",
				Usage:       "list waivers, when they end, and what they silenced lately",
				Flags:       waiversFlags(),
				Description: "Exit codes: 0 listed, 1 one has ended, or has named or silenced nothing for 14 days, 2 wrong usage or configuration,\n3 could not look.",
				Action:      p.stepwise(code, p.waivers),
			},
			{
				Name:   "init",
				Usage:  "show what is recognised in the repository, and write it down as its configuration",
				Flags:  []cli.Flag{directoryFlag(), timeoutFlag()},
				Action: p.action(code, p.init),
			},
			{
				Name:   "demo",
				Usage:  "build a small config repo with a bad promotion in a temporary directory, and check it",
				Flags:  append(reportFlags(), storyFlag()),
				Action: p.action(code, p.demo),
			},
			{
				Name:      "completion",
				Usage:     "print what makes a shell complete commands, flags and values: bash, zsh, fish",
				ArgsUsage: "SHELL",
				Action:    p.completion,
			},
			{
				Name:      "help",
				Usage:     "show what there is, or the flags of a command",
				ArgsUsage: "[COMMAND]",
				Action:    p.withArguments(code, p.help),
			},
			{
				Name:  "version",
				Usage: "print the version",
				Action: p.action(code, func(c *cli.Context) (int, error) {
					cli.ShowVersion(c)
					return ExitClean, nil
				}),
			},
			{
				Name:   "man",
				Usage:  "print the manual page",
				Hidden: true, // for those who package it
				Action: p.action(code, p.man),
			},
		},
	}
	for _, command := range app.Commands {
		command.OnUsageError = usageError
		command.HideHelp = true
		command.Description = cmp.Or(command.Description, exitsOfOthers)
		command.Flags = append(command.Flags, helpFlag())
	}
	return app
}

// action wraps a command: arguments that are left over are a mistake, not to be passed over.
func (p Process) action(code *int, run func(*cli.Context) (int, error)) cli.ActionFunc {
	return p.withArguments(code, func(c *cli.Context) (int, error) {
		if c.Args().Present() {
			return 0, leftOver(c)
		}
		return run(c)
	})
}

// withArguments wraps a command that takes arguments.
func (p Process) withArguments(code *int, run func(*cli.Context) (int, error)) cli.ActionFunc {
	return versioned(func(c *cli.Context) error {
		limit, err := timeout(c)
		if err != nil {
			return err
		}
		*code, err = bounded(c, limit, run)
		return err
	})
}

// stepwise wraps a command without arguments each of whose steps is bounded as other commands are.
func (p Process) stepwise(code *int, run func(*cli.Context) (int, error)) cli.ActionFunc {
	return versioned(func(c *cli.Context) (err error) {
		if c.Args().Present() {
			return leftOver(c)
		}
		*code, err = run(c)
		return err
	})
}

// versioned has --version be a flag of every command.
func versioned(run cli.ActionFunc) cli.ActionFunc {
	return func(c *cli.Context) error {
		if given(c, flagVersion) {
			cli.ShowVersion(c)
			return nil
		}
		return run(c)
	}
}

// usage is a mistake in the command line, with what to do instead.
func usage(problem, hint string) error {
	return &mistake.Error{Problem: problem, Hint: hint, Usage: true}
}

// fail says what went wrong and what to do, and returns the exit code for it.
func (p Process) fail(err error) int {
	code, hint, excerpt := ExitUnchecked, "", ""
	var wrong *mistake.Error
	if errors.As(err, &wrong) {
		hint, excerpt = wrong.Hint, report.Excerpt(wrong.Excerpt, wrong.Line, wrong.Column)
		if wrong.Usage {
			code = ExitUsage
		}
	}
	text := "promocheck: " + report.Escape(err.Error()) + "\n" + excerpt
	if hint != "" {
		text += "  " + report.Escape(hint) + "\n"
	}
	_, _ = io.WriteString(p.Stderr, report.Defuse(text)) // there is nowhere left to report a failure to
	return code
}

// colour reports whether what is written to standard output may be coloured.
