package overlay

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
)

// search is a search through one tree, with what it has found so far.
type search struct {
	*Finder
	tree   *tree.Tree
	reader *kustomization.Reader

	overlays  []candidate // parts are among them: whether something is a part shows in the end
	strays    []stray
	spellings spellings
	called    map[int][]string // what the directories and files of each step are called
	matched   map[int]bool     // the patterns that matched something, by their places in the order
}

// candidate is an overlay as far as its directory tells.
type candidate struct {
	app    string
	step   int
	target string
	// component is set where it is a part that others are built with.
	component bool
	Overlay
}

// stray is a directory that looks like an environment's, and that no pattern takes in.
type stray struct {
	listing *listing
	reason  string
	alone   bool // what is below it is taken in; it is about the files that lie in it
}

func (f *Finder) search(t *tree.Tree) *search {
	return &search{
		Finder: f, tree: t, reader: kustomization.NewReader(t, f.parsed),
		spellings: spellings{}, called: map[int][]string{}, matched: map[int]bool{},
	}
}

// find finds the overlays and strays at and below the top.
func (s *search) find(top *listing) {
	s.look(top)
	s.dropBuiltFiles()
}

// look searches a directory and reports whether there is an environment's directory in it. One that
// looks like an environment's is a stray only if there is not, or by what lies in it: it may be an app
// that is called "integration-tests".
func (s *search) look(l *listing) bool {
	if at, ok := s.recognise(l.path); ok {
		s.environment(l, at)
		return true
	}
	before := len(s.strays)
	within := s.files(l)
	for _, directory := range l.directories {
		within = s.look(directory) || within
	}
	switch reason := s.names.looksLike(path.Base(l.path)); {
	case reason == "":
	case !within && l.deploys():
		s.strays = append(s.strays[:before], stray{listing: l, reason: reason}) // the outermost is enough
	case within && len(l.own()) > 0:
		s.strays = append(s.strays, stray{listing: l, reason: reason, alone: true})
	}
	return within
}

// matched is what a path that a pattern matches is for.
type matched struct {
	pattern int // its place in the order
	app     string
	env     string // as it is written there
	name           // what that is read as
	targets string // what the names on the path say of the targets there
}

// match tries the patterns on a path.
func (f *Finder) match(at string) (matched, bool) {
	segments := strings.Split(at, "/")
	isName := func(text string) bool {
		_, reading := f.names.read(text)
		return reading == isEnvironment
	}
	for i, p := range f.patterns {
		if captured, ok := p.match(segments, isName); ok {
			named, _ := f.names.read(captured.env)
			return matched{
				pattern: i, app: cmp.Or(captured.app, p.app, "."), env: captured.env, name: named,
				targets: path.Join(named.target, captured.target),
			}, true
		}
	}
	return matched{}, false
}

// recognise tries the patterns on a path, and notes how it is written if it is an environment's.
func (s *search) recognise(at string) (matched, bool) {
	m, ok := s.match(at)
	if !ok {
		return m, false
	}
	s.matched[m.pattern] = true
	s.called[m.step] = append(s.called[m.step], m.env)
	if s.names.configured == nil {
		s.spellings.add(m.step, m.env, m.target)
	}
	return m, true
}

// environment adds what is built at and below an environment's directory.
func (s *search) environment(l *listing, at matched) {
	base := candidate{app: at.app, step: at.step, Overlay: Overlay{Root: l.path, Config: s.config}}
	var kustomized, plain []candidate
	var part *listing
	l.walk(func(below *listing) bool {
		if below != l && path.Base(below.path) == "base" {
			part = below
			return false
		}
		c := base
		c.Dir = below.path
		c.target = targetOf(at.targets, l.path, below.path)
		switch {
		case below.kustomization != "":
			file := s.reader.File(below.path)
			c.component = file != nil && file.Component()
			c.Closure = s.closure(below.path)
			kustomized = append(kustomized, c)
		case below.submodule, below.dangling && below == l:
			c.Closure = s.closure(below.path)
			plain = append(plain, c)
		case len(below.manifests) > 0:
			c.Manifests = below.manifests
			plain = append(plain, c)
		}
		return true
	})
	if len(kustomized)+len(plain) == 0 && part != nil && part.deploys() {
		s.strays = append(s.strays, stray{listing: l, reason: "nothing in it is built but a directory called base, which is a part of others"})
	}
	s.overlays = append(s.overlays, kustomized...)
	for _, c := range plain {
		if c.Manifests != nil {
			if c.Manifests = unbuilt(c, kustomized); len(c.Manifests) == 0 {
				continue
			}
			c.Closure = s.plain(c.Manifests)
		}
		s.overlays = append(s.overlays, c)
	}
}

// closure works out what a directory is built from, unless that is known.
func (s *search) closure(dir string) *kustomization.Closure {
	if known := s.recall(dir, s.tree); known != nil {
		return known
	}
	closure := s.reader.Closure(dir)
	s.takeIn(closure, closure.Named())
	s.closures[dir] = &remembered{Closure: closure, in: s.tree}
	return closure
}

// unbuilt are the manifests of a directory that no kustomization is built from and that lie below none,
// where Kustomize alone decides what counts.
func unbuilt(plain candidate, kustomized []candidate) []string {
	if slices.ContainsFunc(kustomized, func(k candidate) bool { return strings.HasPrefix(plain.Dir+"/", k.Dir+"/") }) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(plain.Manifests), func(manifest string) bool {
		return slices.ContainsFunc(kustomized, func(k candidate) bool { return k.Closure.Builds(manifest) })
	})
}

// targetOf names a target by its path below the environment's directory, after what the names of
// directories say of it.
func targetOf(named, root, dir string) string {
	below := strings.TrimPrefix(strings.TrimPrefix(dir, root), "/")
	if target := path.Join(named, below); target != "" {
		return target
	}
	return "."
}
