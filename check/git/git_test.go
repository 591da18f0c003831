package git

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/git/gittest"
	"github.com/promocheck/promocheck/check/mistake"
)

func open(t testing.TB, dir string) *Repo {
	t.Helper()
	return openWith(t, dir, Options{})
}

func openWith(t testing.TB, dir string, options Options) *Repo {
	t.Helper()
	r, err := Open(t.Context(), dir, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func resolve(t testing.TB, r *Repo, name string) Commit {
	t.Helper()
	commit, err := r.Resolve(t.Context(), name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return commit
}

// content reads a file the long way.
func content(t testing.TB, r *Repo, oid OID) string {
	t.Helper()
	objects, err := r.Objects([]OID{oid}, MaxObjectSize)
	if err != nil {
		t.Fatal(err)
	}
	if objects[0].Err != nil {
		t.Fatal(objects[0].Err)
	}
	return string(objects[0].Data)
}

func wantError(t *testing.T, err error, usage bool, texts ...string) {
	t.Helper()
	var e *mistake.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %#v, want a *mistake.Error", err)
	}
	if e.Usage != usage {
		t.Errorf("Usage is %v: %v", e.Usage, e)
	}
	for _, text := range texts {
		if !strings.Contains(e.Problem+"\n"+e.Hint, text) {
			t.Errorf("no %q in:\n%s\n%s", text, e.Problem, e.Hint)
		}
	}
}

func TestOpenWithoutRepository(t *testing.T) {
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "nowhere"), Options{})
	wantError(t, err, true, "nowhere is not a directory")

	r := open(t, t.TempDir())
	_, err = r.Resolve(t.Context(), "HEAD")
	wantError(t, err, true, "is not in a Git repository")
	_, err = r.Objects([]OID{emptyTree}, MaxObjectSize)
	wantError(t, err, true, "is not in a Git repository")
}

func TestOpenWithoutGit(t *testing.T) {
	useGit(t, "", exec.ErrNotFound)
	_, err := Open(t.Context(), t.TempDir(), Options{})
	wantError(t, err, false, "the git program was not found", "install Git")
}

func TestFailures(t *testing.T) {
	cause := errors.New("exit status 128")
	dubious := "fatal: detected dubious ownership in repository at '/r'\n" +
		"To add an exception for this directory, call:\n\n\tgit config --global --add safe.directory /r\n"
	wantError(t, failure("cat-file", "/r", dubious, cause), false,
		"detected dubious ownership", "call: git config --global --add safe.directory /r")
	wantError(t, failure("cat-file", "/r", "", cause), false, "git cat-file: exit status 128")
	wantError(t, failure("cat-file", "/r", "fatal: no\nidea\n", cause), false, "git cat-file: fatal: no idea")
	wantError(t, failure("cat-file", "/r", "error: unknown option `batch-command'\nusage: git cat-file <type> <object>\n", cause), false,
		"too old: unknown option `batch-command'", "install Git 2.38")
	lazy := failure("rev-list", "/r", "fatal: could not fetch abc from promisor remote", cause)
	wantError(t, lazy, false, "clone without --filter")
	if !errors.Is(lazy, ErrMissing) {
		t.Error("not ErrMissing")
	}
}

