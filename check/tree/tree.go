package tree

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/git"
)

// Tree is the files of a repository at one point. Paths are relative to its
// top, which is "." or "", and separated by slashes; their bytes are taken as
// they are.
type Tree struct {
	store *Store
	root  git.OID
}

// At is another tree, which shares with this one what was read.
func (t *Tree) At(root git.OID) *Tree { return t.store.Tree(root) }

// With is the tree with another entry at a path. It exists in the store only.
func (t *Tree) With(path string, entry Entry) (*Tree, error) {
	return t.store.Graft(t.root, []git.StagedChange{{Path: path, Mode: entry.Mode, OID: entry.OID}})
}

// OID is the tree's own name: equal trees have equal ones.
func (t *Tree) OID() git.OID { return t.root }

// Lookup finds what is at a path. A symbolic link is followed on the way, but
// not if it is the path's last element.
func (t *Tree) Lookup(path string) (Entry, error) {
	resolved, err := t.walkPath("lookup", path, false)
	return resolved.Entry, err
}

// Resolved is where a path leads.
type Resolved struct {
	Path  string // without symbolic links; "." is the top
	Entry Entry
	Links []string // the symbolic links that were followed: they decide too
}

// Resolve finds what a path leads to in a checkout, following symbolic links
// inside the repository. On an error, Links holds those that led to it, and Path
// is where something else would have to be; empty if the way leads outside, or
// round in a circle.
func (t *Tree) Resolve(path string) (Resolved, error) {
	return t.walkPath("resolve", path, true)
}

// IsFile reports whether a path leads to a file.
func (t *Tree) IsFile(path string) bool {
	resolved, err := t.Resolve(path)
	return err == nil && resolved.Entry.Mode.IsFile()
}

// IsDir reports whether a path leads to a directory.
func (t *Tree) IsDir(path string) bool {
	resolved, err := t.Resolve(path)
	return err == nil && resolved.Entry.Mode.IsDir()
}

// maxLinks is how many symbolic links Linux follows in one path.
const maxLinks = 40

func (t *Tree) walkPath(op, name string, followLast bool) (Resolved, error) {
	var links, at []string
	fail := func(err error, stops ...string) (Resolved, error) {
		return Resolved{Path: path.Join(stops...), Links: links}, pathError(op, name, err)
	}
	if strings.HasPrefix(name, "/") {
		return fail(ErrLeaves)
	}
	here := []Entry{{Mode: git.ModeDir, OID: t.root}} // at's directories, from the top
	todo := strings.Split(name, "/")
	for len(todo) > 0 {
		element := todo[0]
		todo = todo[1:]
		last := here[len(here)-1]
		if last.Mode.IsSubmodule() {
			return fail(ErrSubmodule, at...)
		}
		if !last.Mode.IsDir() {
			return fail(ErrNotDirectory, at...)
		}
		switch element {
		case "", ".":
			continue
		case "..":
			if len(at) == 0 {
				return fail(ErrLeaves)
			}
			at, here = at[:len(at)-1], here[:len(here)-1]
			continue
		}
		entries, known := t.store.atHand(last.OID)
		if !known {
			var err error
			if entries, err = t.store.directory(path.Join(at...), last.OID); err != nil {
				return Resolved{Links: links}, err
			}
		}
		entry, ok := find(entries, element)
		if !ok {
			return fail(fs.ErrNotExist, append(at, element)...)
		}
		if !entry.Mode.IsSymlink() || (len(todo) == 0 && !followLast) {
			at, here = append(at, element), append(here, entry)
			continue
		}
		link := path.Join(path.Join(at...), element)
		if links = append(links, link); len(links) > maxLinks {
			return fail(ErrLoop)
		}
		target, err := t.store.content(link, entry.OID)
		if err != nil {
			return Resolved{Links: links}, err
		}
		switch {
		case len(target) == 0:
			return fail(fs.ErrNotExist)
		case bytes.HasPrefix(target, []byte("/")):
			return fail(ErrLeaves)
		}
		todo = append(strings.Split(string(target), "/"), todo...)
	}
	resolved := Resolved{Path: ".", Entry: here[len(here)-1], Links: links}
	if len(at) > 0 {
		resolved.Path = path.Join(at...)
	}
	return resolved, nil
}

// ReadFile reads a file, following symbolic links.
func (t *Tree) ReadFile(path string) ([]byte, error) {
	resolved, err := t.Resolve(path)
	if err != nil {
		return nil, err
	}
	return t.readResolved(path, resolved)
}

func (t *Tree) readResolved(path string, resolved Resolved) ([]byte, error) {
	switch mode := resolved.Entry.Mode; {
	case mode.IsDir():
		return nil, pathError("read", path, ErrIsDirectory)
	case mode.IsSubmodule():
		return nil, pathError("read", path, ErrSubmodule)
	}
	data, err := t.store.content(resolved.Path, resolved.Entry.OID)
	return bytes.Clone(data), err
}

// ReadDir lists a directory by name, following symbolic links to it.
func (t *Tree) ReadDir(path string) ([]DirEntry, error) {
	entries, _, err := t.Entries(path)
	return slices.Clone(entries), err
}

// Entries is like ReadDir, without a copy: what it returns is for reading only, and the same for the same directory of any
// tree, which it names.
func (t *Tree) Entries(path string) ([]DirEntry, git.OID, error) {
	resolved, err := t.Resolve(path)
	if err != nil {
		return nil, "", err
	}
	switch mode := resolved.Entry.Mode; {
	case mode.IsSubmodule():
		return nil, "", pathError("read", path, ErrSubmodule)
	case !mode.IsDir():
		return nil, "", pathError("read", path, ErrNotDirectory)
	}
	entries, err := t.store.directory(resolved.Path, resolved.Entry.OID)
	return entries, resolved.Entry.OID, err
}

// Files are some files of a tree, by path.
type Files struct {
	Tree  *Tree
	Paths []string
}

// Prefetch reads the contents of files of one store in one go, for ReadFile to
// find them at hand. Paths that lead to no file are passed over: ReadFile says why.
func Prefetch(files ...Files) error {
	var oids []git.OID
	var store *Store
	asked := map[git.OID]bool{}
	for _, f := range files {
		for _, path := range f.Paths {
			resolved, err := f.Tree.Resolve(path)
			if oid := resolved.Entry.OID; err == nil && resolved.Entry.Mode.IsFile() && !asked[oid] {
				asked[oid] = true
				oids, store = append(oids, oid), f.Tree.store
			}
		}
	}
	if len(oids) == 0 {
		return nil
	}
	return store.loadContents(oids)
}

// AnyLarge reports whether one of the files, which were prefetched, is too large to be at hand.
func (f Files) AnyLarge() bool {
	return len(f.Paths) > 0 && f.Tree.store.hasLarge() && slices.ContainsFunc(f.Paths, func(path string) bool {
		resolved, err := f.Tree.Resolve(path)
		return err == nil && f.Tree.store.isLarge(resolved.Entry.OID)
	})
}

// Content reads a file that Lookup or Resolve found. Callers must not change it.
func (t *Tree) Content(path string, entry Entry) ([]byte, error) {
	if !entry.Mode.IsFile() {
		return nil, pathError("read", path, ErrIsDirectory)
	}
	return t.store.content(path, entry.OID)
}
