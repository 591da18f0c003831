package overlay

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
)

// Side is one tree with the reader of its kustomizations.
type Side struct {
	Tree   *tree.Tree
	Reader *kustomization.Reader
}

// Find works out the layout of the two trees, and which overlays the changed paths reach. The error
// is about a pattern of the configuration (*config.Error), or about a tree that cannot be read.
func Find(before, after Side, changed []string, c *config.Config) (*Layout, error) {
	patterns, err := patternsOf(c)
	if err != nil {
		return nil, err
	}
	finder := finder{
		config: c, names: namer{c.Environments}, patterns: patterns, spellings: map[int][]string{},
		matched: map[int]bool{}, called: map[int][]string{},
	}
	listed, err := list(before.Tree, after.Tree)
	if err != nil {
		return nil, err
	}
	was := finder.search(before, listed[0])
	finder.unreached = was.unreached(changed)
	atBase := finder.names.path(finder.chooseSpellings())
	is := finder.search(after, listed[1])
	chosen := finder.chooseSpellings()
	layout := &Layout{Path: finder.names.path(chosen), finder: &finder}
	keepProduction(layout.Path, atBase)
	nameOf := func(step int) string {
		if c.Environments != nil {
			return c.Environments[step].Name
		}
		return chosen[step]
	}
	layout.nameOf = func(step int) (string, bool) {
		name := nameOf(step)
		return name, name != ""
	}
	layout.Places = finder.places(was, is, changed, nameOf)
	layout.Patterns, layout.Names = finder.used(nameOf)
	layout.Outside = outside(layout.Places, is, changed)
	order := map[string]int{}
	for i, environment := range layout.Path {
		order[environment.Name] = i
	}
	slices.SortFunc(layout.Places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.App, b.App), cmp.Compare(order[a.Environment], order[b.Environment]),
			cmp.Compare(a.Target, b.Target))
	})
	return layout, nil
}

// keepProduction has the environments that are production before the change be so for judging it: it
// must not demote one by bringing another.
func keepProduction(path, before []Environment) {
	for i := range path {
		path[i].Production = path[i].Production || slices.ContainsFunc(before, func(e Environment) bool {
			sameStep := spelling(e.Name) >= 0 && spelling(e.Name) == spelling(path[i].Name)
			return e.Production && (sameStep || e.Name == path[i].Name)
		})
	}
}

func patternsOf(c *config.Config) ([]pattern, error) {
	var patterns []pattern
	if c.Overlays == nil {
		for _, usual := range usualPatterns {
			p, err := parsePattern(usual.text)
			if err != nil {
				return nil, err
			}
			patterns = append(patterns, p)
		}
	}
	for _, overlay := range c.Overlays {
		p, err := parsePattern(overlay.Text)
		if err != nil {
			return nil, &config.Error{Path: c.Path, Line: overlay.Line, Problem: err.Error()}
		}
		patterns = append(patterns, p)
	}
	// A usual pattern means the same where the configuration gives it.
	for i := range patterns {
		for _, usual := range usualPatterns {
			if usual.text == patterns[i].text {
				patterns[i].app = usual.app
			}
		}
	}
	return patterns, nil
}

// finder searches trees for environments' directories.
type finder struct {
	config    *config.Config
	names     namer
	patterns  []pattern
	spellings map[int][]string // the ways in which the repo spells each usual step
	matched   map[int]bool     // the patterns that matched something
	called    map[int][]string // what the directories and files of each step are called
	// unreached are closures of the tree before the change that it does not touch, by directory: they
	// are the same after it.
	unreached map[string]*kustomization.Closure
}

// used tells which patterns matched, and what each environment's directories and files are called.
func (f *finder) used(nameOf func(step int) string) (patterns []string, names map[string][]string) {
	for i, p := range f.patterns {
		if f.matched[i] {
			patterns = append(patterns, p.text)
		}
	}
	names = map[string][]string{}
	for step, called := range f.called {
		names[nameOf(step)] = slices.Compact(slices.Sorted(slices.Values(called)))
	}
	return patterns, names
}

// searched is what one tree was found to have.
type searched struct {
	side     Side
	overlays []candidate
	stray    []stray // environment-looking directories that no pattern takes in
}

// candidate is an overlay as far as one tree tells.
type candidate struct {
	app    string
	step   int
	target string
	// component is set where it is a part that others are built with.
	component bool
	Overlay
}

// stray is a directory that looks like an environment's.
type stray struct {
	listing *listing
	reason  string
	alone   bool // what is below it is taken in; it is about the files that lie in it
}

func (s *searched) unreached(changed []string) map[string]*kustomization.Closure {
	unreached := map[string]*kustomization.Closure{}
	for _, c := range s.overlays {
		if c.Manifests == nil && !slices.ContainsFunc(changed, c.Closure.Reaches) {
			unreached[c.Dir] = c.Closure
		}
	}
	return unreached
}

// closure works out what a directory is built from, unless that is known.
func (f *finder) closure(side Side, dir string) *kustomization.Closure {
	if known, ok := f.unreached[dir]; ok {
		return known
	}
	closure := side.Reader.Closure(dir)
	f.takeIn(side, closure, closure.Named())
	return closure
}

