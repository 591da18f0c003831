// Command promocheck judges promotions in GitOps config repositories.
package main

import (
	"os"
	"runtime/debug"
	"time"

	"github.com/promocheck/promocheck/cli"
)

func main() {
	// Most runs are over before collecting their memory would have paid off; those that look far back are not.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(300 << 20)
	os.Exit(cli.Main(cli.Process{
		Arguments: os.Args[1:],
		Stdin:     os.Stdin,
		Stdout:    os.Stdout,
		Stderr:    os.Stderr,
		Getenv:    os.Getenv,
		Now:       time.Now,
	}))
}
