// Package treetest makes trees of files out of thin air: no repository, no git process.
package treetest

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"sync"
	"testing"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/tree"
)

// Files are the contents of a tree's files, by path. Link and Submodule make what is none.
type Files map[string]string

// Gone is, among files that are put on top of others, one that goes away.
const Gone = "\x00gone"

const (
	link      = "\x00link:"
	submodule = "\x00submodule:"
)

// Link is a symbolic link.
func Link(target string) string { return link + target }

// Submodule is another repository's commit. The same name is the same commit.
func Submodule(name string) string { return submodule + name }

// With returns the files with others on top of them.
func (f Files) With(changes Files) Files {
	all := Files{}
	for _, files := range []Files{f, changes} {
		for path, content := range files {
			all[path] = content
			if content == Gone {
				delete(all, path)
			}
		}
	}
	return all
}

// Store holds what trees are made of. Trees that are to be compared are made by the same store.
type Store struct {
	objects *objects
	store   *tree.Store
}

// New returns an empty store.
func New() *Store {
	o := &objects{contents: map[git.OID][]byte{}, read: map[git.OID]bool{}}
	return &Store{o, tree.NewStore(o)}
}

// Tree makes a tree.
func (s *Store) Tree(t testing.TB, files Files) *tree.Tree {
	t.Helper()
	var changes []git.StagedChange
	for path, content := range files {
		change := git.StagedChange{Path: path, Mode: git.ModeFile}
		switch {
		case len(content) >= len(link) && content[:len(link)] == link:
			change.Mode, content = git.ModeSymlink, content[len(link):]
		case len(content) >= len(submodule) && content[:len(submodule)] == submodule:
			change.Mode = git.ModeSubmodule
		}
		change.OID = s.objects.put(content)
		changes = append(changes, change)
	}
	made, err := s.store.Graft("", changes)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Read reports whether anybody has read a file of this content.
func (s *Store) Read(content string) bool {
	s.objects.mu.Lock()
	defer s.objects.mu.Unlock()
	return s.objects.read[nameOf(content)]
}

// objects are blobs by name.
type objects struct {
	mu       sync.Mutex
	contents map[git.OID][]byte
	read     map[git.OID]bool
}

func nameOf(content string) git.OID {
	sum := sha1.Sum(append([]byte(fmt.Sprintf("blob %d\x00", len(content))), content...))
	return git.OID(hex.EncodeToString(sum[:]))
}

func (o *objects) put(content string) git.OID {
	oid := nameOf(content)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.contents[oid] = []byte(content)
	return oid
}

// Objects implements tree.Objects, and has no limit.
func (o *objects) Objects(oids []git.OID, _ int64) ([]git.Object, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	found := make([]git.Object, 0, len(oids))
	for _, oid := range oids {
		content, ok := o.contents[oid]
		if !ok {
			return nil, fmt.Errorf("no object %s", oid)
		}
		o.read[oid] = true
		found = append(found, git.Object{OID: oid, Type: "blob", Data: content})
	}
	return found, nil
}
