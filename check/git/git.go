// Package git reads a repository through the git program's plumbing.
//
// One `git cat-file --batch-command` process serves nearly everything: it resolves
// revisions and returns objects. Nothing is ever written into the repository,
// its index or its work tree, nothing is ever fetched, and no program that the
// repository's configuration or attributes name is ever run.
package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/promocheck/promocheck/check/mistake"
)

// OID is an object's name in lower-case hex: 40 digits, or 64 where the
// repository uses SHA-256.
type OID string

// Commit is a commit and the tree it records.
type Commit struct {
	Name string // what the commit was asked for as; a default branch by its short name
	Ref  string // the full name of the ref that it was asked for as, or of one and what follows it; empty where it was asked for as anything else
	OID  OID    // empty for the state before the first commit
	Tree OID

	object *commit // nil for the state before the first commit
}

// Options say how a repository is opened.
type Options struct {
	// UseIndexFile makes Staged read the index that GIT_INDEX_FILE names, as a
	// hook must. It is for callers that work on the repository the hook runs in.
	UseIndexFile bool
}

// Repo is a repository that is being read. It is safe for concurrent use.
type Repo struct {
	git       program
	indexFile string
	names     *batch // in the user's repository: resolves names, and reads objects
	commits   meanings
	layout    func() (layout, error)

	naming      sync.Mutex
	remoteNames []string // nil until they were asked for

	borrowing sync.Mutex
	scratch   atomic.Pointer[scratch] // reads objects once it is there
}

// Open starts reading the repository that dir lies in. It does not wait for
// git, so that a directory outside any repository is reported by the first
// call that reads. Cancelling ctx ends all of the repository's processes.
func Open(ctx context.Context, dir string, options Options) (*Repo, error) {
	if dir == "" {
		dir = "."
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, &mistake.Error{
			Problem: fmt.Sprintf("%s is not a directory", dir),
			Hint:    "name a directory inside a Git repository",
			Usage:   true,
			Err:     err,
		}
	}
	if err := refuseWithin(dir); err != nil {
		return nil, err
	}
	git, err := findProgram(dir)
	if err != nil {
		return nil, err
	}
	r := &Repo{git: git}
	if options.UseIndexFile {
		if r.indexFile, err = callersIndexFile(); err != nil {
			return nil, err
		}
	}
	r.layout = sync.OnceValues(func() (layout, error) { return findLayout(ctx, git) })
	if r.names, err = startBatch(ctx, git); err != nil {
		return nil, err
	}
	return r, nil
}

// Close ends the processes and removes what a merge left behind.
func (r *Repo) Close() error {
	r.names.close()
	if scratch := r.scratch.Load(); scratch != nil {
		return scratch.close()
	}
	return nil
}

// Objects reads objects in one go, in the order asked for. An object that
// cannot be read, or is larger than limit, has its Err set; the error returned
// means that git gave up.
func (r *Repo) Objects(oids []OID, limit int64) ([]Object, error) {
	names := make([]string, len(oids))
	for i, oid := range oids {
		names[i] = string(oid)
	}
	return r.named(names, limit)
}

// named reads objects by names that start with an object's, as in OID~1.
func (r *Repo) named(names []string, limit int64) ([]Object, error) {
	if scratch := r.scratch.Load(); scratch != nil {
		return scratch.objects.request(names, limit)
	}
	objects, err := r.names.request(names, limit)
	if !errors.Is(err, ErrMissing) {
		return objects, err
	}
	// In a partial clone git gives up over the first object that it would have
	// to fetch. A repository that does not know where from just says it is missing.
	scratch, err := r.borrow()
	if err != nil {
		return nil, err
	}
	return scratch.objects.request(names, limit)
}
