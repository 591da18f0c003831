package check_test

import (
	"flag"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/refs"
)

var lastSteps = flag.Int("last", 200, "replay so many steps of -repo")

// BenchmarkReplay judges the last steps of the repository in -repo.
func BenchmarkReplay(b *testing.B) {
	if *repo == "" {
		b.Skip("no -repo given")
	}
	for b.Loop() {
		session, err := check.Open(b.Context(), check.Options{Dir: *repo, Now: time.Now()})
		if err != nil {
			b.Fatal(err)
		}
		replayed, err := session.Replay(b.Context(), refs.Request{Base: "HEAD"}, check.Steps{
			Last: *lastSteps, FailOn: finding.Error,
			Within: unbounded,
		})
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%+v", replayed.Sums())
		if err := session.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
