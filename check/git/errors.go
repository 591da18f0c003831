package git

import (
	"errors"
	"fmt"
	"strings"

	"github.com/promocheck/promocheck/check/mistake"
)

// What callers tell apart.
var (
	// ErrMissing is an object that the clone does not have.
	ErrMissing = errors.New("object is missing")
	// ErrTooLarge is an object of more than MaxObjectSize bytes.
	ErrTooLarge = errors.New("object is too large")
	// ErrNoCommits is a repository before its first commit.
	ErrNoCommits = errors.New("no commits")
	// ErrNoRepository is a directory that lies in no repository.
	ErrNoRepository = errors.New("no repository")

	errAmbiguous = errors.New("ambiguous name")
)

// ConflictError says that base and head cannot be merged without a person.
type ConflictError struct {
	Paths []string
}

const conflictsNamed = 5

func (e *ConflictError) Error() string {
	named := e.Paths[:min(len(e.Paths), conflictsNamed)]
	text := "conflict in " + strings.Join(named, ", ")
	if more := len(e.Paths) - len(named); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

const (
	hintShallow = "the clone is shallow: fetch the whole history with `git fetch --unshallow`, " +
		"or with `fetch-depth: 0` for actions/checkout"
	hintIncomplete = "the clone is partial or shallow: clone without --filter and --depth, " +
		"for actions/checkout without `filter` and with `fetch-depth: 0`"
)

func missing(name string) error {
	return &mistake.Error{
		Problem: fmt.Sprintf("the clone lacks object %s", name),
		Hint:    hintIncomplete,
		Err:     ErrMissing,
	}
}

func ambiguous(name string) error {
	return &mistake.Error{
		Problem: fmt.Sprintf("%q is ambiguous", name),
		Hint:    "give more digits of the commit ID",
		Usage:   true,
		Err:     errAmbiguous,
	}
}

func tooLarge(oid string, size, limit int64) error {
	return &mistake.Error{
		Problem: fmt.Sprintf("object %s has %d bytes, more than the %d that are read", oid, size, limit),
		Err:     ErrTooLarge,
	}
}

// failure turns what git wrote before it gave up into an error. The
// subprocesses run in the C locale, so that the texts are known.
func failure(command, dir, stderr string, cause error) error {
	stderr = strings.TrimSpace(stderr)
	first, rest, _ := strings.Cut(stderr, "\n")
	described := fmt.Sprintf("git %s: %s", command, strings.Join(strings.Fields(stderr), " "))
	switch {
	case strings.Contains(stderr, "not a git repository"):
		return &mistake.Error{
			Problem: fmt.Sprintf("%s is not in a Git repository", dir),
			Hint:    "run inside a checkout, or name one with -C DIR",
			Usage:   true,
			Err:     errors.Join(ErrNoRepository, cause),
		}
	case strings.Contains(stderr, "dubious ownership"):
		return &mistake.Error{
			Problem: strings.TrimPrefix(first, "fatal: "),
			Hint:    strings.Join(strings.Fields(rest), " "),
			Err:     cause,
		}
	case strings.Contains(stderr, "unknown option `batch-command"):
		return &mistake.Error{Problem: "this version of git is too old: " + strings.TrimPrefix(first, "error: "), Hint: "install Git 2.38 or later", Err: cause}
	case strings.Contains(stderr, "promisor remote"):
		return &mistake.Error{Problem: described, Hint: hintIncomplete, Err: ErrMissing}
	case strings.Contains(stderr, "unable to read"), strings.Contains(stderr, "could not read"),
		strings.Contains(stderr, "Could not read"), strings.Contains(stderr, "cannot read"):
		return &mistake.Error{Problem: described, Hint: hintIncomplete, Err: cause}
	case stderr == "":
		return &mistake.Error{Problem: fmt.Sprintf("git %s: %v", command, cause), Err: cause}
	}
	return &mistake.Error{Problem: described, Err: cause}
}
