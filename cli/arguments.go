package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check/spelling"
)

// flagsFirst puts flags before arguments, where the library looks for them alone: `history shop --format json` is
// `history --format json shop`. What comes after -- is no flag.
func flagsFirst(app *cli.App, given []string) []string {
	var before, flags, rest []string // before ends with the command
	var command *cli.Command
	for i := 0; i < len(given); i++ {
		word := given[i]
		switch {
		case word == "--":
			rest = append(rest, given[i+1:]...)
			i = len(given)
		case strings.HasPrefix(word, "-") && word != "-":
			flags = append(flags, word)
			if takesNext(app, command, word) && i+1 < len(given) {
				i++
				flags = append(flags, given[i])
			}
		case command == nil && len(rest) == 0 && app.Command(word) != nil:
			command = app.Command(word)
			flags = append(flags, word)
			before, flags = flags, nil
		default:
			rest = append(rest, word)
		}
	}
	if len(rest) == 0 {
		return append(before, flags...)
	}
	return slices.Concat(before, flags, []string{"--"}, rest)
}

// takesNext reports whether a word is a flag whose value is the next one.
func takesNext(app *cli.App, command *cli.Command, word string) bool {
	flags := app.Flags
	if command != nil {
		flags = slices.Concat(command.Flags, flags)
	}
	for _, flag := range flags {
		if documented, ok := flag.(cli.DocGenerationFlag); ok && slices.Contains(flag.Names(), strings.TrimLeft(word, "-")) {
			return documented.TakesValue()
		}
	}
	return false
}

// leftOver is what is wrong with arguments that a command does not take.
func leftOver(c *cli.Context) error {
	first := c.Args().First()
	if c.Command.Name == c.App.Name || c.Command.Name == "" {
		return noCommand(c.App, first)
	}
	return usage(fmt.Sprintf("%q is an argument too many", first), "refs are given as flags: --base main --head my-branch")
}

func noCommand(app *cli.App, name string) error {
	var known []string
	for _, command := range app.VisibleCommands() {
		known = append(known, command.Name)
	}
	return usage(fmt.Sprintf("there is no command %q%s", name, spelling.Suggest(name, known)),
		"refs are given as flags: promocheck --base main --head my-branch; promocheck help lists the commands")
}

// What the library says of flags.
var (
	unknownFlag  = regexp.MustCompile(`^flag provided but not defined: -+(.*)$`)
	withoutValue = regexp.MustCompile(`^flag needs an argument: -+(.*)$`)
)

// usageError puts what the library finds wrong with the command line into this program's words.
func usageError(c *cli.Context, err error, _ bool) error {
	problem := err.Error()
	if found := unknownFlag.FindStringSubmatch(problem); found != nil {
		problem = lacksFlag(c, found[1])
	}
	if found := withoutValue.FindStringSubmatch(problem); found != nil {
		problem = dashed(found[1]) + " needs a value"
	}
	return usage(problem, "promocheck --help lists the flags")
}

// lacksFlag says that there is no such flag, and which may be meant, or that it is another command's.
func lacksFlag(c *cli.Context, name string) string {
	flags := c.App.Flags
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != c.App.Name {
		flags = c.Command.Flags
		if slices.ContainsFunc(c.App.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) }) {
			return c.Command.Name + " has no flag " + dashed(name)
		}
	}
	var known []string
	for _, flag := range flags {
		known = append(known, flag.Names()...)
	}
	said := "there is no flag " + dashed(name)
	if nearest := spelling.Nearest(name, known); nearest != "" {
		said += fmt.Sprintf(" (did you mean %s?)", dashed(nearest))
	}
	return said
}

// dashed is a flag as it is typed.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// help shows what there is, or the flags of a command.
func (p Process) help(c *cli.Context) (int, error) {
	name := c.Args().First()
	switch {
	case c.NArg() > 1:
		return 0, usage(fmt.Sprintf("%q is an argument too many", c.Args().Get(1)), "for example: promocheck help history")
	case name == "":
		return ExitClean, cli.ShowAppHelp(c)
	case c.App.Command(name) == nil:
		return 0, noCommand(c.App, name)
	}
	return ExitClean, cli.ShowCommandHelp(c, name)
}
