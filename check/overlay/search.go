package overlay

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
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
	called    map[int][]string              // what the directories and files of each step are called
	matched   map[int]bool                  // the patterns that matched something, by their places in the order
	as        *Layout                       // what is known of the places of another tree counts in this one, too; nil: nothing is
	partial   bool                          // only what may be one app's is looked at
	pointers  []Pointer                     // what deployers point to, and is not read
	whole     map[string][]deploy.ID        // by file, the deployers in it of which all is followed
	passed    map[string]bool               // directories that a usual pattern matches, and whether they are none of an environment
	writtenIn map[string][]*deploy.Deployer // by files, those that are written in them, as far as they were asked for
	found     *deploy.Found                 // what the tree has that has to do with deploying; nil where that is not followed
	built     built                         // the deployers that something builds
	proven    map[*maker]bool               // those of another tree of which it is known whether they build the same in this one
	beginning []beginning                   // what is not presumed to be in production
	beyond    bool                          // a set of applications may make more of them than are known
	elsewhere []string                      // directories and files of environments that have another branch
}

// candidate is an overlay as far as its directory tells.
type candidate struct {
	app    string
	step   int
	target string
	named  string // the part of the target that the names on the path say
	// component is set where it is a part that others are built with.
	component bool
	// divides is set where what lies in the environment's directory may be apps of their own.
	divides bool
	// presumed is set where no more than the app's values for an earlier environment says that it is there.
	presumed bool
	// pointed is set where a deployer takes it in, whatever else it is a part of.
	pointed bool
	takes   []take
	takers  []taker // those that take it in for what it is for
	still   []taker // those that would, and have not what this tree has by now
	// precedes is set where a later environment of its app gets what this tree has: what stands still before that proves nothing
	// for it.
	precedes bool
	// forgotten is set where nothing deploys it, and another place of the same environment of its app is deployed.
	forgotten bool
	above     *taker        // by which the one that deploys their deployer takes that in, with variables for theirs; nil: none does
	by        string        // what tells it from what other deployers render of the same directory; empty where none does
	wants     []string      // the names of the ConfigMaps and Secrets that it takes something from
	base      string        // what the target has before the path that a deployer takes in
	source    deploy.Source // that path, where only a deployer takes it in, or changes it
	covered   []string      // the manifests there that have a place by themselves
	found     string        // the directory that it was found as, before files were divided off; empty: its own
	Overlay
}

func (f *Finder) search(t *tree.Tree, as *Layout) *search {
	return &search{
		Finder: f, tree: t, reader: kustomization.NewReader(t, f.parsed),
		spellings: spellings{}, called: map[int][]string{}, matched: map[int]bool{}, as: as, passed: map[string]bool{}, proven: map[*maker]bool{},
	}
}

// find finds the overlays and strays at and below the top.
func (s *search) find(top *listing) {
	if s.config.ByBranch() {
		s.findInBranch(top)
		return
	}
	s.look(top)
	s.addProductionByValues()
	s.dropBuiltFiles()
}

// look searches a directory and reports whether there is an environment's directory in it.
func (s *search) look(l *listing) bool {
	if at, ok := s.match(l.path, false); ok && !s.passes(l, at) {
		s.note(at)
		s.environment(l, at)
		return true
	}
	before := len(s.strays)
	within := s.files(l)
	empty := map[string]bool{} // the directories in it that no environment is in
	for _, directory := range l.directories {
		if s.look(directory) {
			within = true
		} else {
			empty[directory.path] = true
		}
	}
	s.besides(l, empty)
	s.stray(l, within, before)
	return within
}

// note notes how an environment is written.
func (s *search) note(m matched) {
	s.matched[m.pattern] = true
	s.called[m.step] = append(s.called[m.step], m.env)
	if s.names.configured == nil {
		s.spellings.add(m.step, m.env, m.target)
	}
}

// environment adds what is built at and below an environment's directory.
func (s *search) environment(l *listing, at matched) {
	if s.isElsewhere(at.step) {
		s.elsewhere = append(s.elsewhere, l.path)
		return
	}
	base := candidate{app: at.app, step: at.step, named: at.targets, divides: s.patterns[at.pattern].divides, Overlay: Overlay{Root: l.path, Config: s.config, Self: s.self}}
	s.gather(l, func(below *listing) (candidate, []string, bool) {
		if below != l && s.carve(below, at) {
			return candidate{}, nil, false
		}
		c := base
		c.target = targetOf(at.targets, l.path, below.path)
		return c, s.carveFiles(below, at), true
	})
}

// gather adds what is built at and below a directory. There, placed says what each directory is for, and which manifests
// count in it; false leaves out all that is below.
func (s *search) gather(l *listing, placed func(*listing) (candidate, []string, bool)) {
	var kustomized, plain []candidate
	charts := map[string]bool{}
	l.walk(func(below *listing) bool {
		c, manifests, ok := placed(below)
		if !ok || isPartOf(charts, below.path) {
			return false
		}
		c.Dir = below.path
		c, chart := s.chartIn(c, below)
		switch {
		case below.kustomization != "":
			file := s.reader.File(below.path)
			c.component = file != nil && file.Component()
			c.Closure = s.closure(below.path)
			kustomized = append(kustomized, c)
		case chart:
			charts[below.path] = true
			c.build(s)
			plain = append(plain, c)
		case below.submodule, below.dangling && below == l:
			c.Closure = s.closure(below.path)
			plain = append(plain, c)
		case len(manifests) > 0:
			c.Manifests = manifests
			plain = append(plain, c)
		}
		return true
	})
	s.overlays = append(s.overlays, kustomized...)
	for _, c := range plain {
		switch {
		case c.Release != nil && isBelow(c, kustomized):
			continue
		case c.Manifests != nil:
			if c.Manifests = unbuilt(c, kustomized); len(c.Manifests) == 0 {
				continue
			}
			s.valuesIn(&c)
			c.build(s)
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
	s.remember(dir, s.tree, closure)
	return closure
}

// unbuilt are the manifests of a directory that no kustomization is built from and that lie below none,
// where Kustomize alone decides what counts.
func unbuilt(plain candidate, kustomized []candidate) []string {
	if isBelow(plain, kustomized) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(plain.Manifests), func(manifest string) bool {
		return slices.ContainsFunc(kustomized, func(k candidate) bool { return k.Closure.Builds(manifest) })
	})
}

// isBelow reports whether a candidate lies in the directory of a kustomization.
func isBelow(c candidate, kustomized []candidate) bool {
	return slices.ContainsFunc(kustomized, func(k candidate) bool { return strings.HasPrefix(c.Dir+"/", k.Dir+"/") })
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
