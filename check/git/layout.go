package git

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/promocheck/promocheck/check/mistake"
)

// layout is where a repository keeps its objects, and how it names them.
type layout struct {
	commonDir    string // shared by all work trees of a repository
	objectFormat string // sha1 or sha256
}

func findLayout(ctx context.Context, git program) (layout, error) {
	out, err := git.output(ctx, "rev-parse", "--path-format=absolute", "--show-object-format", "--git-common-dir")
	if err != nil {
		return layout{}, err
	}
	// The directory comes last because its name may contain newlines.
	format, dir, ok := strings.Cut(strings.TrimSuffix(string(out), "\n"), "\n")
	if !ok {
		return layout{}, fmt.Errorf("git rev-parse: unexpected output %q", out)
	}
	return layout{commonDir: dir, objectFormat: format}, nil
}

func (l layout) objects() string { return filepath.Join(l.commonDir, "objects") }

// shallow is the file that lists where the history was cut off.
func (l layout) shallow() string { return filepath.Join(l.commonDir, "shallow") }

// isShallow is only asked to explain a failure, so it never adds one.
func (r *Repo) isShallow() bool {
	l, err := r.layout()
	if err != nil {
		return false
	}
	info, err := os.Stat(l.shallow())
	return err == nil && info.Size() > 0
}

// Checkout is the top of the work tree that a directory lies in, and the directory, both without symbolic links. The top
// is empty where the directory lies in none.
func Checkout(dir string) (top, at string, err error) {
	if at, err = filepath.Abs(dir); err == nil {
		at, err = filepath.EvalSymlinks(at)
	}
	if err != nil {
		return "", "", err
	}
	for top = at; ; top = filepath.Dir(top) {
		if _, err := os.Lstat(filepath.Join(top, ".git")); err == nil {
			return top, at, nil
		}
		if top == filepath.Dir(top) {
			return "", at, nil
		}
	}
}

// refuseWithin refuses a repository without a work tree that lies within the work tree of another: git takes a directory
// for one that has the right files in it, and a change can bring those along.
func refuseWithin(dir string) error {
	top, at, err := Checkout(dir)
	if err != nil || top == "" {
		return err
	}
	for ; at != top; at = filepath.Dir(at) {
		if isBare(at) {
			return &mistake.Error{
				Problem: fmt.Sprintf("%s is a Git repository by itself, within the work tree of %s", at, top),
				Hint:    "run in the one that is meant; if it is the inner one, move it out of the other",
				Usage:   true,
			}
		}
	}
	return nil
}

// isBare reports whether git takes a directory for a repository without a work tree.
func isBare(dir string) bool {
	for _, name := range []string{"HEAD", "objects", "refs"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// WorkTree is the top directory of the work tree.
func (r *Repo) WorkTree(ctx context.Context) (string, error) {
	out, err := r.git.output(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return "", &mistake.Error{Problem: "the repository has no work tree", Hint: "run in a checkout", Usage: true, Err: err}
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}
