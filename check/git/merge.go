package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/promocheck/promocheck/check/mistake"
)

// Merge finds the tree that merging head into base would give. From then on
// Objects also reads what the merge wrote, which Close removes.
func (r *Repo) Merge(ctx context.Context, base, head Commit) (OID, error) {
	scratch, err := r.borrow()
	if err != nil {
		return "", err
	}
	out, err := scratch.git.output(ctx, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages",
		string(base.OID), string(head.OID))
	if err != nil {
		return "", r.mergeFailed(base, head, out, err)
	}
	tree := strings.TrimRight(string(out), "\x00\n")
	if !isOID(tree) {
		return "", fmt.Errorf("git merge-tree: unexpected output %q", out)
	}
	return OID(tree), nil
}

func (r *Repo) mergeFailed(base, head Commit, out []byte, err error) error {
	const (
		exitConflict = 1
		exitUsage    = 129
	)
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	names := base.Name + " and " + head.Name
	switch exit.ExitCode() {
	case exitConflict:
		conflict := conflictIn(out)
		return &mistake.Error{
			Problem: fmt.Sprintf("%s cannot be merged into %s: %v", head.Name, base.Name, conflict),
			Hint:    fmt.Sprintf("merge %s into the branch or rebase it, or compare the trees as they are with --no-merge", base.Name),
			Err:     conflict,
		}
	case exitUsage:
		return &mistake.Error{
			Problem: fmt.Sprintf("this version of git cannot work out the merge of %s", names),
			Hint:    "install Git 2.38 or later, or compare the trees as they are with --no-merge",
			Err:     err,
		}
	}
	if strings.Contains(err.Error(), "unrelated histories") {
		unrelated := &mistake.Error{
			Problem: fmt.Sprintf("%s have no common ancestor", names),
			Hint:    "check that both are of the same repository, or compare the trees as they are with --no-merge",
			Err:     err,
		}
		if r.isShallow() {
			unrelated.Hint = hintShallow
		}
		return unrelated
	}
	return err
}

// conflictIn reads what merge-tree writes on a conflict: the tree as far as it
// got, then the paths.
func conflictIn(out []byte) *ConflictError {
	conflict := &ConflictError{}
	for i, field := range bytes.Split(out, []byte{0}) {
		if i > 0 && len(field) > 0 {
			conflict.Paths = append(conflict.Paths, string(field))
		}
	}
	return conflict
}
