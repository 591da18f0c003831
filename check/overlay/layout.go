package overlay

import (
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
)

// Layout is how one tree lays out its environments.
type Layout struct {
	Path     []Environment
	Sites    []Site              // by app, then in path order, then by target
	Patterns []string            // those that matched something, in the order in which they are tried
	Names    map[string][]string // what the directories and files of each environment are called, sorted
	// Undecided are directories below environments' of which it does not show whether they are apps or targets of one.
	// They are taken for targets.
	Undecided []string

	finder    *Finder
	search    *search
	spellings spellings
	chosen    map[int]string
	overlays  []candidate
	edited    map[string][]candidate // those that deployers change, by directory
	holding   map[string][]candidate // those that install charts of deployers in them, by directory
	division  *division
	strays    []stray
	whole     map[string][]deploy.ID // by file, the deployers in it of which all is followed
	passed    map[string]bool
	indexed   *index    // once it is asked for
	same      *Sameness // likewise
}

// layout puts together what a search has found. The error is about a tree that cannot be read.
func (s *search) layout() (*Layout, error) {
	division, err := s.division()
	if err != nil {
		return nil, err
	}
	l := &Layout{
		Names: map[string][]string{}, Undecided: division.undecided,
		finder: s.Finder, search: s, spellings: s.spellings, chosen: s.spellings.choose(),
		overlays: s.overlays, edited: editedBy(s.overlays), holding: holdingBy(s.overlays), division: division, strays: s.strays, whole: s.whole, passed: s.passed,
	}
	l.Path = s.names.path(l.chosen)
	l.Sites = sitesOf(s.overlays, s.divide(division.isApp), l.nameOf)
	for i, p := range s.patterns {
		if s.matched[i] {
			l.Patterns = append(l.Patterns, p.text)
		}
	}
	for step, called := range s.called {
		l.Names[l.nameOf(step)] = slices.Compact(slices.Sorted(slices.Values(called)))
	}
	return l, nil
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

// Outside lists the directories and files that look like an environment's, and that are neither one nor a part
// of any overlay.
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
		if file := l.search.reader.File(s.path); file != nil && file.Component() {
			continue
		}
		if slices.ContainsFunc(overlays, func(o *Overlay) bool { return s.builtInto(o.Closure) }) {
			continue
		}
		found = append(found, Outside{
			Path:       s.path,
			Reason:     s.reason,
			Production: l.finder.names.saysProduction(s.path),
			Reached:    s.reached(changed),
		})
	}
	return found
}
