package cli

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/report"
)

// policyFiles are what a new rule begins with.
//
//go:embed policy/*.tmpl
var policyFiles embed.FS

var ruleID = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// policy writes a rule with its test and a scenario, all of which pass.
func (p Process) policy(c *cli.Context) (int, error) {
	words := c.Args().Slice()
	if len(words) < 2 || len(words) > 3 || words[0] != "new" {
		return 0, usage("policy needs the name of a rule that is to be written", "for example: promocheck policy new released-version")
	}
	id := words[1]
	if !ruleID.MatchString(id) {
		return 0, usage(fmt.Sprintf("%q is no name of a rule: it is in lower case, with dashes", id), "for example: promocheck policy new released-version")
	}
	known, err := check.IsBundled(id)
	if err != nil {
		return 0, err
	}
	if known {
		return 0, usage(fmt.Sprintf("there is a bundled rule %s, which no other takes the place of", id), "choose another name; promocheck explain "+id+" says what can be set of it")
	}
	named := ""
	if len(words) == 3 {
		named = words[2]
	}
	directories, err := ruleDirectories(text(c, flagDir), named)
	if err != nil {
		return 0, err
	}
	written, err := writePolicy(text(c, flagDir), directories[0], id)
	if err != nil {
		return 0, err
	}
	_, err = fmt.Fprintf(p.Stdout, "Wrote %s.\n`promocheck test %s` runs the tests. The rule counts once the configuration on the base branch names its directory, policies: [%s].\n",
		report.Escape(strings.Join(written, ", ")), report.Escape(directories[0]), report.Escape(directories[0]))
	return ExitClean, err
}

// writePolicy writes the files of a new rule, none of which may be there.
func writePolicy(dir, directory, id string) (written []string, err error) {
	if filepath.IsAbs(directory) {
		dir = ""
	}
	pages, err := template.ParseFS(policyFiles, "policy/*.tmpl")
	if err != nil {
		return nil, err
	}
	about := struct{ Name, Package string }{id, strings.ReplaceAll(id, "-", "_")}
	texts := map[string]string{}
	suffixes := []string{".rego", "_test.rego", ".txtar"}
	for _, suffix := range suffixes {
		var b strings.Builder
		if err := pages.ExecuteTemplate(&b, "rule"+suffix+".tmpl", about); err != nil {
			return nil, err
		}
		at := filepath.Join(directory, id+suffix)
		if _, err := os.Lstat(filepath.Join(dir, at)); !errors.Is(err, fs.ErrNotExist) {
			return nil, usage(at+" is there already", "choose another name")
		}
		texts[suffix] = b.String()
	}
	if err := os.MkdirAll(filepath.Join(dir, directory), 0o755); err != nil {
		return nil, err
	}
	for _, suffix := range suffixes {
		at := filepath.Join(directory, id+suffix)
		if err := writeNew(filepath.Join(dir, at), texts[suffix]); err != nil {
			return nil, err
		}
		written = append(written, at)
	}
	return written, nil
}
