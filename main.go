// Command promocheck judges promotions in GitOps config repositories.
package main

import (
	"os"
	"runtime/debug"
	"time"

	"github.com/promocheck/promocheck/cli"
)

func main() {
	// Most runs are over before collecting their memory would have paid off; those that look far back are not. What a
	// manifest of 10 MB builds to takes more than 300 MB by itself: with a limit near that, collecting it is most of the work.
	debug.SetGCPercent(300)
	debug.SetMemoryLimit(448 << 20)
	os.Exit(cli.Main(cli.Process{
		Arguments: os.Args[1:],
		Stdin:     os.Stdin,
		Stdout:    os.Stdout,
		Stderr:    os.Stderr,
		Getenv:    os.Getenv,
		Now:       time.Now,
	}))
}
