package git

import (
	"context"
	"fmt"
	"strings"
)

// MaxBrought bounds how many commits are listed of those that one commit brought to a branch.
const MaxBrought = 1000

// Brought lists what a commit of a branch brought to it: itself and, if it merged others, those, newest first.
func (r *Repo) Brought(ctx context.Context, oid OID) ([]LogEntry, error) {
	objects, err := r.Objects([]OID{oid}, MaxObjectSize)
	if err != nil {
		return nil, err
	}
	c, err := parseCommit(objects[0])
	if err != nil {
		return nil, err
	}
	arguments := []string{fmt.Sprintf("--max-count=%d", MaxBrought), string(oid)}
	for _, parent := range c.parents[:min(1, len(c.parents))] {
		arguments = append(arguments, "^"+string(parent))
	}
	return r.list(ctx, "", append(arguments, "--")...)
}

// Step is what a commit made of what was there: the trees of its first parent and its own. Before the first commit
// there was none.
func (r *Repo) Step(oid OID) (before, after OID, err error) {
	objects, err := r.Objects([]OID{oid}, MaxObjectSize)
	if err != nil {
		return "", "", err
	}
	c, err := parseCommit(objects[0])
	if err != nil || len(c.parents) == 0 {
		return "", c.tree, err
	}
	objects, err = r.Objects(c.parents[:1], MaxObjectSize)
	if err != nil {
		return "", "", err
	}
	parent, err := parseCommit(objects[0])
	return parent.tree, c.tree, err
}

// mostCompleted bounds how many abbreviated names are looked up.
const mostCompleted = 1000

// complete completes the abbreviated names of commits that others say they revert, where the repository knows them, and
// notes where it knows none.
func (r *Repo) complete(commits []LogEntry) error {
	var asked []*string
	var by []*Revert
	var names []string
	for i := range commits {
		reverts := &commits[i].Reverts
		for j, name := range reverts.Commits {
			if len(asked) < mostCompleted && (!isOID(name) || len(reverts.Titles) > 0) {
				asked, by, names = append(asked, &reverts.Commits[j]), append(by, reverts), append(names, name+"^{commit}")
				reverts.Gone = true // until one is found
			}
		}
	}
	objects, err := r.named(names, MaxObjectSize)
	if err != nil || len(names) == 0 {
		return err
	}
	for i, object := range objects {
		// A ref may be called like the beginning of a name, and lead elsewhere.
		if object.Err == nil && strings.HasPrefix(string(object.OID), *asked[i]) {
			*asked[i], by[i].Gone = string(object.OID), false
		}
	}
	return nil
}
