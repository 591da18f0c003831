package check_test

import (
	"flag"
	"io"
	"os/exec"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/refs"
)

var commit = flag.String("commit", "HEAD", "the `COMMIT` of -repo whose change BenchmarkHistory checks")

// BenchmarkHistory checks a commit of a repository with a long past, and for comparison has git list what
// touched the same app: go test ./check -run '^$' -bench History -repo DIR -commit COMMIT.
func BenchmarkHistory(b *testing.B) {
	if *repo == "" {
		b.Skip("no -repo given")
	}
	options, request := check.Options{Dir: *repo, Now: time.Now()}, refs.Request{Base: *commit + "^", Head: *commit}
	apps := map[string]bool{}
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			session, err := check.Open(b.Context(), options)
			if err != nil {
				b.Fatal(err)
			}
			read, err := session.Check(b.Context(), request)
			if err != nil {
				b.Fatal(err)
			}
			for _, change := range read.Event.Changes {
				apps[change.App] = true
			}
			session.Close()
		}
	})
	b.Run("git-log", func(b *testing.B) {
		arguments := []string{"-C", *repo, "log", "--first-parent", "-m", "--raw", *commit + "^", "--"}
		for app := range apps {
			arguments = append(arguments, app)
		}
		for b.Loop() {
			command := exec.Command(gitProgram, arguments...)
			command.Stdout = io.Discard
			if err := command.Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