// Anything that CI systems and developers check out has to work.
func TestKindsOfRepositories(t *testing.T) {
	setup := func(t *testing.T, options ...string) (r *gittest.Repo) {
		r = gittest.New(t, options...)
		r.Write("f", "base\n")
		r.Commit("base")
		r.Git("checkout", "--quiet", "-b", "side")
		r.Write("g", "side\n")
		r.Commit("side")
		r.Git("checkout", "--quiet", "main")
		r.Write("h", "main\n")
		r.Commit("main")
		return r
	}
	kinds := map[string]func(t *testing.T) string{
		"plain": func(t *testing.T) string { return setup(t).Dir },
		"subdirectory": func(t *testing.T) string {
			r := setup(t)
			r.Write("a/b/c", "")
			return filepath.Join(r.Dir, "a/b")
		},
		"SHA-256": func(t *testing.T) string { return setup(t, "--object-format=sha256").Dir },
		"bare": func(t *testing.T) string {
			r := setup(t)
			r.Git("clone", "--quiet", "--bare", ".", "../bare.git")
			return filepath.Join(r.Dir, "../bare.git")
		},
		"linked work tree": func(t *testing.T) string {
			r := setup(t)
			r.Git("worktree", "add", "--quiet", "--detach", "../linked")
			return filepath.Join(r.Dir, "../linked")
		},
		"symbolic link for .git": func(t *testing.T) string {
			r := setup(t)
			if err := os.Rename(filepath.Join(r.Dir, ".git"), filepath.Join(r.Dir, "../elsewhere")); err != nil {
				t.Fatal(err)
			}
			r.Link(".git", "../elsewhere")
			return r.Dir
		},
		"alternates": func(t *testing.T) string {
			r := setup(t)
			r.Git("clone", "--quiet", "--shared", ".", "../shared")
			return filepath.Join(r.Dir, "../shared")
		},
		"packed": func(t *testing.T) string {
			r := setup(t)
			r.Git("gc", "--quiet")
			return r.Dir
		},
		"submodule": func(t *testing.T) string {
			r := setup(t)
			outer := gittest.New(t)
			outer.Git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", r.Dir, "sub")
			return filepath.Join(outer.Dir, "sub")
		},
		"odd name": func(t *testing.T) string {
			r := setup(t)
			odd := filepath.Join(filepath.Dir(r.Dir), "a \"b\" \\ c:d\n# e é \xff")
			if err := os.Rename(r.Dir, odd); err != nil {
				t.Skip(err)
			}
			return odd
		},
	}
	for name, build := range kinds {
		t.Run(name, func(t *testing.T) {
			r := open(t, build(t))
			main, side := resolve(t, r, "main"), resolve(t, r, "side")
			log, err := r.Between(t.Context(), main, side)
			if err != nil {
				t.Fatal(err)
			}
			if len(log.Commits) != 1 || log.Commits[0].Subject != "side" || !log.Behind {
				t.Errorf("log is %+v", log)
			}
			tree, err := r.Merge(t.Context(), main, side)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"f\x00", "g\x00", "h\x00"} {
				if !strings.Contains(content(t, r, tree), name) {
					t.Errorf("no %q in the merge", name)
				}
			}
		})
	}
}

