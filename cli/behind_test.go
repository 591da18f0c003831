package cli_test

import (
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/internal/fastimport"
)

// TestBehindUpstream has a branch of the clone's own that lacks what is upstream: the change is judged by less than what it
// goes into, and the report says by how much.
func TestBehindUpstream(t *testing.T) {
	repo := demo(t)
	var commits []fastimport.Commit
	for i, branch := range []string{"one", "two"} {
		commits = append(commits, fastimport.Commit{
			Branch: branch, From: []string{[]string{"main", "one"}[i]}, OnTop: true, Author: "Ada <ada@example.com>", Message: branch,
			Time: time.Date(2026, time.November, 26, 12+i, 0, 0, 0, time.UTC), Files: map[string]fastimport.File{branch + ".md": {Data: []byte(branch)}},
		})
	}
	if err := fastimport.Write(repo, commits); err != nil {
		t.Fatal(err)
	}
	git := func(arguments ...string) {
		t.Helper()
		if err := fastimport.Run(repo, nil, arguments...); err != nil {
			t.Fatal(err)
		}
	}
	says := func(base, want string) {
		t.Helper()
		got := run("-C", repo, "--base", base, "--head", "hotfix")
		if want == "" && strings.Contains(got.stdout, " behind ") || !strings.Contains(got.stdout, want) {
			t.Errorf("--base %s does not say %q: %+v", base, want, got)
		}
	}
	says("main", "")
	git("update-ref", "refs/remotes/fork/main", "two")
	says("main", "") // nothing says that it is the upstream
	git("update-ref", "refs/remotes/origin/main", "two")
	says("main", "notice: main is 2 commits behind origin/main: fetch and merge that, or compare with it, --base origin/main")
	says("origin/main", "")
	git("update-ref", "refs/remotes/origin/trunk", "one")
	git("remote", "add", "origin", "nowhere")
	git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
	git("config", "branch.main.remote", "origin")
	git("config", "branch.main.merge", "refs/heads/trunk")
	says("main", "notice: main is 1 commit behind origin/trunk: ")
	git("update-ref", "refs/remotes/origin/trunk", "main")
	says("main", "")
	git("update-ref", "-d", "refs/remotes/origin/trunk")
	says("main", "notice: main is 2 commits behind origin/main: ")
}
