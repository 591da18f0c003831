package overlay

import (
	"slices"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
)

// Finder finds layouts as a configuration has them. What it finds in a tree depends on that tree, the configuration,
// and the layout that it is to go by, if any, alone; what it remembers of other trees only makes it quick. All its trees
// are of one store.
// It is not safe for concurrent use.
type Finder struct {
	config   *config.Config
	names    namer
	patterns []pattern
	inOrder  []int // the places of the patterns
	forFiles []int // the same, those first that are for files
	parsed   kustomization.Cache
	closures map[string][]*remembered // by directory, the last one that was recalled first
	answers  map[asked]answer
	// environments are what is called like one in a directory.
	environments map[calledOf][]tree.DirEntry
	objects      map[git.OID][]object // by file

	deployers *deploy.Reader // nil: what deployers point to is not followed
	builds    Build
	self      deploy.Self // nothing is known of it until deployers are followed

	manifests map[git.OID]bool // by file, whether it may hold objects
	own       int              // the environment that all of a tree is, where each has a branch of its own; -1: none
}

// NewFinder returns a finder. The error is about a pattern of the configuration (*mistake.Error).
func NewFinder(c *config.Config, parsed kustomization.Cache) (*Finder, error) {
	patterns, err := patternsOf(c)
	if err != nil {
		return nil, err
	}
	f := &Finder{
		config: c, names: namer{c.Environments}, patterns: patterns,
		parsed: parsed, closures: map[string][]*remembered{}, answers: map[asked]answer{}, environments: map[calledOf][]tree.DirEntry{}, objects: map[git.OID][]object{}, manifests: map[git.OID]bool{}, own: -1,
	}
	var others []int
	for i, p := range patterns {
		f.inOrder = append(f.inOrder, i)
		if p.ofFiles() {
			f.forFiles = append(f.forFiles, i)
		} else {
			others = append(others, i)
		}
	}
	f.forFiles = append(f.forFiles, others...)
	return f, nil
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
	parse := parsePattern
	if c.ByBranch() {
		parse = parsePath // the branch says which environment it is
	}
	for _, overlay := range c.Overlays {
		p, err := parse(overlay.Text)
		if err != nil {
			return nil, mistake.Configured(c.Path, overlay.Line, err.Error())
		}
		patterns = append(patterns, p)
	}
	// A usual pattern means the same where the configuration gives it.
	for i := range patterns {
		for _, usual := range usualPatterns {
			if usual.text == patterns[i].text {
				patterns[i].usual = usual
			}
		}
	}
	return patterns, nil
}

// Build builds an overlay of a tree, and returns those of its objects that have to do with deploying; false where it cannot
// be built.
type Build func(*tree.Tree, *Overlay) ([]deploy.Object, bool, error)

// Follow has what deployers point to be found, too. Those that are not deployed as they are written are built.
func (f *Finder) Follow(deployers *deploy.Reader, builds Build) {
	f.deployers, f.builds, f.self = deployers, builds, deployers.Self()
}

// Of works out the layout of a tree. The error is about a tree that cannot be read.
func (f *Finder) Of(t *tree.Tree) (*Layout, error) { return f.of(t, nil) }

// In works out the layout of another tree, where the directories that this one knows are what they are here: no change
// makes another thing of them.
func (l *Layout) In(t *tree.Tree) (*Layout, error) { return l.finder.of(t, l) }

// Anew works out the layout of another tree by itself, by the same configuration. From now on, all that has to be built for
// layouts of it is built as said.
func (l *Layout) Anew(t *tree.Tree, builds Build) (*Layout, error) {
	l.finder.builds = builds
	if l.search.as == nil && l.search.tree.OID() == t.OID() {
		return l, nil
	}
	return l.finder.of(t, nil)
}

func (f *Finder) of(t *tree.Tree, as *Layout) (*Layout, error) {
	top, err := list(t)
	if err != nil {
		return nil, err
	}
	s := f.search(t, as)
	found, err := s.read() // all files at once, before single ones are asked about
	if err != nil {
		return nil, err
	}
	s.find(top)
	if err := s.follow(found); err != nil {
		return nil, err
	}
	return s.layout()
}

// App works out the part of another tree's layout that is one app's, as In would have it, where apps are told apart as they
// are here. Only where the app's environments can be is looked at all. (A file of the app that another app's
// kustomization is built from counts, since that one is not looked at.)
func (l *Layout) App(t *tree.Tree, app string) (*App, error) {
	seen := &seen{}
	top, err := lister{tree: t, limit: l.limitTo(app), seen: seen, links: new(int)}.top()
	if err != nil {
		return nil, err
	}
	s := l.finder.search(t, l)
	s.partial = true
	s.find(top)
	s.pointAs(l)
	edited := s.editAs(l)
	for i := range s.overlays {
		s.overlays[i].holdAs(l, s)
		edited = append(edited, l.holding[s.overlays[i].Dir]...)
		edited = append(edited, s.restAs(&s.overlays[i], l)...)
	}
	s.shareAs(l, s.overlays)
	overlays := slices.DeleteFunc(s.divide(l.division.asked(app)), func(c candidate) bool { return c.app != app })
	deployed := s.deployedAs(l, app)
	for i := range deployed {
		edited = append(edited, s.restAs(&deployed[i], l)...)
	}
	s.shareAs(l, deployed)
	asked := append(l.deployedOf(app), edited...)
	overlays, s.overlays = append(overlays, deployed...), append(s.overlays, deployed...)
	usually := func(step int) string { return l.finder.names.nameOf(step, nil) }
	return &App{Sites: sitesOf(s.overlays, overlays, usually), overlays: overlays, deployed: asked, seen: seen, built: l.search.built}, nil
}

// remembered is what a directory is built from, and the last tree in which it was found to be so.
type remembered struct {
	*kustomization.Closure
	in    *tree.Tree
	watch *tree.Watch
}

// mostClosures is how many are remembered of one directory. Who judges step after step goes to and fro between the same
// trees.
const mostClosures = 4

// recall returns what a directory is built from if that is known, and the same in this tree.
func (f *Finder) recall(dir string, t *tree.Tree) *kustomization.Closure {
	for i, known := range f.closures[dir] {
		if known.isSo(t) {
			known.in = t
			copy(f.closures[dir][1:i+1], f.closures[dir][:i])
			f.closures[dir][0] = known
			return known.Closure
		}
	}
	return nil
}

// remember keeps what a directory is built from in a tree.
func (f *Finder) remember(dir string, t *tree.Tree, closure *kustomization.Closure) {
	known := f.closures[dir]
	f.closures[dir] = slices.Insert(known[:min(len(known), mostClosures-1)], 0, &remembered{Closure: closure, in: t})
}

// isSo reports whether the directory is built from the same in a tree.
func (r *remembered) isSo(t *tree.Tree) bool {
	if r.watch == nil {
		r.watch = &tree.Watch{}
		r.Watch(r.watch)
	}
	differs, err := r.watch.Differs(r.in, t)
	return !differs && err == nil // working it out anew meets the same error, if it matters
}
