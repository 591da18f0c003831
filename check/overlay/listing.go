package overlay

import (
	"path"
	"slices"
	"strings"

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

// list reads the directories of trees. A symbolic link to a directory is listed as that directory,
// since an environment may be one; links below it are not followed, which keeps the listing finite.
//
// The directories are read a level at a time, and the kustomization files all at once: one by one,
// Git would be asked a thousand times.
func list(trees ...*tree.Tree) ([]*listing, error) {
	if err := tree.Load(trees...); err != nil {
		return nil, err
	}
	tops, kustomizations := make([]*listing, len(trees)), make([]tree.Files, len(trees))
	for i, t := range trees {
		var err error
		if tops[i], err = listDirectory(t, ".", ".", true); err != nil {
			return nil, err
		}
		kustomizations[i].Tree = t
		tops[i].walk(func(l *listing) bool {
			if l.kustomization != "" {
				kustomizations[i].Paths = append(kustomizations[i].Paths, path.Join(l.path, l.kustomization))
			}
			return true
		})
	}
	return tops, tree.Prefetch(kustomizations...)
}

func listDirectory(t *tree.Tree, at, stored string, follow bool) (*listing, error) {
	entries, err := t.ReadDir(stored)
	if err != nil {
		return nil, err
	}
	l := &listing{path: at}
	for _, entry := range entries {
		inside := path.Join(at, entry.Name)
		switch {
		case entry.Mode.IsDir():
			child, err := listDirectory(t, inside, path.Join(stored, entry.Name), follow)
			if err != nil {
				return nil, err
			}
			l.directories = append(l.directories, child)
		case entry.Mode.IsSymlink() && follow:
			resolved, err := t.Resolve(path.Join(stored, entry.Name))
			if err != nil || !resolved.Entry.Mode.IsDir() {
				l.file(entry.Name)
				if lost := (&listing{path: inside, dangling: err != nil, submodule: resolved.Entry.Mode.IsSubmodule()}); !isManifest(inside) && (lost.dangling || lost.submodule) {
					l.directories = append(l.directories, lost)
				}
				continue
			}
			child, err := listDirectory(t, inside, resolved.Path, false)
			if err != nil {
				return nil, err
			}
			l.directories = append(l.directories, child)
		case entry.Mode.IsSubmodule():
			l.directories = append(l.directories, &listing{path: inside, submodule: true})
		default:
			l.file(entry.Name)
		}
	}
	return l, nil
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
