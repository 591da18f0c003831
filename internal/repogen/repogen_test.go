package repogen_test

import (
	"os/exec"
	"testing"

	"github.com/promocheck/promocheck/internal/repogen"
)

// TestSame has the same size and seed make the same repo, and another seed another.
func TestSame(t *testing.T) {
	small := repogen.Size{Seed: 1, Apps: 3, Clusters: 2, Commits: 60}
	other := small
	other.Seed = 2
	first, again, different := tips(t, small), tips(t, small), tips(t, other)
	if first != again || first == different {
		t.Errorf("%s, %s again, %s for another seed", first, again, different)
	}
}

func tips(t *testing.T, size repogen.Size) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := repogen.Write(dir, size); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("git", "-C", dir, "for-each-ref", "--format=%(objectname)", "refs/heads/"+repogen.Promote,
		"refs/heads/"+repogen.Cluster, "refs/heads/"+repogen.Shared).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
