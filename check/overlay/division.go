package overlay

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// child is what lies right below an environment's directory: a directory there, or a file.
type child struct {
	app  string // what the pattern says that is promoted there
	name string // without the environment's own words, and without a file's extension
	file bool
}

// called is the name of the app that a child is, if it is one.
func (c child) called() string {
	if c.app == "." {
		return c.name
	}
	return c.app + "/" + c.name
}

// verdict is what a child is.
type verdict int

const (
	alone     verdict = iota // there is nothing to tell it by; it is a target
	undecided                // there is, and it does not tell; it is a target
	isTarget
	isApp
)

// ruling is a verdict on a child, and the steps whose directories it is in.
type ruling struct {
	verdict
	steps map[int]bool
}

// division tells which children of environments' directories are apps of their own.
type division struct {
	children  map[child]*ruling
	patterns  map[string]bool // the apps that patterns say; no child takes the name of one
	undecided []string        // directories
}

func (d *division) isApp(c child) bool {
	ruling, ok := d.children[c]
	return ok && ruling.verdict == isApp
}

// asked divides as d does, and takes the name of an app that d does not know for that of a child.
func (d *division) asked(app string) func(child) bool {
	return func(c child) bool {
		if ruling, ok := d.children[c]; ok && ruling.verdict != alone {
			return ruling.verdict == isApp
		}
		return c.called() == app && !d.patterns[app]
	}
}

// and is the division before a change and after it: what was told before stays as it was, so that no change makes
// another thing of it. What nothing told by is an app from now on only if several environments have it.
func (d *division) and(after *division) *division {
	both := &division{children: map[child]*ruling{}}
	for c, is := range after.children {
		both.children[c] = is
		if was, ok := d.children[c]; ok && (was.verdict != alone || len(is.steps) < 2) {
			both.children[c] = was
		}
	}
	for c, was := range d.children {
		if both.children[c] == nil {
			both.children[c] = was
		}
		if after.patterns[c.called()] && was.verdict == alone || d.patterns[c.called()] {
			both.children[c] = &ruling{isTarget, was.steps}
		}
	}
	return both
}

// divide makes apps of what is one below environments' directories.
func (s *search) divide(isApp func(child) bool) []candidate {
	var divided []candidate
	for _, c := range s.overlays {
		if name, ok := c.directory(); ok {
			if child := (child{app: c.app, name: s.names.without(name, c.step)}); isApp(child) {
				c.app, c.target = child.called(), targetOf(c.named, path.Join(c.Root, name), c.Dir)
			}
			divided = append(divided, c.placed())
			continue
		}
		for _, part := range s.divideFiles(c, isApp) {
			divided = append(divided, part.placed())
		}
	}
	return divided
}

// directory is the name of the directory that an overlay is in, right below the environment's.
func (c candidate) directory() (string, bool) {
	if !c.divides || c.Dir == c.Root {
		return "", false
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(c.Dir, c.Root+"/"), "/")
	return name, true
}

// divideFiles makes apps of plain manifests that are some.
func (s *search) divideFiles(c candidate, isApp func(child) bool) []candidate {
	if !c.divides || c.Manifests == nil {
		return []candidate{c}
	}
	var apps []candidate
	rest := slices.DeleteFunc(slices.Clone(c.Manifests), func(file string) bool {
		child := s.childOf(c, file)
		if !isApp(child) {
			return false
		}
		app := c
		app.app, app.target, app.Manifests = child.called(), cmp.Or(c.named, "."), []string{file}
		app.found, app.Dir = c.Dir, file
		app.build(s)
		app.provideBy(s.beside(c, file))
		apps = append(apps, app)
		return true
	})
	switch {
	case len(apps) == 0:
		return []candidate{c}
	case len(rest) == 0:
		return apps
	}
	c.Manifests = rest
	c.build(s)
	c.provideBy(c.Providers)
	return append(apps, c)
}

// beside are what a manifest of some takes ConfigMaps and Secrets from that is divided off: the others first.
func (s *search) beside(c candidate, file string) []*Overlay {
	others := slices.DeleteFunc(slices.Clone(c.Manifests), func(manifest string) bool { return manifest == file })
	if !c.Takes || len(others) == 0 {
		return c.Providers
	}
	beside := c.Overlay
	beside.Manifests, beside.Offers, beside.Follows, beside.Deployers = others, c.wants, nil, nil
	beside.Closure = s.plain(others)
	return append([]*Overlay{&beside}, c.Providers...)
}

// childOf is the child that a plain manifest may be.
func (s *search) childOf(c candidate, file string) child {
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	return child{app: c.app, name: s.names.without(stem, c.step), file: true}
}
