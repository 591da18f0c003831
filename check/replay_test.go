package check_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/replay"
	"github.com/promocheck/promocheck/internal/fastimport"
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
	replayed := replayOf(t, check.Options{Dir: dir, Config: config, Now: end}, "main", 16)
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

func replayOf(t *testing.T, o check.Options, base string, last int) *replay.Replay {
	t.Helper()
	t.Setenv("PATH", programs)
	session, err := check.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	replayed, err := session.Replay(t.Context(), refs.Request{Base: base}, check.Steps{Last: last, FailOn: finding.Error, Within: unbounded})
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
	all := replayOf(t, check.Options{Dir: dir, Now: end}, "main", 1000)
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

// TestReplayOfBranchesIsCheck requires the same of steps of an environment's branch: each is judged as a check would have judged
// it then, by what the other branches were at the time.
func TestReplayOfBranchesIsCheck(t *testing.T) {
	waiver := "rule: friday-push\napp: shop\nenvironment: prod\nreason: x\nexpires: 2026-12-31\n"
	begin := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	var commits []fastimport.Commit
	for day, step := range [][3]string{
		{"main", ".promocheck.yaml", branchesOfEnvironments},
		{"env/prod", "shop/manifest.yaml", manifest("v1")},
		{"env/prod", "shop/manifest.yaml", manifest("v2")}, // there is no staging yet
		{"env/staging", "shop/manifest.yaml", manifest("v1")},
		{"env/prod", "shop/manifest.yaml", manifest("v3")}, // which staging gets later
		{"env/staging", "shop/manifest.yaml", manifest("v3")},
		{"env/staging", "shop/manifest.yaml", manifest("v4")},
		{"env/prod", "shop/manifest.yaml", manifest("v4")},
		{"main", ".promocheck-freeze.yaml", "reason: Moving\n"},
		{"env/prod", "shop/manifest.yaml", manifest("v3")}, // while it is frozen
		{"main", ".promocheck-freeze.yaml", "reason: Moving\nuntil: 2026-11-11\n"},
		{"main", ".promocheck/waivers/a.yaml", waiver},
		{"env/prod", "shop/manifest.yaml", manifest("v4")}, // on a Friday, which is waived
		{"main", ".promocheck/waivers/a.yaml", strings.Replace(waiver, "prod", "staging", 1)},
		{"env/staging", "shop/manifest.yaml", manifest("v6")},
		{"env/prod", "shop/manifest.yaml", manifest("v6")},
	} {
		commits = append(commits, fastimport.Commit{
			Branch: step[0], Author: "Ada Example <ada@example.com>", Message: fmt.Sprintf("%d", day), OnTop: true,
			Time: begin.AddDate(0, 0, day), Files: map[string]fastimport.File{step[1]: {Data: []byte(step[2])}},
		})
	}
	dir := t.TempDir()
	if err := fastimport.Write(dir, commits); err != nil {
		t.Fatal(err)
	}
	replayed := replayOf(t, check.Options{Dir: dir, Now: begin.AddDate(0, 1, 0)}, "env/prod", 100)
	if len(replayed.Steps) != 6 {
		t.Fatalf("%d steps, want 6", len(replayed.Steps))
	}
	var verdicts []string
	for _, step := range replayed.Steps {
		then := slices.DeleteFunc(slices.Clone(commits), func(c fastimport.Commit) bool { return c.Time.After(step.Commit.Time) })
		last := &then[len(then)-1]
		last.Branch, last.From = "change", []string{last.Branch}
		want, err := findingsIn(t, then, step.Commit.Time)
		switch {
		case (err != nil) != (step.Unjudged != nil):
			t.Errorf("%s: %v, and a check: %v", step.Commit.Subject, step.Unjudged, err)
		case err != nil:
			verdicts = append(verdicts, "unjudged")
			continue
		}
		if diff := cmp.Diff(want, step.Findings); diff != "" {
			t.Errorf("%s: (-check +replay)\n%s", step.Commit.Subject, diff)
		}
		verdict := "passes"
		switch {
		case step.Stopped:
			verdict = "stopped"
		case slices.ContainsFunc(want, func(f finding.Finding) bool { return f.Waived != nil }):
			verdict = "waived"
		}
		verdicts = append(verdicts, verdict)
	}
	if diff := cmp.Diff([]string{"unjudged", "stopped", "passes", "stopped", "waived", "passes"}, verdicts); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// findingsIn is what a check finds in a change to production's branch, in a repository of some commits.
func findingsIn(t *testing.T, commits []fastimport.Commit, now time.Time) ([]finding.Finding, error) {
	t.Helper()
	dir := t.TempDir()
	if err := fastimport.Write(dir, commits); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", programs)
	session, err := check.Open(t.Context(), check.Options{Dir: dir, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	read, err := session.Check(t.Context(), refs.Request{Base: "env/prod", Head: "change"})
	if err != nil {
		return nil, err
	}
	return read.Findings(t.Context())
}