// search finds the overlays of one tree. Parts are still among them: whether something is a part is
// for the base tree to say.
func (f *finder) search(side Side, top *listing) *searched {
	found := &searched{side: side}
	f.look(found, top)
	found.dropBuiltFiles()
	return found
}

// look searches a directory and reports whether there is an environment's directory in it. One that
// looks like an environment's is a stray only if there is not, or by what lies in it: it may be an app
// that is called "integration-tests".
func (f *finder) look(found *searched, l *listing) bool {
	name := path.Base(l.path)
	if captured, ok := f.match(l.path); ok {
		f.environment(found, l, captured)
		return true
	}
	before := len(found.stray)
	within := f.files(found, l)
	for _, directory := range l.directories {
		within = f.look(found, directory) || within
	}
	switch reason := f.looksLike(name); {
	case reason == "":
	case !within && l.deploys():
		found.stray = append(found.stray[:before], stray{listing: l, reason: reason}) // the outermost is enough
	case within && len(l.own()) > 0:
		found.stray = append(found.stray, stray{listing: l, reason: reason, alone: true})
	}
	return within
}

// match tries the patterns on a directory.
func (f *finder) match(dir string) (captures, bool) {
	segments := strings.Split(dir, "/")
	isName := func(text string) bool {
		_, reading := f.names.read(text)
		return reading == isEnvironment
	}
	for i, p := range f.patterns {
		if captured, ok := p.match(segments, isName); ok {
			captured.app = cmp.Or(captured.app, p.app, ".")
			named, _ := f.names.read(captured.env)
			f.matched[i] = true
			f.called[named.step] = append(f.called[named.step], captured.env)
			return captured, true
		}
	}
	return captures{}, false
}

// looksLike says why a directory's name looks like an environment's; empty if it does not.
func (f *finder) looksLike(name string) string {
	_, reading := f.names.read(name)
	if reading == noEnvironment && f.names.configured != nil {
		if _, usual := readUsual(name); usual != noEnvironment {
			return "its name is none of the configured environments'"
		}
	}
	switch reading {
	case isEnvironment:
		return "no overlay pattern matches its path"
	case ambiguous:
		return "its name does not say which one environment it is"
	}
	return ""
}

// environment adds what is built at and below an environment's directory.
func (f *finder) environment(found *searched, l *listing, captured captures) {
	named, _ := f.names.read(captured.env)
	if f.names.configured == nil {
		f.spell(named.step, captured.env, named.target)
	}
	base := candidate{app: captured.app, step: named.step, Overlay: Overlay{Root: l.path, Config: f.config}}
	prefix := path.Join(named.target, captured.target)
	var kustomized, plain []candidate
	var part *listing
	l.walk(func(below *listing) bool {
		if below != l && path.Base(below.path) == "base" {
			part = below
			return false
		}
		c := base
		c.Dir = below.path
		c.target = targetOf(prefix, l.path, below.path)
		switch {
		case below.kustomization != "":
			file := found.side.Reader.File(below.path)
			c.component = file != nil && file.Component()
			c.Closure = f.closure(found.side, below.path)
			kustomized = append(kustomized, c)
		case below.submodule, below.dangling && below == l:
			c.Closure = f.closure(found.side, below.path)
			plain = append(plain, c)
		case len(below.manifests) > 0:
			c.Manifests = below.manifests
			plain = append(plain, c)
		}
		return true
	})
	if len(kustomized)+len(plain) == 0 && part != nil && part.deploys() {
		found.stray = append(found.stray, stray{listing: l, reason: "nothing in it is built but a directory called base, which is a part of others"})
	}
	found.overlays = append(found.overlays, kustomized...)
	for _, c := range plain {
		if c.Manifests != nil {
			if c.Manifests = unbuilt(c, kustomized); len(c.Manifests) == 0 {
				continue
			}
			c.Closure = f.plain(found.side, c.Manifests)
		}
		found.overlays = append(found.overlays, c)
	}
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

// targetOf names a target by its path below the environment's directory, after what the directory's
// own name says of it.
func targetOf(prefix, root, dir string) string {
	below := strings.TrimPrefix(strings.TrimPrefix(dir, root), "/")
	if target := path.Join(prefix, below); target != "" {
		return target
	}
	return "."
}

// spell notes how the repo spells a usual step: the directory's name without its target.
func (f *finder) spell(step int, directory, target string) {
	spelt := directory
	if target != "" {
		for word := range strings.FieldsFuncSeq(directory, isSeparator) {
			if spelling(word) == step {
				spelt = word
			}
		}
		if spelling(spelt) != step {
			spelt = usual[step].name
		}
	}
	f.spellings[step] = append(f.spellings[step], spelt)
}

// chooseSpellings calls each step as the repo does, or by its usual name where the repo is of two
// minds.
func (f *finder) chooseSpellings() map[int]string {
	chosen := map[int]string{}
	for step, spellings := range f.spellings {
		if distinct := slices.Compact(slices.Sorted(slices.Values(spellings))); len(distinct) == 1 {
			chosen[step] = distinct[0]
		} else {
			chosen[step] = usual[step].name
		}
	}
	return chosen
}
