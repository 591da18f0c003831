package cli

import (
	_ "embed"
	"strings"
	"text/template"

	"github.com/urfave/cli/v2"
)

//go:embed man.tmpl
var manual string

// man prints the manual page.
func (p Process) man(c *cli.Context) (int, error) {
	page, err := template.New("man").Funcs(template.FuncMap{"roff": roff}).Parse(manual)
	if err != nil {
		return 0, err
	}
	return ExitClean, page.Execute(p.Stdout, struct {
		*cli.App
		Commands []completed
		Systems  []System
	}{c.App, completionsOf(c.App), Systems})
}

// roff escapes text for troff, which takes a dash for a hyphen and a dot at the start of a line for a request.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
