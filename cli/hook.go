package cli

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/report"
	"github.com/urfave/cli/v2"
)

// hook checks what the pre-commit framework is about to commit or to push. Its variables tell which:
// there is one of a remote branch before a push only.
func (p Process) hook(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	verdict, err := verdictOf(c)
	if err != nil {
		return 0, err
	}
	asked.Staged, asked.Target = true, ""
	if branch := p.Getenv("PRE_COMMIT_REMOTE_BRANCH"); branch != "" {
		asked.Staged = false
		asked.Push = &refs.Push{
			Remote: p.Getenv("PRE_COMMIT_REMOTE_NAME"),
			Branch: branch,
			From:   p.Getenv("PRE_COMMIT_FROM_REF"),
			To:     cmp.Or(p.Getenv("PRE_COMMIT_TO_REF"), p.Getenv("PRE_COMMIT_LOCAL_BRANCH")),
		}
	}
	code, err := p.judge(c, asked, verdict)
	switch {
	case asked.Push == nil:
		return code, err
	case errors.Is(err, refs.ErrFirstPush):
		_, err = fmt.Fprintln(p.Stdout, "Nothing to check: the remote has no branch yet that this could be compared with.")
	case errors.Is(err, refs.ErrUndeployed):
		_, err = fmt.Fprintf(p.Stdout, "Nothing to check: %s. A check of the pull request sees what it goes into.\n", report.Escape(err.Error()))
	case errors.Is(err, refs.ErrSame):
		_, err = fmt.Fprintln(p.Stdout, "Nothing to check: the default branch has all of it already.")
	}
	return code, err
}
