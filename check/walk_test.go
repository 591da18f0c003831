package check_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

var (
	repo   = flag.String("repo", "", "walk the first-parent history of the repository in this `DIR`, each commit against its parent")
	most   = flag.Int("most", 1_000_000, "walk at most so many commits")
	stride = flag.Int("stride", 1, "walk only every so many commits")
)

// TestWalk is for trying the program on real repositories: go test ./check -run Walk -repo DIR -v. It
// fails on any error, and on any finding that the event's own facts do not bear out.
func TestWalk(t *testing.T) {
	if *repo == "" {
		t.Skip("no -repo given")
	}
	out, err := exec.Command("git", "-C", *repo, "rev-list", "--first-parent", "--parents", "HEAD").Output()
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	begun := time.Now()
	for i, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		commits := strings.Fields(line)
		if len(commits) < 2 || i >= *most || i%*stride != 0 {
			continue
		}
		if i%(50**stride) == 0 {
			countStates(t, commits[0], counts)
		}
		counts["commits"]++
		walkCommit(t, commits[1], commits[0], counts)
	}
	t.Logf("%v, %v a commit", time.Since(begun), time.Since(begun)/time.Duration(max(1, counts["commits"])))
	for _, key := range slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	}) {
		t.Logf("%6d %s", counts[key], key)
	}
}

func walkCommit(t *testing.T, base, head string, counts map[string]int) {
	defer func() {
		if cause := recover(); cause != nil {
			t.Errorf("%s: panic: %v", head, cause)
		}
	}()
	at := time.Now()
	session, err := check.Open(t.Context(), check.Options{Dir: *repo, Now: time.Unix(0, 0)})
	if err != nil {
		t.Errorf("%s: %v", head, err)
		return
	}
	defer session.Close()
	c, err := session.Check(t.Context(), refs.Request{Base: base, Head: head})
	if err != nil {
		t.Errorf("%s: %v", head, err)
		return
	}
	findings, err := c.Findings(context.Background())
	if err != nil {
		t.Errorf("%s: %v", head, err)
	}
	if took := time.Since(at); took > 5*time.Second {
		t.Logf("%s took %v", head, took)
	}
	for _, f := range findings {
		counts["finding "+f.Rule+" "+string(f.Severity)]++
	}
	if len(c.Event.Changes) > 0 {
		counts["commits with changes"]++
	}
	for _, change := range c.Event.Changes {
		counts["change "+string(change.Fidelity)]++
		for _, location := range change.Locations {
			if location.Line == 0 {
				counts["change "+string(change.Direction)+" without a line"]++
				t.Logf("%.10s: no line for %s %s: %v -> %v", head, change.ID, change.Targets, change.Before, change.After)
			}
		}
	}
	for _, effect := range c.Event.Effects {
		counts["effect "+string(effect.Fidelity)]++
	}
	for _, u := range c.Event.Unresolved {
		counts[fmt.Sprintf("unresolved (reached: %v)", u.Reached)]++
		if u.Reached {
			t.Logf("%.10s: %s: %s (%s:%d)", head, u.Overlay, u.Reason, u.Location.Path, u.Location.Line)
		}
	}
}

// countStates works out every overlay of a commit.
func countStates(t *testing.T, commit string, counts map[string]int) {
	at, layout, done := layoutAt(t, commit)
	defer done()
	for _, site := range layout.Sites {
		s, err := state.Of(t.Context(), at, site.Overlay)
		if err != nil {
			t.Fatal(err)
		}
		counts["overlay "+string(s.Fidelity)]++
		if len(s.Unresolved) > 0 {
			counts["overlay with something unresolved"]++
		}
		if s.Fidelity == state.Declared {
			counts["declared because it "+s.Unresolved[0].Reason[:min(60, len(s.Unresolved[0].Reason))]]++
		}
	}
}

// layoutAt reads how -repo lays out its environments at a commit, until done is called.
func layoutAt(t *testing.T, commit string) (at *tree.Tree, layout *overlay.Layout, done func()) {
	t.Helper()
	r, err := git.Open(context.Background(), *repo, git.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.Resolve(context.Background(), commit)
	if err != nil {
		t.Fatal(err)
	}
	at = tree.NewStore(r).Tree(c.Tree)
	finder, err := overlay.NewFinder(config.Default(), kustomization.Cache{})
	if err != nil {
		t.Fatal(err)
	}
	if layout, err = finder.Of(at); err != nil {
		t.Fatal(err)
	}
	return at, layout, func() { _ = r.Close() }
}
