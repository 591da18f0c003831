package git

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check/mistake"
)

// commit is what a commit object says. Its texts are as they were written, in an encoding that it names.
type commit struct {
	oid      OID
	tree     OID
	parents  []OID
	author   string // name <email>
	seconds  string // when it was committed
	encoding string // empty: UTF-8
	message  string
}

// parseCommit reads a commit as git does.
func parseCommit(object Object) (commit, error) {
	if object.Err != nil {
		return commit{}, object.Err
	}
	c := commit{oid: object.OID}
	header, message, _ := bytes.Cut(object.Data, []byte("\n\n"))
	message, _, _ = bytes.Cut(message, []byte{0}) // where git stops to read
	c.message = string(message)
	for line := range strings.Lines(string(header)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch key {
		case "tree":
			c.tree = OID(value)
		case "parent":
			c.parents = append(c.parents, OID(value))
		case "author":
			c.author, _ = splitIdentity(value)
		case "committer":
			_, c.seconds = splitIdentity(value)
		case "encoding":
			c.encoding = value
		}
	}
	if !isOID(string(c.tree)) {
		return commit{}, c.damaged("it names no tree")
	}
	return c, nil
}

// usualCommit is the size of commits that are read many at once. Messages can have any length.
const usualCommit = 64 << 10

// eachCommit reads commits by names that start with an object's, in their order, until visit has seen enough. It holds
// one large commit at a time.
func (r *Repo) eachCommit(names []string, visit func(commit, error) (more bool, err error)) error {
	for some := range slices.Chunk(names, chunk) {
		objects, err := r.named(some, usualCommit)
		if err != nil {
			return err
		}
		for _, object := range objects {
			if errors.Is(object.Err, ErrTooLarge) {
				large, err := r.named([]string{string(object.OID)}, MaxObjectSize)
				if err != nil {
					return err
				}
				object = large[0]
			}
			if more, err := visit(parseCommit(object)); err != nil || !more {
				return err
			}
		}
	}
	return nil
}

// time is when the commit was made, by its committer's clock.
func (c commit) time() (time.Time, error) {
	seconds, err := strconv.ParseInt(c.seconds, 10, 64)
	if err != nil {
		return time.Time{}, c.damaged("it does not say when it was made")
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// isOlder reports whether the commit was made before another, as far as their clocks tell.
func (c commit) isOlder(other commit) bool {
	mine, err := c.time()
	theirs, errTheirs := other.time()
	return err == nil && errTheirs == nil && mine.Before(theirs)
}

func (c commit) damaged(how string) error {
	return &mistake.Error{
		Problem: fmt.Sprintf("commit %s is damaged: %s", c.oid, how),
		Hint:    "check the repository with `git fsck`",
	}
}

// splitIdentity takes apart "name <email> seconds zone".
func splitIdentity(line string) (identity, seconds string) {
	name, rest, _ := strings.Cut(line, "<")
	email, _, _ := strings.Cut(rest, ">")
	when := strings.Fields(line[strings.LastIndexByte(line, '>')+1:])
	if len(when) > 0 {
		seconds = when[0]
	}
	return strings.TrimRight(name, blanks) + " <" + email + ">", seconds
}

const blanks = " \t\r\n"

// text is the first paragraph of the message, on one line, and what follows it.
func (c commit) text() (subject, body string) {
	var lines []string
	rest := c.message
	for rest != "" {
		line, after, _ := strings.Cut(rest, "\n")
		if line = strings.TrimRight(line, blanks); line != "" {
			lines = append(lines, line)
		} else if len(lines) > 0 {
			break
		}
		rest = after
	}
	return shortened(valid(strings.Join(lines, " "))), valid(rest)
}

// shortened is a subject as it is kept: one can be as long as a message.
func shortened(subject string) string {
	const longest = 4 << 10
	if len(subject) <= longest {
		return subject
	}
	return strings.ToValidUTF8(subject[:longest-len("…")], "") + "…" // without the half of a character
}

// isUTF8 reports whether the texts need not be converted.
func (c commit) isUTF8() bool {
	return c.encoding == "" || strings.EqualFold(c.encoding, "UTF-8")
}

// mayHaveTrailers reports whether the message has anything below its first line that could be a trailer.
func (c commit) mayHaveTrailers() bool {
	_, rest, _ := strings.Cut(strings.TrimLeft(c.message, blanks), "\n")
	return strings.Contains(rest, ":")
}

func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
