package git

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/git/gittest"
)

func TestResolve(t *testing.T) {
	repo := gittest.New(t)
	repo.Write("dir/f", "1")
	one := repo.Commit("one")
	two := repo.Commit("two")
	three := repo.Commit("three")
	repo.Git("branch", "both", one)
	repo.Git("tag", "both", two)
	repo.Git("tag", "--annotate", "--message=release", "v1.0", one)
	repo.Git("remote", "add", "origin", "https://example.invalid/origin")
	repo.Git("remote", "add", "fork", "https://example.invalid/fork")
	repo.Git("update-ref", "refs/remotes/origin/feature", two)
	repo.Git("tag", "feature", one)
	repo.Git("update-ref", "refs/remotes/origin/main", one)
	repo.Git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
	repo.Git("update-ref", "refs/remotes/fork/theirs", two)
	repo.Git("tag", "theirs", one)
	repo.Git("update-ref", "refs/pull/7/merge", two)
	repo.Git("branch", "release/1.2", two)

	r := open(t, filepath.Join(repo.Dir, "dir"))
	for name, want := range map[string]string{
		"HEAD": three, "@": three, "HEAD~2": one, "HEAD^": two, "HEAD^0": three, "@~1": two,
		"main": three, "main~1": two, "main^{commit}": three, "main@{0}": three,
		"both": one, "refs/tags/both": two, "tags/both": two, "heads/both": one,
		"feature": two, "feature~1": one, "origin/feature": two, "refs/remotes/origin/feature": two,
		"theirs": two, "fork/theirs": two,
		"origin": one, "origin/HEAD": one, "refs/pull/7/merge": two,
		"release/1.2": two, "v1.0": one, "refs/tags/v1.0": one,
		one: one, one[:10]: one, "HEAD^{/two}": two,
	} {
		commit, err := r.Resolve(t.Context(), name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if string(commit.OID) != want || commit.Name != name {
			t.Errorf("%s is %+v, want %s", name, commit, want)
		}
		if tree := repo.Git("rev-parse", want+"^{tree}"); string(commit.Tree) != tree {
			t.Errorf("%s has tree %s, want %s", name, commit.Tree, tree)
		}
	}

	for _, name := range []string{"", "-", "--help", "-main", "main\nmain", "main\x00", "a\x7fb"} {
		_, err := r.Resolve(t.Context(), name)
		wantError(t, err, true, "is no ref")
	}
	for _, name := range []string{
		"nope", "HEAD:dir", "HEAD:dir/f", ":dir/f", "HEAD~7", "main..both", "^main", "a b", "nope missing",
		one[:39] + "x", "0000000000000000000000000000000000000000", "refs/heads/nope", "é\xff",
	} {
		_, err := r.Resolve(t.Context(), name)
		if !errors.Is(err, ErrMissing) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		wantError(t, err, true, "names no commit in this repository", "git branch --all")
	}
	_, err := r.Resolve(t.Context(), "nope")
	wantError(t, err, true, "tried refs/heads/nope, refs/remotes/origin/nope, refs/remotes/nope, refs/remotes/fork/nope, nope")
}

func TestResolveAmbiguousDigits(t *testing.T) {
	repo := gittest.New(t)
	var stream strings.Builder
	for i := range 2000 { // of the 65,536 beginnings of four digits, some occur twice
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter a <a@b> %d +0000\ndata 1\nx\n", 1800000000+i)
	}
	repo.GitInput(stream.String(), "fast-import", "--quiet")
	seen := map[string]bool{}
	for commit := range strings.Lines(repo.Git("rev-list", "main")) {
		digits := commit[:4]
		if seen[digits] {
			_, err := open(t, repo.Dir).Resolve(t.Context(), digits)
			wantError(t, err, true, `"`+digits+`" is ambiguous`, "more digits")
			return
		}
		seen[digits] = true
	}
	t.Fatal("no two commits begin alike")
}

// Git takes refs/heads/main for refs/tags/refs/heads/main if there is no such branch.
func TestResolveIsNotFooledByTagsWithFullNames(t *testing.T) {
	repo := gittest.New(t)
	repo.Commit("one")
	repo.Git("checkout", "--quiet", "--detach")
	repo.Git("branch", "--delete", "--force", "main")
	repo.Git("update-ref", "refs/remotes/origin/main", "HEAD")
	repo.Git("tag", "refs/heads/main")
	_, err := open(t, repo.Dir).Resolve(t.Context(), "main")
	wantError(t, err, false, "refs/heads/main may mean two refs", "refs/tags/refs/heads/main")
}

// Whoever may push branches may push one that is called like a remote's, and have it fetched.
func TestResolveTakesNoBranchForARemotes(t *testing.T) {
	repo := gittest.New(t)
	one := repo.Commit("one")
	two := repo.Commit("two")
	repo.Git("remote", "add", "fork", "https://example.invalid/fork")
	repo.Git("update-ref", "refs/remotes/origin/main", one)
	repo.Git("update-ref", "refs/remotes/fork/main", one)
	for _, name := range []string{"origin/main", "origin/gone", "fork/main", "fork/gone"} {
		repo.Git("update-ref", "refs/heads/"+name, two)
		repo.Git("update-ref", "refs/remotes/origin/"+name, two)
		repo.Git("tag", name, two)
	}
	r := open(t, repo.Dir)
	for _, name := range []string{"origin/main", "fork/main"} {
		if commit, err := r.Resolve(t.Context(), name); err != nil || string(commit.OID) != one {
			t.Errorf("%s is %+v, want %s (%v)", name, commit, one, err)
		}
	}
	for _, name := range []string{"origin/gone", "fork/gone~1"} {
		_, err := r.Resolve(t.Context(), name)
		wantError(t, err, true, "names no commit in this repository: tried refs/remotes/"+name, "fetch it first")
	}
}

func TestResolveBeforeTheFirstCommit(t *testing.T) {
	r := open(t, gittest.New(t).Dir)
	for _, name := range []string{"HEAD", "main", "refs/heads/main"} {
		_, err := r.Resolve(t.Context(), name)
		if !errors.Is(err, ErrNoCommits) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := r.DefaultBase(t.Context())
	wantError(t, err, false, "no commits yet")
}

func TestResolveInShallowClone(t *testing.T) {
	origin := gittest.New(t)
	origin.Commit("one")
	origin.Git("checkout", "--quiet", "-b", "side")
	origin.Commit("two")
	origin.Git("clone", "--quiet", "--depth=1", "file://"+origin.Dir, "../shallow")
	r := open(t, filepath.Join(origin.Dir, "../shallow"))
	resolve(t, r, "HEAD")
	for _, name := range []string{"main", "HEAD~1"} {
		_, err := r.Resolve(t.Context(), name)
		wantError(t, err, false, "names no commit", "git fetch --unshallow", "fetch-depth: 0")
	}
}

func TestDefaultBase(t *testing.T) {
	tests := map[string]struct {
		remotes []string
		refs    []string          // all at the first commit
		heads   map[string]string // what a remote's HEAD stands for
		name    string
		problem string
	}{
		"no remote, main":    {refs: []string{"heads/main", "heads/master"}, name: "main"},
		"no remote, master":  {refs: []string{"heads/master"}, name: "master"},
		"no remote, neither": {refs: []string{"heads/trunk"}, problem: "there is no remote, and no branch called main or master"},
		"remote's HEAD": {
			remotes: []string{"origin"},
			refs:    []string{"heads/main", "remotes/origin/main", "remotes/origin/team/trunk"},
			heads:   map[string]string{"origin": "team/trunk"},
			name:    "origin/team/trunk",
		},
		"remote without HEAD": {remotes: []string{"origin"}, refs: []string{"remotes/origin/master", "remotes/origin/x"}, name: "origin/master"},
		"order of remotes": {
			remotes: []string{"aaa", "origin", "github", "upstream"},
			refs:    []string{"remotes/aaa/main", "remotes/origin/main", "remotes/github/main", "remotes/upstream/master"},
			name:    "upstream/master",
		},
		"github before origin": {
			remotes: []string{"aaa", "origin", "github"},
			refs:    []string{"remotes/aaa/main", "remotes/origin/main", "remotes/github/main"},
			name:    "github/main",
		},
		"another remote": {remotes: []string{"zzz", "aaa"}, refs: []string{"remotes/zzz/main", "remotes/aaa/main"}, name: "aaa/main"},
		"unknown": {
			remotes: []string{"origin"},
			refs:    []string{"heads/main", "remotes/origin/feature"},
			problem: "the default branch of remote origin is not known here",
		},
		"a local branch is not the remote's": {
			remotes: []string{"origin"},
			refs:    []string{"remotes/origin/main", "heads/origin/main"},
			name:    "origin/main",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			repo := gittest.New(t)
			one := repo.Commit("one")
			repo.Git("checkout", "--quiet", "--detach")
			repo.Git("branch", "--delete", "--force", "main")
			for _, remote := range test.remotes {
				repo.Git("remote", "add", remote, "https://example.invalid/"+remote)
			}
			for _, ref := range test.refs {
				repo.Git("update-ref", "refs/"+ref, one)
			}
			for remote, head := range test.heads {
				repo.Git("symbolic-ref", "refs/remotes/"+remote+"/HEAD", "refs/remotes/"+remote+"/"+head)
			}
			commit, err := open(t, repo.Dir).DefaultBase(t.Context())
			if test.problem != "" {
				wantError(t, err, true, test.problem, "--base")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if commit.Name != test.name || string(commit.OID) != one {
				t.Errorf("got %+v, want %s", commit, test.name)
			}
		})
	}
}
