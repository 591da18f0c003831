package overlay

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/tree"
)

// limit keeps a listing to where one app's environments can be: to directories that a pattern leads through
// if it stands for that app, and to what is at and below the environments' own.
type limit struct {
	as     *Layout
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
func (l *Layout) limitTo(app string) *limit {
	limit := &limit{as: l, app: app}
	if l.finder.byPath() {
		limit.routes = whatever
		return limit
	}
	for i, p := range l.finder.patterns {
		for _, app := range limit.apps(p) {
			if segments, ok := p.of(app); ok {
				limit.routes = append(limit.routes, route{i, segments})
			}
		}
	}
	return limit
}

// apps are what a pattern may say that the app is: itself, and what it was divided off.
func (l *limit) apps(p pattern) []string {
	if p.divides {
		return []string{l.app, path.Dir(l.app)}
	}
	return []string{l.app}
}

// into reports whether what is at a path in the directory is to be listed, and what limits that: nil where it
// is the app's environment.
func (l *limit) into(at string, mode git.Mode) (*limit, bool) {
	finder := l.as.finder
	if finder.byPath() {
		return l.intoBranch(at, mode)
	}
	routes := l.routes.into(path.Base(at))
	ours := func(isFile bool) bool {
		m, ok := finder.match(at, isFile)
		if !ok {
			return false
		}
		if passed, _ := l.as.passes(at); passed && !isFile {
			return false
		}
		if !isFile {
			routes = routes.before(finder, m.pattern)
		}
		return slices.Contains(l.apps(finder.patterns[m.pattern]), m.app)
	}
	if len(routes) == 0 {
		return nil, false
	}
	isDirectory := mode.IsDir() || mode.IsSubmodule() || mode.IsSymlink()
	if isDirectory && ours(false) || (!isDirectory || mode.IsSymlink()) && ours(true) {
		return nil, true
	}
	on := slices.ContainsFunc(routes, func(r route) bool { return !isDirectory || len(r.left) > 0 })
	return &limit{as: l.as, app: l.app, routes: routes}, on
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

// routes are ways on from a directory to an app's environments.
type routes []route

// route is a pattern that may lead there, and the segments of it that are left.
type route struct {
	pattern int // its place in the order
	left    []segment
}

// before are the ways on into what a pattern takes in: those by patterns that rank before it.
func (r routes) before(f *Finder, pattern int) routes {
	return slices.DeleteFunc(slices.Clone(r), func(on route) bool { return !f.ranks() || on.pattern >= pattern })
}

// of is the pattern where it stands for one app; false if it cannot.
func (p pattern) of(app string) ([]segment, bool) {
	many, one, ok := p.share(app)
	if !ok {
		return nil, false
	}
	var segments []segment
	names := false
	for _, s := range p.segments {
		switch {
		case s.capture != "app":
			segments = append(segments, s)
			continue
		case s.many:
			for name := range strings.SplitSeq(many, "/") {
				segments = append(segments, segment{literal: true, before: name})
			}
		case isLiteral(s.before) && isLiteral(s.after):
			segments = append(segments, segment{literal: true, before: s.before + one + s.after})
		default:
			segments = append(segments, s) // what it stands for shows when a path matches
		}
		names = true
	}
	return segments, names || app == cmp.Or(p.app, ".")
}

// share is what {app**} stands for in an app's name, and what {app} does. The one that comes last has the end of it.
func (p pattern) share(app string) (many, one string, ok bool) {
	var captures []bool // whether it is {app**}
	for _, s := range p.segments {
		if s.capture == "app" {
			captures = append(captures, s.many)
		}
	}
	if len(captures) < 2 {
		return app, app, true
	}
	if captures[0] {
		at := strings.LastIndex(app, "/")
		return app[:max(at, 0)], app[at+1:], at > 0
	}
	one, many, ok = strings.Cut(app, "/")
	return many, one, ok
}

// into are the ways on from what is in the directory by a name.
func (r routes) into(name string) routes {
	var on routes
	for _, way := range r {
		left := way.left
		for len(left) > 0 && left[0].many { // it stands for this directory and more, or for none
			on = append(on, route{way.pattern, left})
			left = left[1:]
		}
		if len(left) == 0 {
			continue
		}
		_, ok := left[0].match(name)
		if !ok && len(left) == 1 {
			_, ok = left[0].match(strings.TrimSuffix(name, path.Ext(name))) // a file may be called so, and have an extension
		}
		if ok {
			on = append(on, route{way.pattern, left[1:]})
		}
	}
	return on
}

// watch adds what decides which ways there are in a directory.
func (r routes) watch(dir string, w *tree.Watch) {
	for _, way := range r {
		switch left := way.left; {
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
	deployed []candidate // those of the layout that only deployers take in, be they there or not
	seen     *seen
	built    built
}

// Watch adds all that decides what the app's overlays are, and what they are built from.
func (a *App) Watch(w *tree.Watch) {
	a.seen.watch(w)
	a.watchDeployed(w)
	for _, c := range a.overlays {
		c.Closure.Watch(w)
	}
}
