package overlay

import (
	"errors"
	"io/fs"
	"path"
	"slices"

	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
)

// Site is an overlay of one tree, with what it is for.
type Site struct {
	App         string
	Environment string
	Target      string
	*Overlay
}

// Parents are the directories that an app's environments lie in, at base or after the change.
func (l *Layout) Parents(app string) []string {
	var parents []string
	for _, place := range l.Places {
		for _, overlay := range []*Overlay{place.Before, place.After} {
			if place.App == app && overlay != nil {
				parents = append(parents, path.Dir(overlay.Root))
			}
		}
	}
	slices.Sort(parents)
	return slices.Compact(parents)
}

// At finds the overlays that an app has in another tree, in the given directories. known are closures
// that are the same there, by directory. Names are read as they are in the layout.
func (l *Layout) At(side Side, app string, parents []string, known map[string]*kustomization.Closure) ([]Site, error) {
	f := l.finder.fresh(known)
	found := &searched{side: side}
	for _, parent := range parents {
		if err := f.lookIn(found, parent, app); err != nil {
			return nil, err
		}
	}
	found.overlays = slices.DeleteFunc(found.overlays, func(c candidate) bool { return c.app != app })
	return l.sites(found), nil
}

// All finds the overlays of all apps in another tree.
func (l *Layout) All(side Side) ([]Site, error) {
	listed, err := list(side.Tree)
	if err != nil {
		return nil, err
	}
	return l.sites(l.finder.fresh(nil).search(side, listed[0])), nil
}

// fresh is a finder that finds the same, and keeps what it notes to itself.
func (f *finder) fresh(known map[string]*kustomization.Closure) *finder {
	return &finder{
		config: f.config, names: f.names, patterns: f.patterns, spellings: map[int][]string{}, matched: map[int]bool{}, called: map[int][]string{},
		unreached: known,
	}
}

// lookIn searches one directory for an app's environments, which lie right in it.
func (f *finder) lookIn(found *searched, parent, app string) error {
	entries, err := found.side.Tree.ReadDir(parent)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, tree.ErrNotDirectory) {
		return nil
	}
	if err != nil {
		return err
	}
	files := &listing{path: parent}
	for _, entry := range entries {
		at := path.Join(parent, entry.Name)
		captured, ok := f.match(at)
		if !ok || captured.app != app {
			continue
		}
		resolved, err := found.side.Tree.Resolve(at)
		if err != nil || !resolved.Entry.Mode.IsDir() {
			files.file(entry.Name)
			continue
		}
		l, err := listDirectory(found.side.Tree, at, resolved.Path, !entry.Mode.IsSymlink())
		if err != nil {
			return err
		}
		f.environment(found, l, captured)
	}
	f.files(found, files)
	return nil
}

// sites are what was found without the parts, named as places are.
func (l *Layout) sites(found *searched) []Site {
	parts := found.parts()
	isPart := func(c candidate) bool { return parts[c.Dir] }
	crowded := crowdedPlaces(isPart, found.overlays)
	var sites []Site
	for _, c := range found.overlays {
		name, onPath := l.nameOf(c.step)
		if isPart(c) || !onPath {
			continue
		}
		target := c.target
		if crowded[place{c.app, c.step, c.target}] {
			target = c.Dir
		}
		sites = append(sites, Site{App: c.app, Environment: name, Target: target, Overlay: &c.Overlay})
	}
	return sites
}
