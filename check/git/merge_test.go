package git

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/promocheck/promocheck/check/git/gittest"
)

// diverged is a repository whose branches change what is given.
func diverged(t *testing.T, base, main, side map[string]string) *gittest.Repo {
	t.Helper()
	repo := gittest.New(t)
	write := func(files map[string]string) {
		for path, text := range files {
			repo.Write(path, text)
		}
	}
	write(base)
	repo.Commit("base")
	repo.Git("checkout", "--quiet", "-b", "side")
	write(side)
	repo.Commit("side")
	repo.Git("checkout", "--quiet", "main")
	write(main)
	repo.Commit("main")
	return repo
}

func merge(t *testing.T, dir string) (OID, *Repo, error) {
	t.Helper()
	r := open(t, dir)
	tree, err := r.Merge(t.Context(), resolve(t, r, "main"), resolve(t, r, "side"))
	return tree, r, err
}

func TestMerge(t *testing.T) {
	repo := diverged(t,
		map[string]string{"f": "1\n2\n3\n4\n5\n"},
		map[string]string{"f": "one\n2\n3\n4\n5\n"},
		map[string]string{"f": "1\n2\n3\n4\nfive\n"})
	tree, r, err := merge(t, repo.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := repo.Try("", "cat-file", "-e", string(tree)); err == nil {
		t.Error("the tree was written into the user's repository")
	}
	again, err := r.Merge(t.Context(), resolve(t, r, "main"), resolve(t, r, "side"))
	if err != nil || again != tree {
		t.Errorf("again: %s, %v", again, err)
	}
	repo.Git("merge", "--quiet", "--no-edit", "side")
	if want := repo.Git("rev-parse", "HEAD^{tree}"); string(tree) != want {
		t.Errorf("tree is %s, want %s", tree, want)
	}
	if got := content(t, r, OID(repo.Git("rev-parse", "HEAD:f"))); got != "one\n2\n3\n4\nfive\n" {
		t.Errorf("merged to %q", got)
	}
}

func TestMergeConflict(t *testing.T) {
	repo := diverged(t,
		map[string]string{"a": "1", "b": "1", "c": "1", "d": "1", "e": "1", "f\ng": "1"},
		map[string]string{"a": "2", "b": "2", "c": "2", "d": "2", "e": "2", "f\ng": "2"},
		map[string]string{"a": "3", "b": "3", "c": "3", "d": "3", "e": "3", "f\ng": "3"})
	_, _, err := merge(t, repo.Dir)
	wantError(t, err, false,
		"side cannot be merged into main: conflict in a, b, c, d, e and 1 more", "merge main into the branch", "--no-merge")
	var conflict *ConflictError
	if !errors.As(err, &conflict) || !reflect.DeepEqual(conflict.Paths, []string{"a", "b", "c", "d", "e", "f\ng"}) {
		t.Errorf("conflict is %+v", conflict)
	}
}

// The repository says that its side always wins: nobody else's merge does that.
func TestMergeIgnoresAttributes(t *testing.T) {
	attributes := "f merge=union\n"
	repo := diverged(t,
		map[string]string{"f": "1\n", ".gitattributes": attributes},
		map[string]string{"f": "2\n"},
		map[string]string{"f": "3\n"})
	if err := os.WriteFile(filepath.Join(repo.Dir, ".git/info/attributes"), []byte(attributes), 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, err := merge(t, repo.Dir)
	wantError(t, err, false, "conflict in f")
}

func TestMergeUnrelated(t *testing.T) {
	repo := gittest.New(t)
	repo.Commit("one")
	repo.Git("checkout", "--quiet", "--orphan", "side")
	repo.Commit("two")
	_, _, err := merge(t, repo.Dir)
	wantError(t, err, false, "main and side have no common ancestor", "same repository")
}

func TestMergeInShallowClone(t *testing.T) {
	origin := diverged(t, nil, map[string]string{"f": "1"}, map[string]string{"g": "2"})
	for _, test := range []struct {
		depth string
		works bool
	}{{"1", false}, {"2", true}} {
		dir := filepath.Join(t.TempDir(), "shallow")
		origin.Git("clone", "--quiet", "--no-single-branch", "--depth="+test.depth, "file://"+origin.Dir, dir)
		_, _, err := merge(t, dir)
		if test.works {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		wantError(t, err, false, "no common ancestor", "git fetch --unshallow", "fetch-depth: 0")
	}
}

// The clone has the commit in which the branches part, and not the one before it: the merge must be told that
// history ends there, or git looks for what is not there.
func TestMergeAtTheEndOfAShallowClone(t *testing.T) {
	origin := gittest.New(t)
	origin.Write("f", "0")
	origin.Commit("before")
	origin.Write("f", "1")
	origin.Commit("parting")
	origin.Git("checkout", "--quiet", "-b", "side")
	origin.Write("g", "2")
	origin.Commit("side")
	origin.Git("checkout", "--quiet", "main")
	origin.Write("h", "3")
	origin.Commit("main")
	dir := filepath.Join(t.TempDir(), "shallow")
	origin.Git("clone", "--quiet", "--no-single-branch", "--depth=2", "file://"+origin.Dir, dir)
	tree, r, err := merge(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	origin.Git("merge", "--quiet", "--no-edit", "side")
	if want := OID(origin.Git("rev-parse", "HEAD^{tree}")); tree != want {
		t.Errorf("tree is %s, want %s", tree, want)
	}
	if !r.isShallow() {
		t.Error("the clone is not shallow")
	}
}

func TestMergeWithOldGit(t *testing.T) {
	repo := diverged(t, nil, map[string]string{"f": "1"}, map[string]string{"g": "2"})
	old := filepath.Join(t.TempDir(), "git")
	recent := useGit(t, old, nil)
	script := "#!/bin/sh\ncase \" $* \" in *' merge-tree '*) echo usage: >&2; exit 129;; esac\nexec '" + recent + "' \"$@\"\n"
	if err := os.WriteFile(old, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	_, _, err := merge(t, repo.Dir)
	wantError(t, err, false, "cannot work out the merge", "Git 2.38", "--no-merge")
}
