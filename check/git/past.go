package git

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Past is the first-parent history of a branch: what it was, merge by merge.
type Past struct {
	Commits []PastCommit // newest first, the branch's tip included
	Whole   bool         // it reaches back to the first commit of all
	Shallow bool         // it ends where the clone was cut off
}

// From is the past as it was when one of its commits was the tip, depth commits of it at most.
func (p Past) From(tip, depth int) Past {
	end := min(tip+depth, len(p.Commits))
	all := end == len(p.Commits)
	return Past{Commits: slices.Clone(p.Commits[tip:end]), Whole: all && p.Whole, Shallow: all && p.Shallow}
}

// TipAt is the place of the commit that was the tip at a moment: the newest that is not after it, by times that follow each
// other; false if all that are known are.
func (p Past) TipAt(moment time.Time) (tip int, ok bool) {
	tip = slices.IndexFunc(p.Commits, func(c PastCommit) bool { return !c.Time.After(moment) })
	return tip, tip >= 0
}

// PastCommit is one step of a branch. Its texts are valid UTF-8.
type PastCommit struct {
	OID     OID
	Tree    OID
	Time    time.Time // when it was committed, by its committer's clock
	Author  string    // name <email>
	Subject string
	// Ahead is set where that clock was ahead, of now or of that of a later commit: it came at some time before.
	Ahead bool
}

// chunk is how many commits are read at once, at most: few at first, for most
// repositories are young.
const (
	firstChunk = 64
	chunk      = 512
)

// Past lists the history of a branch's tip, depth commits of it at most.
func (r *Repo) Past(ctx context.Context, tip Commit, depth int) (Past, error) {
	past := Past{}
	var foreign []string // commits whose texts have to be converted
	add := func(c commit) error {
		made, err := c.time()
		if err != nil {
			return err
		}
		if !c.isUTF8() {
			foreign = append(foreign, string(c.oid))
		}
		subject, _ := c.text()
		past.Commits = append(past.Commits, PastCommit{
			OID: c.oid, Tree: c.tree, Time: made, Author: valid(c.author), Subject: subject,
		})
		return nil
	}
	oldest := *tip.object
	if err := add(oldest); err != nil {
		return Past{}, err
	}
	for size := firstChunk; len(oldest.parents) > 0 && !past.Shallow && len(past.Commits) < depth; size = chunk {
		names := make([]string, min(size, depth-len(past.Commits)))
		for i := range names {
			names[i] = string(oldest.oid) + "~" + strconv.Itoa(i+1)
		}
		err := r.eachCommit(names, func(c commit, err error) (bool, error) {
			if errors.Is(err, ErrMissing) {
				past.Shallow = len(oldest.parents) > 0
				return false, nil
			}
			if err == nil {
				oldest, err = c, add(c)
			}
			return true, err
		})
		if err != nil {
			return Past{}, err
		}
	}
	past.Whole = len(oldest.parents) == 0
	if past.Shallow && !r.isShallow() {
		return Past{}, missing(string(oldest.parents[0]))
	}
	return past, r.convert(ctx, past.Commits, foreign)
}

// convert has git convert the texts of some commits to UTF-8.
func (r *Repo) convert(ctx context.Context, commits []PastCommit, foreign []string) error {
	if len(foreign) == 0 {
		return nil
	}
	entries, err := r.list(ctx, strings.Join(foreign, "\n"), "--no-walk=unsorted", "--stdin")
	if err != nil && !errors.Is(err, errEnoughCommits) { // those beyond keep what could be read
		return err
	}
	converted := make(map[OID]LogEntry, len(entries))
	for _, entry := range entries {
		converted[entry.OID] = entry
	}
	for i := range commits {
		if entry, ok := converted[commits[i].OID]; ok {
			commits[i].Author, commits[i].Subject = entry.Author, entry.Subject
		}
	}
	return nil
}
