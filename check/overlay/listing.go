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
	kustomization bool
	manifests     []string // YAML files that lie in it
	directories   []*listing
}

// list reads the directories of a tree. A symbolic link to a directory is listed as that directory,
// since an environment may be one; links below it are not followed, which keeps the listing finite.
func list(t *tree.Tree) (*listing, error) {
	return listDirectory(t, ".", ".", true)
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
				continue
			}
			child, err := listDirectory(t, inside, resolved.Path, false)
			if err != nil {
				return nil, err
			}
			l.directories = append(l.directories, child)
		default:
			l.file(entry.Name)
		}
	}
	return l, nil
}

func (l *listing) file(name string) {
	switch {
	case slices.Contains(kustomization.Names, name):
		l.kustomization = true
	case isManifest(name):
		l.manifests = append(l.manifests, path.Join(l.path, name))
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
	if l.kustomization || len(l.manifests) > 0 {
		return true
	}
	return slices.ContainsFunc(l.directories, (*listing).deploys)
}
