package tree

import (
	"cmp"
	"fmt"
	"path"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/mistake"
)

// Walk visits everything below a directory, in the order of names and each
// directory before what it holds. Symbolic links are visited, not followed.
// An error from visit ends the walk.
func (t *Tree) Walk(dir string, visit func(path string, entry Entry) error) error {
	top, err := t.Resolve(dir)
	if err != nil {
		return err
	}
	if top.Entry.Mode.IsSubmodule() {
		return pathError("walk", dir, ErrSubmodule)
	}
	if !top.Entry.Mode.IsDir() {
		return pathError("walk", dir, ErrNotDirectory)
	}
	if err := t.store.loadBelow([]located{{top.Path, top.Entry.OID}}); err != nil {
		return err
	}
	return t.visitBelow(top.Path, top.Entry.OID, visit)
}

// Load reads all directories of trees of one store, for whatever looks at
// several of them next.
func Load(trees ...*Tree) error {
	var tops []located
	for _, t := range trees {
		tops = append(tops, located{"", t.root})
	}
	return trees[0].store.loadBelow(tops)
}

// loadBelow reads directories and all below them, a level at a time: git is
// asked as often as the deepest tree is deep.
func (s *Store) loadBelow(tops []located) error {
	seen := map[git.OID]bool{}
	for level := tops; len(level) > 0; {
		if err := s.loadDirectories(level); err != nil {
			return err
		}
		var next []located
		for _, parent := range level {
			entries, err := s.directory(parent.path, parent.oid)
			if err != nil {
				return err
			}
			for _, entry := range entries {
				if entry.Mode.IsDir() && !seen[entry.OID] {
					seen[entry.OID] = true
					next = append(next, located{path.Join(parent.path, entry.Name), entry.OID})
				}
			}
		}
		level = next
	}
	for _, top := range tops {
		if _, err := s.unfolded(top, map[git.OID]int{}); err != nil {
			return err
		}
	}
	return nil
}

// mostPaths bounds how much is in a tree. Real ones stay far below; one whose directories are the same object again and
// again can have any number of paths.
const mostPaths = 1_000_000

// unfolded counts the paths below a directory that was loaded; counts are those that are known.
func (s *Store) unfolded(top located, counts map[git.OID]int) (int, error) {
	entries, err := s.directory(top.path, top.oid)
	if err != nil {
		return 0, err
	}
	count := len(entries)
	for _, entry := range entries {
		if !entry.Mode.IsDir() {
			continue
		}
		below, known := counts[entry.OID]
		if !known {
			if below, err = s.unfolded(located{path.Join(top.path, entry.Name), entry.OID}, counts); err != nil {
				return 0, err
			}
			counts[entry.OID] = below
		}
		if count += below; count > mostPaths {
			return 0, &mistake.Error{
				Problem: fmt.Sprintf("there are more than %d files and directories in %s, which is more than promocheck reads", mostPaths, cmp.Or(top.path, "the tree")),
				Hint:    "compare refs without them",
			}
		}
	}
	return count, nil
}

func (t *Tree) visitBelow(dir string, oid git.OID, visit func(string, Entry) error) error {
	entries, err := t.store.directory(dir, oid)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name)
		if err := visit(name, entry.Entry); err != nil {
			return err
		}
		if entry.Mode.IsDir() {
			if err := t.visitBelow(name, entry.OID, visit); err != nil {
				return err
			}
		}
	}
	return nil
}
