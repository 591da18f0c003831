package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// Log is how two commits relate.
type Log struct {
	Commits   []LogEntry // what head has and base lacks, newest first
	Truncated bool       // there are more than MaxCommits
	Behind    bool       // base has commits that head lacks
}

// LogEntry is one commit of a log. Its texts are valid UTF-8.
type LogEntry struct {
	OID      OID
	Author   string // name <email>
	Subject  string
	Trailers map[string][]string // by lower-case key, in the order of the message
	Reverts  Revert
	Called   Called
}

// MaxCommits bounds how much of a log is kept.
const MaxCommits = 10_000

// Between tells what head adds to base. What base adds is not listed: a branch
// may be years behind.
func (r *Repo) Between(ctx context.Context, base, head Commit) (Log, error) {
	if base.OID == head.OID {
		return Log{}, nil
	}
	log, err := r.between(ctx, base, head)
	if err == nil {
		err = r.complete(log.Commits)
	}
	return log, err
}

func (r *Repo) between(ctx context.Context, base, head Commit) (Log, error) {
	if log, ok, err := r.onTop(base, head); ok || err != nil {
		return log, err
	}
	// The messages are asked for later: git keeps those of all commits that it has listed. base is in head's history
	// exactly if it is the parent of a listed commit, and --boundary lists those too.
	out, err := r.git.output(ctx, "rev-list", "--boundary", fmt.Sprintf("--max-count=%d", MaxCommits+1), string(head.OID), "^"+string(base.OID), "--")
	if err != nil {
		return Log{}, err
	}
	log := Log{Behind: true}
	var names []string
	for name := range strings.Lines(string(out)) {
		name = strings.TrimSuffix(name, "\n")
		if boundary, ok := strings.CutPrefix(name, "-"); !ok {
			names = append(names, name)
		} else if OID(boundary) == base.OID {
			log.Behind = false
		}
	}
	if len(names) > MaxCommits {
		names, log.Truncated = names[:MaxCommits], true
		if log.Behind, err = r.isBehind(ctx, base, head); err != nil {
			return Log{}, err
		}
	}
	log.Commits, err = r.entries(ctx, names)
	return log, err
}

// entries reads commits. What has trailers, or is in another encoding, is left to git.
func (r *Repo) entries(ctx context.Context, names []string) ([]LogEntry, error) {
	var entries []LogEntry
	var left []string
	err := r.eachCommit(names, func(c commit, err error) (bool, error) {
		if err != nil {
			return false, err
		}
		if !c.isUTF8() || c.mayHaveTrailers() {
			left = append(left, string(c.oid))
		}
		entries = append(entries, c.entry())
		return true, nil
	})
	if err != nil || len(left) == 0 {
		return entries, err
	}
	told, err := r.list(ctx, strings.Join(left, "\n"), "--no-walk=unsorted", "--stdin")
	if err != nil {
		return nil, err
	}
	byName := make(map[OID]LogEntry, len(told))
	for _, entry := range told {
		byName[entry.OID] = entry
	}
	for i := range entries {
		if entry, ok := byName[entries[i].OID]; ok {
			entries[i] = entry
		}
	}
	return entries, nil
}

// entry is what a commit says, without trailers.
func (c commit) entry() LogEntry {
	subject, body := c.text()
	isMerge := len(c.parents) > 1
	return LogEntry{
		OID: c.oid, Author: valid(c.author), Subject: subject, Trailers: map[string][]string{},
		Reverts: revertOf(subject, body, isMerge), Called: calledOf(subject, body, isMerge),
	}
}

// mostOnTop bounds how many commits are read one by one.
const mostOnTop = 8

// onTop tells what head adds to base where that is a few commits on top of it,
// one after the other, as most changes are: it takes less time to read them
// than to start a process that does. It reports false for anything else, and
// for what is better left to git: trailers, other encodings, damage.
func (r *Repo) onTop(base, head Commit) (Log, bool, error) {
	var log Log
	for c, whole := *head.object, true; ; {
		plain := whole && len(c.parents) == 1 && c.isUTF8() && !c.mayHaveTrailers()
		if !plain || c.isOlder(*base.object) { // or not on top of base
			return Log{}, false, nil
		}
		log.Commits = append(log.Commits, c.entry())
		if c.parents[0] == base.OID {
			return log, true, nil
		}
		if len(log.Commits) == mostOnTop {
			return Log{}, false, nil
		}
		objects, err := r.Objects(c.parents, MaxObjectSize)
		if err != nil {
			return Log{}, false, err
		}
		c, err = parseCommit(objects[0])
		whole = err == nil
	}
}

// list asks rev-list for commits, and what they say. The error is errEnoughCommits if there are more than MaxCommits.
func (r *Repo) list(ctx context.Context, input string, arguments ...string) ([]LogEntry, error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	cmd := r.git.command(running, append([]string{
		"rev-list", "--encoding=UTF-8",
		"--format=%an <%ae>%x00%P%x00%s%x00%(trailers:only=true,unfold=true,key_value_separator=: )%x00%b%x00",
	}, arguments...)...)
	cmd.Stdin = strings.NewReader(input)
	var stderr diagnostics
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, r.git.failed(ctx, "rev-list", "", err)
	}
	entries, unread := readLog(bufio.NewReader(stdout))
	if unread != nil {
		stop()
	}
	failed := cmd.Wait()
	switch {
	case errors.Is(unread, errEnoughCommits):
		return entries, unread
	case unread != nil && !errors.Is(unread, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("git rev-list: %w", unread)
	case failed != nil:
		return nil, r.git.failed(ctx, "rev-list", stderr.String(), failed)
	}
	return entries, nil
}

var errEnoughCommits = errors.New("enough commits")

// readLog reads what rev-list writes for each commit: a line with the word
// commit and its name, and then five fields, each ended by a NUL.
func readLog(in *bufio.Reader) ([]LogEntry, error) {
	var entries []LogEntry
	for {
		var fields [5]string
		for i := range fields {
			field, err := in.ReadString(0)
			if err == io.EOF && i == 0 && strings.Trim(field, "\n") == "" {
				return entries, nil
			}
			if err != nil {
				return entries, io.ErrUnexpectedEOF
			}
			fields[i] = valid(strings.TrimSuffix(field, "\x00"))
		}
		header, author, _ := strings.Cut(strings.TrimPrefix(fields[0], "\n"), "\n")
		oid, ok := strings.CutPrefix(header, "commit ")
		if !ok {
			return entries, fmt.Errorf("unexpected line %q", header)
		}
		if len(entries) == MaxCommits {
			return entries, errEnoughCommits
		}
		isMerge, subject, body := strings.Contains(fields[1], " "), fields[2], fields[4]
		entries = append(entries, LogEntry{
			OID:      OID(oid),
			Author:   author,
			Subject:  shortened(subject),
			Trailers: parseTrailers(fields[3]),
			Reverts:  revertOf(subject, body, isMerge),
			Called:   calledOf(subject, body, isMerge),
		})
	}
}

func parseTrailers(lines string) map[string][]string {
	trailers := map[string][]string{}
	for line := range strings.Lines(lines) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		key = strings.ToLower(key)
		trailers[key] = append(trailers[key], value)
	}
	return trailers
}

func (r *Repo) isBehind(ctx context.Context, base, head Commit) (bool, error) {
	_, err := r.git.output(ctx, "merge-base", "--is-ancestor", string(base.OID), string(head.OID))
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return true, nil
	}
	return false, err
}
