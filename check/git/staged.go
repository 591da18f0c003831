package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/mistake"
)

// Staged is what the index would change if it were committed now.
type Staged struct {
	Base    Commit // HEAD; only its tree, the empty one, before the first commit
	Changes []StagedChange
}

// StagedChange is a path that the index changes.
type StagedChange struct {
	Path string
	Mode Mode // zero if the path is removed
	OID  OID
}

// The tree without entries, which git knows without having it.
const (
	emptyTree       OID = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
	emptyTreeSHA256 OID = "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
)

// Staged compares the index with HEAD.
func (r *Repo) Staged(ctx context.Context) (Staged, error) {
	base, err := r.stagedBase()
	if err != nil {
		return Staged{}, err
	}
	against := base.OID
	if against == "" {
		against = base.Tree
	}
	git := r.git
	if r.indexFile != "" {
		git = git.with("GIT_INDEX_FILE=" + r.indexFile)
	}
	out, err := git.output(ctx, "diff-index", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames",
		"--no-relative", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none",
		"--ita-invisible-in-index", string(against), "--")
	if err != nil {
		return Staged{}, err
	}
	changes, err := parseRawDiff(out)
	if err != nil {
		return Staged{}, err
	}
	return Staged{Base: base, Changes: changes}, nil
}

func (r *Repo) stagedBase() (Commit, error) {
	head, err := r.revision("HEAD")
	if !errors.Is(err, ErrMissing) {
		return head, err
	}
	layout, err := r.layout()
	if err != nil {
		return Commit{}, err
	}
	if layout.objectFormat == "sha256" {
		return Commit{Name: "HEAD", Tree: emptyTreeSHA256}, nil
	}
	return Commit{Name: "HEAD", Tree: emptyTree}, nil
}

// parseRawDiff reads raw diff output with NULs, one change being
// ":MODE MODE OID OID STATUS" and its path.
func parseRawDiff(raw []byte) ([]StagedChange, error) {
	var changes []StagedChange
	for len(raw) > 0 {
		header, rest, ok := bytes.Cut(raw, []byte{0})
		path, rest, ok2 := bytes.Cut(rest, []byte{0})
		fields := strings.Split(string(header), " ")
		if !ok || !ok2 || len(path) == 0 || len(fields) != 5 || !strings.HasPrefix(fields[0], ":") {
			return nil, fmt.Errorf("git diff-index: unexpected output %q", header)
		}
		raw = rest
		if strings.HasPrefix(fields[4], "U") {
			return nil, &mistake.Error{
				Problem: fmt.Sprintf("the index has unresolved conflicts, in %s for one", path),
				Hint:    "resolve them and stage the result with `git add`",
			}
		}
		mode, err := strconv.ParseUint(fields[1], 8, 32)
		if err != nil || !isOID(fields[3]) {
			return nil, fmt.Errorf("git diff-index: unexpected output %q", header)
		}
		change := StagedChange{Path: string(path), Mode: Mode(mode)}
		if mode != 0 {
			change.OID = OID(fields[3])
		}
		changes = append(changes, change)
	}
	return changes, nil
}
