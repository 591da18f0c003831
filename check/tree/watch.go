package tree

import (
	"path"
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

// Changes are what differs in what is watched between two trees of one store.
type Changes struct {
	Files []Change // whose content differs
	More  bool     // there is more than files whose content differs, and Files may lack some of those
}

// Changes lists what differs between two trees.
func (w *Watch) Changes(a, b *Tree) (Changes, error) {
	var c Changes
	err := w.top.changes(a.store, "", Entry{git.ModeDir, a.root}, Entry{git.ModeDir, b.root}, &c)
	return c, err
}

func (n *watched) changes(s *Store, at string, a, b Entry, c *Changes) error {
	if c.More || same(a, b) {
		return nil
	}
	counts := n.whole || n.entry || n.names || len(n.below) > 0
	switch {
	case !counts:
		return nil
	case a.Mode.IsFile() && b.Mode.IsFile():
		c.Files = append(c.Files, Change{at, a, b})
		return nil
	case !a.Mode.IsDir() || !b.Mode.IsDir():
		c.More = true
		return nil
	case n.whole:
		return s.allChanges(at, a, b, c)
	case !n.names && len(n.below) == 0:
		return nil
	}
	was, err := s.directory(at, a.OID)
	if err != nil {
		return err
	}
	is, err := s.directory(at, b.OID)
	if err != nil {
		return err
	}
	if n.names && !sameNames(was, is) {
		c.More = true
		return nil
	}
	for name, below := range n.below {
		before, _ := find(was, name)
		after, _ := find(is, name)
		if err := below.changes(s, path.Join(at, name), before, after, c); err != nil {
			return err
		}
	}
	return nil
}

// allChanges adds all that differs below a directory.
func (s *Store) allChanges(at string, a, b Entry, c *Changes) error {
	files, below, err := s.compare(pair{at, directoryOID(a), directoryOID(b)})
	if err != nil {
		return err
	}
	for _, file := range files {
		if !file.Before.Mode.IsFile() || !file.After.Mode.IsFile() {
			c.More = true
			return nil
		}
		c.Files = append(c.Files, file)
	}
	for _, directory := range below {
		if directory.before == "" || directory.after == "" {
			c.More = true
			return nil
		}
		if err := s.allChanges(directory.path, Entry{git.ModeDir, directory.before}, Entry{git.ModeDir, directory.after}, c); err != nil {
			return err
		}
	}
	return nil
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
