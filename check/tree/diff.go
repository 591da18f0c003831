package tree

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/git"
)

// Change is a path that differs between two trees: a file, a symbolic link or
// a submodule. On the side where the path is none of these, its Entry is zero.
type Change struct {
	Path          string
	Before, After Entry
}

// Diff finds what differs between two trees of one store, in the order of
// paths. Directories that are the same are not even read. That a file became
// executable, or ceased to be, is no difference.
func Diff(before, after *Tree) ([]Change, error) {
	var changes []Change
	store := before.store
	for level := []pair{{"", before.root, after.root}}; len(level) > 0; {
		var wanted []located
		for _, dirs := range level {
			for _, oid := range []git.OID{dirs.before, dirs.after} {
				if oid != "" {
					wanted = append(wanted, located{dirs.path, oid})
				}
			}
		}
		if err := store.loadDirectories(wanted); err != nil {
			return nil, err
		}
		var next []pair
		for _, dirs := range level {
			files, below, err := store.compare(dirs)
			if err != nil {
				return nil, err
			}
			changes = append(changes, files...)
			next = append(next, below...)
		}
		level = next
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return changes, nil
}

// pair is a directory on both sides, empty on one where it is none.
type pair struct {
	path          string
	before, after git.OID
}

func (s *Store) compare(dirs pair) (files []Change, below []pair, err error) {
	if dirs.before == dirs.after {
		return nil, nil, nil
	}
	before, err := s.entriesOrNone(dirs.path, dirs.before)
	if err != nil {
		return nil, nil, err
	}
	after, err := s.entriesOrNone(dirs.path, dirs.after)
	if err != nil {
		return nil, nil, err
	}
	for len(before) > 0 || len(after) > 0 {
		var name string
		var a, b Entry
		switch {
		case len(after) == 0, len(before) > 0 && before[0].Name < after[0].Name:
			name, a, before = before[0].Name, before[0].Entry, before[1:]
		case len(before) == 0, after[0].Name < before[0].Name:
			name, b, after = after[0].Name, after[0].Entry, after[1:]
		default:
			name, a, b = before[0].Name, before[0].Entry, after[0].Entry
			before, after = before[1:], after[1:]
		}
		if same(a, b) {
			continue
		}
		name = path.Join(dirs.path, name)
		if a.Mode.IsDir() || b.Mode.IsDir() {
			below = append(below, pair{name, directoryOID(a), directoryOID(b)})
		}
		if change := (Change{name, unlessDirectory(a), unlessDirectory(b)}); change.Before != change.After {
			files = append(files, change)
		}
	}
	return files, below, nil
}

func (s *Store) entriesOrNone(path string, oid git.OID) ([]DirEntry, error) {
	if oid == "" {
		return nil, nil
	}
	return s.directory(path, oid)
}

func same(a, b Entry) bool {
	return a.OID == b.OID && (a.Mode == b.Mode || a.Mode.IsFile() && b.Mode.IsFile())
}

func directoryOID(entry Entry) git.OID {
	if entry.Mode.IsDir() {
		return entry.OID
	}
	return ""
}

func unlessDirectory(entry Entry) Entry {
	if entry.Mode.IsDir() {
		return Entry{}
	}
	return entry
}
