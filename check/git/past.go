package git

import (
	"bytes"
	"context"
	"fmt"
	"os"
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

// PastCommit is one step of a branch. Its texts are valid UTF-8.
type PastCommit struct {
	OID     OID
	Tree    OID
	Time    time.Time // when it was committed, by its committer's clock
	Author  string    // name <email>
	Subject string
}

// Past lists the history of a branch's tip, depth commits of it at most.
func (r *Repo) Past(ctx context.Context, tip Commit, depth int) (Past, error) {
	out, err := r.git.output(ctx, "rev-list", "--first-parent", "--max-count="+strconv.Itoa(depth), "--encoding=UTF-8",
		"--format=%T %ct %P%x00%an <%ae>%x00%s%x00", string(tip.OID), "--")
	if err != nil {
		return Past{}, err
	}
	past := Past{}
	root := false
	for len(out) > 0 {
		var fields [3]string
		for i := range fields {
			field, rest, ok := bytes.Cut(out, []byte{0})
			if !ok {
				return Past{}, fmt.Errorf("git rev-list: unexpected output %q", field)
			}
			fields[i], out = strings.ToValidUTF8(string(field), "\uFFFD"), rest
		}
		out = bytes.TrimPrefix(out, []byte{'\n'})
		commit, isRoot, err := parsePastCommit(fields)
		if err != nil {
			return Past{}, err
		}
		past.Commits = append(past.Commits, commit)
		root = isRoot
	}
	past.Shallow = root && r.isCutOff(past.Commits[len(past.Commits)-1].OID)
	past.Whole = root && !past.Shallow
	return past, nil
}

// parsePastCommit reads "commit OID\nTREE TIME PARENTS", the author and the subject.
func parsePastCommit(fields [3]string) (commit PastCommit, isRoot bool, err error) {
	name, rest, _ := strings.Cut(fields[0], "\n")
	tree, rest, _ := strings.Cut(rest, " ")
	seconds, parents, _ := strings.Cut(rest, " ")
	at, err := strconv.ParseInt(seconds, 10, 64)
	commit = PastCommit{
		OID: OID(strings.TrimPrefix(name, "commit ")), Tree: OID(tree), Time: time.Unix(at, 0).UTC(), Author: fields[1], Subject: fields[2],
	}
	if err != nil || !isOID(string(commit.OID)) || !isOID(tree) {
		return PastCommit{}, false, fmt.Errorf("git rev-list: unexpected line %q", fields[0])
	}
	return commit, parents == "", nil
}

// isCutOff reports whether a commit has parents that a shallow clone left out.
func (r *Repo) isCutOff(commit OID) bool {
	layout, err := r.layout()
	if err != nil {
		return true
	}
	shallow, err := os.ReadFile(layout.shallow())
	return err == nil && bytes.Contains(shallow, []byte(commit))
}
