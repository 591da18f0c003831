package overlay

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/kustomization"
)

// Layout is how one tree lays out its environments.
type Layout struct {
	Path     []Environment
	Sites    []Site              // by app, then in path order, then by target
	Patterns []string            // those that matched something, in the order in which they are tried
	Names    map[string][]string // what the directories and files of each environment are called, sorted

	finder    *Finder
	reader    *kustomization.Reader
	spellings spellings
	chosen    map[int]string
	overlays  []candidate
	strays    []stray
}

// layout puts together what a search has found.
func (s *search) layout() *Layout {
	l := &Layout{
		Names:  map[string][]string{},
		finder: s.Finder, reader: s.reader, spellings: s.spellings, chosen: s.spellings.choose(),
		overlays: s.overlays, strays: s.strays,
	}
	l.Path = s.names.path(l.chosen)
	l.Sites = sitesOf(s.overlays, l.nameOf)
	for i, p := range s.patterns {
		if s.matched[i] {
			l.Patterns = append(l.Patterns, p.text)
		}
	}
	for step, called := range s.called {
		l.Names[l.nameOf(step)] = slices.Compact(slices.Sorted(slices.Values(called)))
	}
	return l
}

// Name is what the layout calls an environment that may be spelt otherwise elsewhere. One that the tree does
// not have has its usual name.
func (l *Layout) Name(environment string) string {
	if named, reading := l.finder.names.read(environment); reading == isEnvironment {
		return l.nameOf(named.step)
	}
	return environment
}

func (l *Layout) nameOf(step int) string { return l.finder.names.nameOf(step, l.chosen) }

// Outside lists the directories that look like an environment's, and that are neither one nor a part of
// any overlay.
func (l *Layout) Outside() []Outside {
	var overlays []*Overlay
	for _, site := range l.Sites {
		overlays = append(overlays, site.Overlay)
	}
	return l.outside(overlays, nil)
}

// outside lists the strays that are no part of any of some overlays.
func (l *Layout) outside(overlays []*Overlay, changed []string) []Outside {
	var found []Outside
	for _, s := range l.strays {
		dir := s.listing.path
		if file := l.reader.File(dir); file != nil && file.Component() {
			continue
		}
		if slices.ContainsFunc(overlays, func(o *Overlay) bool { return s.builtInto(o.Closure) }) {
			continue
		}
		found = append(found, Outside{
			Path:   dir,
			Reason: s.reason,
			Reached: slices.ContainsFunc(changed, func(p string) bool {
				return path.Dir(p) == dir || !s.alone && strings.HasPrefix(p, dir+"/")
			}),
		})
	}
	return found
}

// builtInto reports whether a stray is a part of what has the closure.
func (s stray) builtInto(closure *kustomization.Closure) bool {
	if s.alone {
		return slices.ContainsFunc(s.listing.own(), closure.Reaches)
	}
	return closure.Below(s.listing.path)
}
