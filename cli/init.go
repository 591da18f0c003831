package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/report"
	"github.com/urfave/cli/v2"
)

// init shows what is recognised in the repository, and writes that down as its configuration, where it has none.
func (p Process) init(c *cli.Context) (int, error) {
	session, err := check.Open(c.Context, check.Options{Dir: text(c, flagDir), Repositories: p.addresses()})
	if err != nil {
		return 0, err
	}
	defer session.Close()
	survey, err := session.Survey(c.Context)
	if err != nil {
		return 0, err
	}
	if err := showSurvey(p.Stdout, survey); err != nil {
		return 0, err
	}
	if survey.Configured {
		_, err = fmt.Fprintf(p.Stdout, "\nThis is what %s recognises. It is left as it is; where there is none, one is written.\n", config.FileName)
		return ExitClean, err
	}
	if len(survey.Layout.Sites) == 0 {
		return 0, usage("nothing in the repository is recognised as an environment", "say where they are in "+config.FileName+": environments and overlays")
	}
	lines, err := survey.Lines(c.Context)
	if err != nil {
		return 0, err
	}
	content, err := configFor(c.Context, survey, lines)
	if err != nil {
		return 0, err
	}
	err = writeNew(survey.Configuration, content)
	if errors.Is(err, fs.ErrExist) {
		return 0, usage(config.FileName+" exists, but leads nowhere", "remove it first to have it written anew")
	}
	if err != nil {
		return 0, err
	}
	where := "the base branch: from there on it counts"
	if survey.Layout.ByBranch() {
		where = cmp.Or(survey.Default, "the default branch") + ": from there on it counts, for the branches that it names"
	}
	_, err = fmt.Fprintf(p.Stdout, "\nWrote %s. Look it through, and commit it to %s.\n", config.FileName, report.Escape(where))
	return ExitClean, err
}

func writeNew(path, content string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, content)
	return errors.Join(err, file.Close())
}
