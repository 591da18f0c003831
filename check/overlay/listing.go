package overlay

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
)

// listing is what the search for overlays knows of a directory.
type listing struct {
	path          string
	kustomization string   // its kustomization file's name; empty if it has none
	manifests     []string // YAML files that lie in it
	others        []string // all other files
	directories   []*listing
	submodule     bool // its content is not in the repository
	dangling      bool // it is a symbolic link that leads to nothing in the repository
}

// list reads all directories of a tree, and the kustomization files in them: one by one, Git would be asked
// a thousand times.
func list(t *tree.Tree) (*listing, error) {
	if err := tree.Load(t); err != nil {
		return nil, err
	}
	top, err := lister{tree: t, links: new(int)}.top()
	if err != nil {
		return nil, err
	}
	kustomizations := tree.Files{Tree: t}
	top.walk(func(l *listing) bool {
		if l.kustomization != "" {
			kustomizations.Paths = append(kustomizations.Paths, path.Join(l.path, l.kustomization))
		}
		return true
	})
	return top, tree.Prefetch(kustomizations)
}

// lister lists directories of a tree.
type lister struct {
	tree  *tree.Tree
	limit *limit // of what is listed in a directory; nil: everything at and below it is
	seen  *seen  // where to note what was looked at; nil: nobody asks

	way   []string // the directories that links were followed in, to get here
	links *int     // how many were followed
}

// mostLinks bounds how many links to directories are followed, and mostNested how many one after the other.
const (
	mostLinks  = 1000
	mostNested = 8
)

func (in lister) top() (*listing, error) {
	top := &listing{path: "."}
	return top, in.list(top, ".")
}

// into is what lists what is at a path in the directory, if that is to be listed.
func (in lister) into(at string, mode git.Mode) (lister, bool) {
	if in.limit == nil {
		return in, true
	}
	limit, wanted := in.limit.into(at, mode)
	if wanted && limit == nil {
		in.seen.whole = append(in.seen.whole, at)
	}
	in.limit = limit
	return in, wanted
}

// list adds what is in a directory. A symbolic link to a directory is listed as that directory, since an
// environment may be one, unless it leads back to where it was come from.
func (in lister) list(l *listing, stored string) error {
	if in.limit != nil {
		in.seen.directories = append(in.seen.directories, passed{stored, in.limit.routes})
	}
	entries, oid, err := in.tree.Entries(stored)
	if err != nil {
		return err
	}
	for _, entry := range in.limit.among(entries, oid) {
		inside := path.Join(l.path, entry.Name)
		below, wanted := in.into(inside, entry.Mode)
		if !wanted {
			continue
		}
		switch {
		case entry.Mode.IsDir():
			err = l.directory(below, inside, path.Join(stored, entry.Name))
		case entry.Mode.IsSymlink():
			err = l.link(below, inside, stored, entry.Name)
		case entry.Mode.IsSubmodule():
			l.directories = append(l.directories, &listing{path: inside, submodule: true})
		default:
			l.file(entry.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// directory adds a directory with all that is to be listed of it.
func (l *listing) directory(in lister, at, stored string) error {
	child := &listing{path: at}
	l.directories = append(l.directories, child)
	return in.list(child, stored)
}

// link adds what a symbolic link in a stored directory leads to.
func (l *listing) link(in lister, at, stored, name string) error {
	resolved, err := in.tree.Resolve(path.Join(stored, name))
	isDirectory := err == nil && resolved.Entry.Mode.IsDir()
	if in.seen != nil {
		in.seen.link(resolved, in.limit == nil && isDirectory)
	}
	if isDirectory {
		in.way = append(slices.Clone(in.way), stored)
		if !in.follows(resolved.Path) {
			return nil
		}
		return l.directory(in, at, resolved.Path)
	}
	l.file(path.Base(at))
	lost := &listing{path: at, dangling: err != nil, submodule: resolved.Entry.Mode.IsSubmodule()}
	if !isManifest(at) && (lost.dangling || lost.submodule) {
		l.directories = append(l.directories, lost)
	}
	return nil
}

// follows reports whether a link to a directory is followed: it leads back to nothing on the way to it.
func (in lister) follows(dir string) bool {
	leadsBack := func(on string) bool { return on == dir || dir == "." || strings.HasPrefix(on, dir+"/") }
	if len(in.way) > mostNested || *in.links == mostLinks || slices.ContainsFunc(in.way, leadsBack) {
		return false
	}
	*in.links++
	return true
}

func (l *listing) file(name string) {
	switch {
	case slices.Contains(kustomization.Names, name):
		l.kustomization = name
	case isManifest(name):
		l.manifests = append(l.manifests, path.Join(l.path, name))
	default:
		l.others = append(l.others, path.Join(l.path, name))
	}
}

func isManifest(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// files are those that lie in the directory, but for its kustomization file.
func (l *listing) files() []string { return slices.Concat(l.manifests, l.others) }

// walk visits l and the directories below it until visit returns false for one.
func (l *listing) walk(visit func(*listing) bool) {
	if !visit(l) {
		return
	}
	for _, child := range l.directories {
		child.walk(visit)
	}
}

// deploys reports whether there is anything below l that could be deployed.
func (l *listing) deploys() bool {
	if l.kustomization != "" || len(l.manifests) > 0 || l.submodule {
		return true
	}
	return slices.ContainsFunc(l.directories, (*listing).deploys)
}

// own are the files in the directory itself that could be deployed.
func (l *listing) own() []string {
	if l.kustomization == "" {
		return l.manifests
	}
	return append([]string{path.Join(l.path, l.kustomization)}, l.manifests...)
}
