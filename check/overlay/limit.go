package overlay

import (
	"cmp"
	"path"
	"strings"

	"github.com/promocheck/promocheck/check/tree"
)

// limit keeps a listing to where one app's environments can be: to directories that a pattern leads through
// if it stands for that app, and to what is at and below the environments' own.
type limit struct {
	finder *Finder
	app    string
	routes routes // from the directory that is listed
}

// seen is what was looked at to find an app's environments.
type seen struct {
	directories []passed
	whole       []string // the environments' directories and files, with all that is below
	links       []string // symbolic links that were followed, and what they lead to
}

// link notes where a symbolic link leads, and whether all is listed that is below.
func (s *seen) link(resolved tree.Resolved, whole bool) {
	s.links = append(s.links, resolved.Links...)
	switch {
	case whole:
		s.whole = append(s.whole, resolved.Path)
	case resolved.Path != "":
		s.links = append(s.links, resolved.Path)
	}
}

// passed is a directory on the way to an app's environments.
type passed struct {
	path   string
	routes routes
}

// limitTo keeps a listing to one app.
func (f *Finder) limitTo(app string) *limit {
	l := &limit{finder: f, app: app}
	for _, p := range f.patterns {
		if segments, ok := p.of(app); ok {
			l.routes = append(l.routes, segments)
		}
	}
	return l
}

// into reports whether what is at a path in the directory is to be listed, and what limits that: nil where it
// is the app's environment.
func (l *limit) into(at string) (*limit, bool) {
	routes := l.routes.into(path.Base(at))
	if len(routes) == 0 {
		return nil, false
	}
	if m, ok := l.finder.match(at); ok {
		return nil, m.app == l.app
	}
	return &limit{finder: l.finder, app: l.app, routes: routes}, true
}

// watch adds what decides where an app's environments are.
func (s *seen) watch(w *tree.Watch) {
	for _, directory := range s.directories {
		directory.routes.watch(directory.path, w)
	}
	for _, path := range s.whole {
		w.Whole(path)
	}
	for _, link := range s.links {
		w.Entry(link)
	}
}

// routes are ways on from a directory to an app's environments: of each pattern that may lead there, the
// segments that are left.
type routes [][]segment

// of is the pattern where it stands for one app; false if it cannot.
func (p pattern) of(app string) ([]segment, bool) {
	var segments []segment
	names := false
	for _, s := range p.segments {
		switch {
		case s.capture != "app":
			segments = append(segments, s)
			continue
		case s.many:
			for name := range strings.SplitSeq(app, "/") {
				segments = append(segments, segment{literal: true, before: name})
			}
		case isLiteral(s.before) && isLiteral(s.after):
			segments = append(segments, segment{literal: true, before: s.before + app + s.after})
		default:
			segments = append(segments, s) // what it stands for shows when a path matches
		}
		names = true
	}
	return segments, names || app == cmp.Or(p.app, ".")
}

// into are the ways on from what is in the directory by a name.
func (r routes) into(name string) routes {
	var on routes
	for _, left := range r {
		for len(left) > 0 && left[0].many { // it stands for this directory and more, or for none
			on = append(on, left)
			left = left[1:]
		}
		if len(left) == 0 {
			continue
		}
		if _, ok := left[0].match(name); ok {
			on = append(on, left[1:])
		}
	}
	return on
}

// watch adds what decides which ways there are in a directory.
func (r routes) watch(dir string, w *tree.Watch) {
	for _, left := range r {
		switch {
		case len(left) == 0:
		case left[0].literal:
			w.Entry(path.Join(dir, left[0].before))
		default:
			w.Names(dir)
		}
	}
}

// App is the part of a tree's layout that is one app's.
type App struct {
	Sites []Site // with the usual names of their environments; in path order, then by target

	overlays []candidate
	seen     *seen
}

// Watch adds all that decides what the app's overlays are, and what they are built from.
func (a *App) Watch(w *tree.Watch) {
	a.seen.watch(w)
	for _, c := range a.overlays {
		c.Closure.Watch(w)
	}
}
