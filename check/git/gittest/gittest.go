// Package gittest builds repositories for tests. Their commits have the same
// names on every run.
package gittest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Repo is a repository with a work tree.
type Repo struct {
	Dir string

	t     testing.TB
	clock time.Time
}

// New initializes a repository whose branch is called main.
func New(t testing.TB, initOptions ...string) *Repo {
	t.Helper()
	return Init(t, filepath.Join(t.TempDir(), "repo"), initOptions...)
}

// Init initializes a repository in a directory that need not exist.
func Init(t testing.TB, dir string, options ...string) *Repo {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r := At(t, dir)
	r.Git(append([]string{"init", "--quiet", "--initial-branch=main"}, options...)...)
	return r
}

// At is a repository that exists already, such as a clone.
func At(t testing.TB, dir string) *Repo {
	return &Repo{Dir: dir, t: t, clock: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}
}

// Git runs git and returns what it prints, without the last newline.
func (r *Repo) Git(args ...string) string {
	r.t.Helper()
	return r.GitInput("", args...)
}

// GitInput runs git with something to read.
func (r *Repo) GitInput(stdin string, args ...string) string {
	r.t.Helper()
	out, err := r.Try(stdin, args...)
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.TrimSuffix(out, "\n")
}

// Try runs git where it may fail.
func (r *Repo) Try(stdin string, args ...string) (string, error) {
	date := r.clock.Format(time.RFC3339)
	cmd := exec.Command("git", args...)
	cmd.Dir = r.Dir
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(environment(),
		"GIT_AUTHOR_NAME=Ann Author", "GIT_AUTHOR_EMAIL=ann@example.com", "GIT_AUTHOR_DATE="+date,
		"GIT_COMMITTER_NAME=Carl Committer", "GIT_COMMITTER_EMAIL=carl@example.com", "GIT_COMMITTER_DATE="+date,
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
	)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out), err
}

func environment() []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "GIT_") {
			env = append(env, variable)
		}
	}
	return env
}

// Write puts a file into the work tree.
func (r *Repo) Write(path, content string) {
	r.t.Helper()
	path = filepath.Join(r.Dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// Link puts a symbolic link into the work tree.
func (r *Repo) Link(path, target string) {
	r.t.Helper()
	path = filepath.Join(r.Dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		r.t.Fatal(err)
	}
}

// Remove takes a file or directory out of the work tree.
func (r *Repo) Remove(path string) {
	r.t.Helper()
	if err := os.RemoveAll(filepath.Join(r.Dir, path)); err != nil {
		r.t.Fatal(err)
	}
}

// Commit records the work tree, a minute after the commit before, and returns
// the commit's name.
func (r *Repo) Commit(message string) string {
	r.t.Helper()
	r.clock = r.clock.Add(time.Minute)
	r.Git("add", "--all")
	r.Git("commit", "--quiet", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "--message="+message)
	return r.Git("rev-parse", "HEAD")
}

// Source copies what git has of a work tree, or would take in, into a new directory.
func Source(t testing.TB, workTree string, pathspecs ...string) string {
	t.Helper()
	list := exec.Command("git", append([]string{"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"}, pathspecs...)...)
	list.Dir = workTree
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for path := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(workTree, path))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
