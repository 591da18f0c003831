//go:build linux

package repogen_test

import (
	"context"
	"errors"
	"flag"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/promocheck/promocheck/internal/repogen"
)

var (
	size     = repogen.Default
	against  = flag.String("against", "", "another promocheck, a `PROGRAM` to run in turn with this one")
	patience = flag.Duration("patience", 5*time.Minute, "how long one check may take")
)

func init() {
	flag.IntVar(&size.Commits, "commits", size.Commits, "how many commits the repo has")
	flag.IntVar(&size.Apps, "apps", size.Apps, "how many apps the repo has")
}

// BenchmarkChecks checks changes of a repo with a long past, as whole processes: an everyday promotion, a new
// version of what runs beside every app, and a new cluster for all apps, which asks history the most.
//
//	go test ./internal/repogen -run '^$' -bench . -benchtime 1x -against /path/to/another/promocheck
func BenchmarkChecks(b *testing.B) {
	repo := b.TempDir()
	end, err := repogen.Write(repo, size)
	if err != nil {
		b.Fatal(err)
	}
	program := build(b)
	for _, branch := range []string{repogen.Promote, repogen.Shared, repogen.Cluster} {
		b.Run(branch, func(b *testing.B) { run(b, program, repo, branch, end) })
		if *against != "" {
			b.Run(branch+"-against", func(b *testing.B) { run(b, *against, repo, branch, end) })
		}
	}
}

func build(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "promocheck")
	if out, err := exec.Command("go", "build", "-o", program, "../..").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return program
}

// BenchmarkDeployers checks one change of a repo with a thousand deployers, and of the same repo without them, by turns. It
// reports how many times the processor's time the deployers make of it: at most twice.
func BenchmarkDeployers(b *testing.B) {
	repos := map[bool]string{true: b.TempDir(), false: b.TempDir()}
	var end time.Time
	for deployed, repo := range repos {
		wide := repogen.Wide
		wide.Deployed = deployed
		var err error
		if end, err = repogen.Write(repo, wide); err != nil {
			b.Fatal(err)
		}
	}
	program := build(b)
	times := map[bool]time.Duration{}
	for b.Loop() {
		for _, deployed := range []bool{true, false} {
			used := check(b, program, repos[deployed], repogen.Promote, end)
			times[deployed] += time.Duration(used.Utime.Nano() + used.Stime.Nano())
		}
	}
	b.ReportMetric(float64(times[true].Milliseconds())/float64(b.N), "cpu-ms")
	b.ReportMetric(float64(times[true])/float64(times[false]), "times-without")
}

// run checks a branch, and reports the peak of the memory beside the time.
func run(b *testing.B, program, repo, branch string, now time.Time) {
	peak := int64(0)
	for b.Loop() {
		peak = max(peak, check(b, program, repo, branch, now).Maxrss)
	}
	b.ReportMetric(float64(peak)/1024, "peak-MB")
}

// check checks a branch once, and tells what that used.
func check(b *testing.B, program, repo, branch string, now time.Time) *syscall.Rusage {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), *patience)
	defer cancel()
	command := exec.CommandContext(ctx, program, "--base", "main", "--head", branch, "--at", now.Format(time.RFC3339))
	command.Dir = repo
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	switch late := ctx.Err(); {
	case late != nil:
		b.Logf("%s of %s takes longer than %v", branch, program, *patience)
	case err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1): // 1: there are findings
		b.Fatalf("%v: %s", err, out)
	}
	usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return &syscall.Rusage{}
	}
	return usage
}
