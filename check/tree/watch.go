package tree

import (
	"strings"

	"github.com/promocheck/promocheck/check/git"
)

// Watch is a set of paths, to tell whether any of them differs between two trees.
type Watch struct{ top watched }

// watched is what counts at one path.
type watched struct {
	below map[string]*watched
	entry bool // whether it is there, as what, and a file's content
	names bool // what a directory has in it, by name
	whole bool // a directory with all that is below it
}

// Entry watches a path: the file there, or that there is none, or a directory.
func (w *Watch) Entry(path string) { w.at(path).entry = true }

// Names watches which names there are in a directory.
func (w *Watch) Names(path string) { w.at(path).names = true }

// Whole watches all that is at and below a path.
func (w *Watch) Whole(path string) { w.at(path).whole = true }

func (w *Watch) at(path string) *watched {
	node := &w.top
	for element := range strings.SplitSeq(path, "/") {
		if element == "" || element == "." {
			continue
		}
		next, ok := node.below[element]
		if !ok {
			if node.below == nil {
				node.below = map[string]*watched{}
			}
			next = &watched{}
			node.below[element] = next
		}
		node = next
	}
	return node
}

// Differs reports whether anything that is watched differs between two trees of one store.
func (w *Watch) Differs(a, b *Tree) (bool, error) {
	return w.top.differs(a.store, "", Entry{git.ModeDir, a.root}, Entry{git.ModeDir, b.root})
}

func (n *watched) differs(s *Store, path string, a, b Entry) (bool, error) {
	if same(a, b) {
		return false, nil
	}
	directories := a.Mode.IsDir() && b.Mode.IsDir()
	if n.whole || !directories && (n.entry || n.names || len(n.below) > 0) {
		return true, nil
	}
	if !directories {
		return false, nil
	}
	was, err := s.directory(path, a.OID)
	if err != nil {
		return false, err
	}
	is, err := s.directory(path, b.OID)
	if err != nil {
		return false, err
	}
	if n.names && !sameNames(was, is) {
		return true, nil
	}
	for name, below := range n.below {
		before, _ := find(was, name)
		after, _ := find(is, name)
		if differs, err := below.differs(s, path+"/"+name, before, after); differs || err != nil {
			return differs, err
		}
	}
	return false, nil
}

func sameNames(a, b []DirEntry) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Mode.IsDir() != b[i].Mode.IsDir() {
			return false
		}
	}
	return true
}

// Load reads what Differs needs to compare trees, a level at a time: git is asked as often as the paths
// are deep.
func (w *Watch) Load(trees []*Tree) error {
	if len(trees) == 0 {
		return nil
	}
	type at struct {
		node *watched
		path string
		oid  git.OID
	}
	var level []at
	for _, t := range trees {
		level = append(level, at{&w.top, "", t.root})
	}
	store := trees[0].store
	seen := map[at]bool{}
	for len(level) > 0 {
		wanted := make([]located, 0, len(level))
		for _, directory := range level {
			wanted = append(wanted, located{directory.path, directory.oid})
		}
		if err := store.loadDirectories(wanted); err != nil {
			return err
		}
		var next []at
		for _, directory := range level {
			entries, err := store.directory(directory.path, directory.oid)
			if err != nil {
				return err
			}
			for name, below := range directory.node.below {
				entry, ok := find(entries, name)
				child := at{below, directory.path + "/" + name, entry.OID}
				if ok && entry.Mode.IsDir() && len(below.below) > 0 && !seen[child] {
					seen[child] = true
					next = append(next, child)
				}
			}
		}
		level = next
	}
	return nil
}
