package cli

import (
	_ "embed"
	"slices"
	"strings"
	"text/template"

	"github.com/promocheck/promocheck/check/report"
	"github.com/urfave/cli/v2"
)

var (
	//go:embed completion/bash.tmpl
	bashCompletion string
	//go:embed completion/zsh.tmpl
	zshCompletion string
	//go:embed completion/fish.tmpl
	fishCompletion string
)

var completions = map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}

var shells = []string{"bash", "zsh", "fish"}

// completion prints what makes a shell complete commands, flags and their values.
func (p Process) completion(c *cli.Context) error {
	shell := c.Args().First()
	script, ok := completions[shell]
	if c.NArg() != 1 || !ok {
		return usage("completion needs the name of a shell: "+strings.Join(shells, ", "), "for example: promocheck completion bash")
	}
	return template.Must(template.New(shell).Funcs(template.FuncMap{
		"join":  strings.Join,
		"quote": func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" },
		// zsh takes colons and brackets for its own.
		"plain": strings.NewReplacer(":", `\:`, "[", `\[`, "]", `\]`).Replace,
	}).Parse(script)).Execute(p.Stdout, completionsOf(c.App))
}

// completed is a command as the shell shows it; the first is the program itself.
type completed struct {
	Name, Usage string
	Flags       []completedFlag
	Words       []string // arguments
}

type completedFlag struct {
	Name   string // with its dashes
	Long   string // without dashes, empty if the name is a letter
	Letter string
	Usage  string
	Takes  string // nothing, "file", "directory", "ref", "words", or "value" if nobody knows
	Words  []string
}

func completionsOf(app *cli.App) []completed {
	all := []completed{{Flags: flagsOf(app.VisibleFlags())}}
	for _, command := range app.VisibleCommands() {
		c := completed{Name: command.Name, Usage: command.Usage, Flags: flagsOf(command.VisibleFlags())}
		switch command.Name {
		case "completion":
			c.Words = shells
		case "policy":
			c.Words = []string{"new"}
		}
		all = append(all, c)
	}
	return all
}

func flagsOf(flags []cli.Flag) []completedFlag {
	var all []completedFlag
	for _, flag := range flags {
		documented, ok := flag.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		usage := strings.ReplaceAll(documented.GetUsage(), "`", "")
		for _, name := range flag.Names() {
			f := completedFlag{Name: "--" + name, Long: name, Usage: usage}
			if len(name) == 1 {
				f.Name, f.Long, f.Letter = "-"+name, "", name
			}
			if documented.TakesValue() {
				f.Takes, f.Words = takes(name)
			}
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b completedFlag) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func takes(flag string) (string, []string) {
	switch flag {
	case flagBase, flagHead:
		return "ref", nil
	case flagDir, flagPolicy:
		return "directory", nil
	case flagConfig, flagReport:
		return "file", nil
	case flagFormat:
		return "words", report.Reports.Names()
	case flagFailOn:
		return "words", []string{"error", "warning", "note"}
	}
	return "value", nil
}