// What runs later may empty PATH and change directories.
func TestProgramIsFoundOnce(t *testing.T) {
	repo := gittest.New(t)
	repo.Write("f", "1")
	repo.Commit("one")
	repo.Git("checkout", "--quiet", "-b", "side")
	repo.Write("g", "2")
	repo.Commit("two")
	repo.Git("checkout", "--quiet", "main")
	repo.Write("h", "3")
	repo.Commit("three")
	t.Chdir(repo.Dir)
	r := open(t, ".")
	t.Chdir(t.TempDir())
	t.Setenv("PATH", "")
	main, side := resolve(t, r, "main"), resolve(t, r, "side")
	if _, err := r.Merge(t.Context(), main, side); err != nil {
		t.Error(err)
	}
	if _, err := r.Staged(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestEnvironmentDoesNotMisleadGit(t *testing.T) {
	repo := gittest.New(t)
	one := repo.Commit("one")
	other := gittest.New(t)
	other.Write("f", "other")
	other.Commit("other")
	t.Setenv("GIT_DIR", filepath.Join(other.Dir, ".git"))
	t.Setenv("GIT_OBJECT_DIRECTORY", filepath.Join(other.Dir, ".git/objects"))
	if got := resolve(t, open(t, repo.Dir), "HEAD"); string(got.OID) != one {
		t.Errorf("HEAD is %s", got.OID)
	}
}

func TestReplacedObjectsAreNotFollowed(t *testing.T) {
	repo := gittest.New(t)
	repo.Write("f", "honest")
	repo.Commit("one")
	honest := OID(repo.Git("rev-parse", "HEAD:f"))
	repo.Git("replace", string(honest), repo.GitInput("forged", "hash-object", "-w", "--stdin"))
	if got := content(t, open(t, repo.Dir), honest); got != "honest" {
		t.Errorf("content is %q", got)
	}
}

// Whatever the configuration and the attributes of a repository name, none of
// it may run: a repository's content is not trusted.
func TestNothingThatTheRepositoryNamesRuns(t *testing.T) {
	repo := gittest.New(t)
	marker := filepath.Join(t.TempDir(), "ran")
	trap := filepath.Join(t.TempDir(), "trap")
	if err := os.WriteFile(trap, []byte("#!/bin/sh\necho \"$0 $*\" >> '"+marker+"'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	repo.Write(".gitattributes", "* diff=trap merge=trap filter=trap\n")
	repo.Write("f", "1\n2\n3\n4\n5\n6\n7\n")
	repo.Commit("base\n\nTicket: 1")
	repo.Git("checkout", "--quiet", "-b", "side")
	repo.Write("f", "one\n2\n3\n4\n5\n6\n7\n")
	repo.Commit("side\n\nTicket: 2")
	repo.Git("checkout", "--quiet", "main")
	repo.Write("f", "1\n2\n3\n4\n5\n6\nseven\n")
	repo.Commit("main\n\nTicket: 3")
	repo.Write("f", "staged\n")
	repo.Git("add", "f")

	for _, key := range []string{
		"core.fsmonitor", "core.pager", "pager.log", "pager.rev-list", "pager.cat-file", "pager.diff-index",
		"core.sshCommand", "core.askPass", "core.editor", "core.gitProxy", "core.alternateRefsCommand",
		"credential.helper", "gpg.program", "diff.external", "diff.trap.command", "diff.trap.textconv",
		"merge.trap.driver", "filter.trap.clean", "filter.trap.smudge", "filter.trap.process",
		"trailer.ticket.cmd", "trailer.ticket.command", "uploadpack.packObjectsHook",
	} {
		repo.Git("config", key, trap)
	}
	for _, command := range []string{"cat-file", "rev-list", "rev-parse", "merge-tree", "diff-index", "remote", "for-each-ref"} {
		repo.Git("config", "alias."+command, "!"+trap)
	}
	repo.Git("config", "log.showSignature", "true")
	repo.Git("config", "core.attributesFile", filepath.Join(repo.Dir, ".gitattributes"))
	repo.Git("config", "core.hooksPath", filepath.Dir(trap))
	for _, hook := range []string{"post-index-change", "reference-transaction", "pre-auto-gc", "post-checkout", "fsmonitor-watchman"} {
		for _, dir := range []string{filepath.Dir(trap), filepath.Join(repo.Dir, ".git/hooks")} {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(trap, filepath.Join(dir, hook)); err != nil {
				t.Fatal(err)
			}
		}
	}
	// Git itself, left alone, falls into it.
	_, _ = repo.Try("", "diff", "--cached")
	if err := os.Remove(marker); err != nil {
		t.Fatalf("the trap does not work: %v", err)
	}

	r := open(t, repo.Dir)
	readAll(t, r)
	if ran, err := os.ReadFile(marker); err == nil {
		t.Errorf("these ran:\n%s", ran)
	}
}

// readAll uses everything there is.
func readAll(t *testing.T, r *Repo) {
	t.Helper()
	main, side := resolve(t, r, "main"), resolve(t, r, "side")
	if _, err := r.DefaultBase(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := r.Between(t.Context(), main, side); err != nil {
		t.Error(err)
	}
	if staged, err := r.Staged(t.Context()); err != nil || len(staged.Changes) == 0 {
		t.Errorf("staged: %v, %v", staged, err)
	}
	tree, err := r.Merge(t.Context(), main, side)
	if err != nil {
		t.Error(err)
	}
	content(t, r, tree)
	if _, err := r.Resolve(t.Context(), "no such ref"); err == nil {
		t.Error("no error")
	}
}

func TestNothingIsWritten(t *testing.T) {
	repo := gittest.New(t)
	repo.Write("f", "1")
	repo.Commit("base")
	repo.Git("checkout", "--quiet", "-b", "side")
	repo.Write("g", "2")
	repo.Commit("side")
	repo.Git("checkout", "--quiet", "main")
	repo.Write("h", "3")
	repo.Commit("main")
	repo.Write("i", "4")
	repo.Git("add", "i")
	repo.Write("f", "not staged")

	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	before := fingerprint(t, repo.Dir)
	r, err := Open(t.Context(), repo.Dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, r)
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if after := fingerprint(t, repo.Dir); before != after {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := r.Objects([]OID{emptyTree}, MaxObjectSize); err == nil {
		t.Error("a closed repository still answers")
	}
}

// fingerprint describes every file below a directory.
func fingerprint(t *testing.T, dir string) string {
	t.Helper()
	var lines strings.Builder
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%s %v %v", path, info.Mode(), info.ModTime())
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&lines, " %x", sha256.Sum256(data))
		}
		lines.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines.String()
}

// What a name means is asked once: a branch that moves meanwhile is the same commit to all that ask.
func TestNamesKeepTheirMeaning(t *testing.T) {
	repo := gittest.New(t)
	first := repo.Commit("first")
	r := open(t, repo.Dir)
	before := resolve(t, r, "main")
	repo.Commit("second")
	for _, name := range []string{"main", "HEAD", "refs/heads/main"} {
		if commit := resolve(t, r, name); string(commit.OID) != first || commit.Tree != before.Tree {
			t.Errorf("%s is %s now", name, commit.OID)
		}
	}
}

func TestCancel(t *testing.T) {
	repo := gittest.New(t)
	repo.Commit("one")
	ctx, cancel := context.WithCancel(t.Context())
	r, err := Open(ctx, repo.Dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	head := resolve(t, r, "HEAD")
	cancel()
	for {
		// Killing the process takes a moment.
		if _, err := r.Objects([]OID{head.OID}, MaxObjectSize); err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			return
		}
	}
}

// useGit has another git found, or none, until the test ends. It returns where the real one is.
func useGit(t *testing.T, at string, err error) string {
	t.Helper()
	original := lookUp
	git, realErr := original()
	if realErr != nil {
		t.Fatal(realErr)
	}
	lookUp = func() (found, error) { return found{at, git.path}, err }
	t.Cleanup(func() { lookUp = original })
	return git.at
}

// A change can bring along files that make a directory look like a repository.
func TestOpenRefusesARepositoryWithinAnother(t *testing.T) {
	repo := gittest.New(t)
	for name, content := range map[string]string{"config/HEAD": "ref: refs/heads/main\n", "config/objects/x": "", "config/refs/x": "", "other/HEAD": "", "config/deep/x": ""} {
		repo.Write(name, content)
	}
	repo.Commit("one")
	for _, dir := range []string{"config", "config/deep"} {
		_, err := Open(t.Context(), filepath.Join(repo.Dir, dir), Options{})
		wantError(t, err, true, "config is a Git repository by itself, within the work tree of")
	}
	open(t, filepath.Join(repo.Dir, "other"))
	bare := filepath.Join(t.TempDir(), "bare")
	repo.Git("clone", "--quiet", "--bare", repo.Dir, bare)
	if _, err := open(t, bare).Resolve(t.Context(), "main"); err != nil {
		t.Errorf("one that is within no other: %v", err)
	}
}
