package check_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/replay"
	"github.com/promocheck/promocheck/internal/repogen"
)

// unbounded has steps take what time they take.
func unbounded(ctx context.Context, judge func(context.Context) error) error { return judge(ctx) }

// TestReplayIsCheck requires that each step of a replay is judged as a check of its own would judge it.
func TestReplayIsCheck(t *testing.T) {
	dir := t.TempDir()
	end, err := repogen.Write(dir, repogen.Size{Seed: 7, Apps: 3, Clusters: 2, Commits: 40, Deployed: true})
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "proposed.yaml")
	proposed := "timezone: Europe/Berlin\nrules: {soak-time: {before: {prod: 12h}}, version-not-in-staging: {lookback: 48h}}\n"
	if err := os.WriteFile(config, []byte(proposed), 0o600); err != nil {
		t.Fatal(err)
	}
	replayed := replayOf(t, check.Options{Dir: dir, Config: config, Now: end}, 16)
	if len(replayed.Steps) != 16 {
		t.Fatalf("%d steps, want 16", len(replayed.Steps))
	}
	found := 0
	for _, step := range replayed.Steps {
		if step.Unjudged != nil {
			t.Fatal(step.Unjudged)
		}
		session, err := check.Open(t.Context(), check.Options{Dir: dir, Config: config, Now: step.Commit.Time})
		if err != nil {
			t.Fatal(err)
		}
		read, err := session.Check(t.Context(), refs.Request{Base: string(step.Commit.OID) + "^", Head: string(step.Commit.OID)})
		if err != nil {
			t.Fatal(err)
		}
		want, err := read.Findings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, step.Findings); diff != "" {
			t.Errorf("%s %s: (-check +replay)\n%s", step.Commit.OID, step.Commit.Subject, diff)
		}
		if stopped := finding.AnyAtLeast(want, finding.Error); step.Stopped != stopped {
			t.Errorf("%s %s: stopped: %v, want %v", step.Commit.OID, step.Commit.Subject, step.Stopped, stopped)
		}
		found += len(want)
		if err := session.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if found == 0 {
		t.Error("there is nothing to be found in any step")
	}
}

func replayOf(t *testing.T, o check.Options, last int) *replay.Replay {
	t.Helper()
	session, err := check.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	replayed, err := session.Replay(t.Context(), refs.Request{Base: "main"}, check.Steps{Last: last, FailOn: finding.Error, Within: unbounded})
	if err != nil {
		t.Fatal(err)
	}
	return replayed
}

// TestReplaySince requires that steps are those since a time, however many there are.
func TestReplaySince(t *testing.T) {
	dir := t.TempDir()
	end, err := repogen.Write(dir, repogen.Size{Seed: 7, Apps: 1, Clusters: 1, Commits: 20})
	if err != nil {
		t.Fatal(err)
	}
	all := replayOf(t, check.Options{Dir: dir, Now: end}, 1000)
	if len(all.Steps) != 19 || !all.Short {
		t.Fatalf("%d steps, short: %v", len(all.Steps), all.Short)
	}
	session, err := check.Open(t.Context(), check.Options{Dir: dir, Now: end})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	for _, n := range []int{0, 1, 12, 19} {
		since := end.Add(time.Hour)
		if n > 0 {
			since = all.Steps[19-n].Commit.Time
		}
		replayed, err := session.Replay(t.Context(), refs.Request{Base: "main"}, check.Steps{Since: since, FailOn: finding.Error, Within: unbounded})
		if err != nil {
			t.Fatal(err)
		}
		if len(replayed.Steps) != n {
			t.Errorf("%d steps since %v, want %d", len(replayed.Steps), since, n)
		}
	}
}
