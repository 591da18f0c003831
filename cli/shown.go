package cli

import (
	"cmp"
	"os"

	"github.com/mattn/go-isatty"
	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/report"
)

// shown asks a session something, and writes the answer in the format that is asked for.
func shown[T any](p Process, c *cli.Context, asked asked, formats report.Formats[T], ask func(*check.Session) (T, error)) (answer T, err error) {
	write, err := formats.Find(cmp.Or(text(c, flagFormat), "text"))
	if err != nil {
		return answer, err
	}
	session, err := check.Open(c.Context, asked.Options)
	if err != nil {
		return answer, err
	}
	defer session.Close()
	if answer, err = ask(session); err != nil {
		return answer, err
	}
	return answer, write(p.Stdout, answer, report.Options{Colour: p.colour()})
}

func (p Process) colour() bool {
	_, ok := p.terminal(p.Stdout)
	return ok && p.Getenv("NO_COLOR") == ""
}

// terminal is a stream if it is a terminal that more than plain lines can be written to.
func (p Process) terminal(stream any) (*os.File, bool) {
	file, ok := stream.(*os.File)
	return file, ok && isatty.IsTerminal(file.Fd()) && p.Getenv("TERM") != "dumb"
}
