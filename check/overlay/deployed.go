package overlay

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/spelling"
)

// Pointer is a deployer's path that is not read, and why: a clause about the deployer.
type Pointer struct {
	*deploy.Deployer
	Path string
	Why  string
	// Ours is set where it is this repository's.
	Ours bool
	// Environment is the one that it is for, where what it says names one of this repository's; Production is set where that
	// is production.
	Environment string
	Production  bool

	source string // its name, of the deployer's
	steps  []int
}

// Has reports whether a file is among what is pointed to.
func (p Pointer) Has(file string) bool { return p.Path == "." || strings.HasPrefix(file, p.Path+"/") }

// take is what a deployer takes in, in words that stay the same when its path is called something else.
type take struct {
	deploy.ID
	seat   seat
	source string
	below  string
}

// What is followed has an end. Deployers may deploy each other, and rendered objects may be many.
const (
	mostRounds   = 32
	mostDeployed = 10_000
	mostDepth    = 16 // of what has to be built to know what it deploys
)

// following is a search that follows what deployers point to.
type following struct {
	*search
	roots    map[string]candidate // environments' directories and files
	parts    map[string]bool
	builders map[string][]int // by file, the candidates that are built from it, by their places
	owners   map[string][]int // by directory or plain manifest, those that patterns found there
	keys     map[key]int      // the candidates that only deployers take in
	taken    map[key]bool     // what there is a candidate for
	count    int
	isApart  bool // what is deployed may be something else in each cluster of an environment, by its variables
	endless  bool // there was no end to what deploys other things
	settled  map[*deploy.Deployer]map[seat]bool
	replaced map[*deploy.Deployer]bool // something builds them, so that they are what they are then
}

// read finds the tree's deployers; nil where they are not followed.
func (s *search) read() (*deploy.Found, error) {
	if s.deployers == nil || s.config.ByBranch() && s.own < 0 {
		return nil, nil
	}
	return s.deployers.Of(s.tree)
}

// follow adds what the tree's deployers point to, and what that deploys in turn, until nothing new comes. Where deployers are
// not what their files say once they are built, it starts again with what they are then.
func (s *search) follow(found *deploy.Found) error {
	if found == nil {
		return nil
	}
	overlays, spelt := s.overlays, s.spellings
	for depth := range mostDepth + 1 {
		s.overlays, s.spellings, s.pointers = slices.Clone(overlays), spelt.and(nil), nil
		s.built.endless = s.built.endless || depth == mostDepth
		s.followAll(slices.Concat(found.Deployers, s.built.deployers()))
		if err := s.share(found.Wanted); err != nil || s.built.endless {
			return err
		}
		built, err := s.build(found)
		if err != nil {
			return err
		}
		if built.said == s.built.said {
			s.settleAsks(found.Deployers)
			return nil
		}
		s.built = built
	}
	return nil
}

// followAll follows deployers.
func (s *search) followAll(deployers []*deploy.Deployer) {
	if len(deployers) == 0 {
		return
	}
	f := &following{
		search: s, roots: map[string]candidate{}, parts: partsOf(s.overlays), builders: map[string][]int{}, owners: map[string][]int{},
		keys: map[key]int{}, taken: map[key]bool{}, settled: map[*deploy.Deployer]map[seat]bool{},
		replaced: s.built.replaces(deployers),
	}
	f.isApart = slices.ContainsFunc(deployers, isOfCluster)
	for i, c := range s.overlays {
		f.roots[c.Root] = c
		f.taken[c.key()] = true
		f.index(i)
		for _, at := range distinct(append([]string{c.Dir}, c.placedFiles()...)) {
			f.owners[at] = append(f.owners[at], i)
		}
	}
	for round, last := 0, false; round < mostRounds; round++ {
		grown := false
		for _, d := range deployers {
			grown = f.take(d, last) || grown
		}
		if !grown && last {
			break
		}
		last = !grown // what nobody builds is then where its file lies
		f.endless = round == mostRounds-1
	}
	deployers = slices.DeleteFunc(slices.Clone(deployers), func(d *deploy.Deployer) bool { return f.replaced[d] && len(f.settled[d]) == 0 })
	for _, d := range deployers {
		if len(f.settled[d]) == 0 {
			f.takePlaces(d)
		}
	}
	for _, d := range deployers {
		f.point(d)
	}
	f.pointBeyond()
	f.hold(deployers)
	f.place(deployers)
	f.whole = f.wholes(deployers)
	f.edit()
	f.rest()
	f.findLoose()
	f.holdBuilt()
	f.install()
	f.spell()
}

// spell has environments be called as usual that only deployers' own words say.
func (f *following) spell() {
	for _, c := range f.overlays {
		if _, spelt := f.spellings[c.step]; c.deployed && !spelt && f.names.configured == nil {
			f.spellings.add(c.step, spelling.Environments[c.step].Name, "")
		}
	}
}

func (f *following) index(i int) {
	for _, file := range f.overlays[i].Named() {
		f.builders[file] = append(f.builders[file], i)
	}
}

// take adds what a deployer takes in where it is, as far as that is known by now, and reports whether there is news.
func (f *following) take(d *deploy.Deployer, last bool) bool {
	if f.settled[d] == nil {
		f.settled[d] = map[seat]bool{}
	}
	seats := f.seatsOf(d, last)
	news := false
	for _, at := range seats {
		if f.settled[d][at.seat] {
			continue
		}
		f.settled[d][at.seat] = true
		news = true
		alone := len(seats) == 1 && (at.said || len(d.Says) == 0 && !d.Remote)
		for _, source := range d.Sources {
			if source.Elsewhere == "" && !source.Within {
				f.source(d, source, at, alone)
			}
		}
	}
	return news
}

// takePlaces has a deployer that is at work nowhere take in what is a place by itself.
func (f *following) takePlaces(d *deploy.Deployer) {
	for _, source := range d.Sources {
		if source.Elsewhere != "" {
			continue
		}
		for _, u := range unitsOf(f.tree, source) {
			for _, i := range f.ownersOf(u, noStep) {
				own := &f.overlays[i]
				takes := take{d.ID, seat{app: own.app, step: own.step}, source.Name, u.below}
				own.takenBy(d, takes)
				own.takers = append(own.takers, taker{d, takes, source})
				f.indexComponents(i, source)
			}
		}
	}
}

// source adds what a deployer takes in by one of its sources. alone is set where the deployer itself says one environment.
func (f *following) source(d *deploy.Deployer, source deploy.Source, at seating, alone bool) {
	for _, u := range unitsOf(f.tree, source) {
		takes := take{d.ID, at.seat, source.Name, u.below}
		if u.release != nil {
			f.apart(u.release)
		}
		owners := f.ownersOf(u, at.step)
		var covered []string
		for _, i := range owners {
			own := &f.overlays[i]
			own.takenBy(d, takes)
			if own.step == at.step || !alone {
				own.takers = append(own.takers, taker{d, takes, source})
				f.indexComponents(i, source)
			}
			own.pointed = own.pointed || u.manifests == nil
			if own.step == at.step || !alone {
				covered = append(covered, own.Manifests...)
			}
		}
		left, some := u.without(covered)
		inStep := func(i int) bool { return f.overlays[i].step == at.step }
		unowned := func(manifest string) bool { return len(f.owners[manifest]) == 0 }
		switch {
		case !some:
		case len(owners) == 0 || slices.ContainsFunc(left.manifests, unowned):
			f.deploy(d, takes, source, left, f.keyOf(at, u), covered)
		case left.manifests != nil || alone && !slices.ContainsFunc(owners, inStep):
			f.deploy(d, takes, source, left, key{f.overlays[owners[0]].app, at.step, u.dir}, covered)
		}
	}
}

// keyOf is what a unit is for that only a deployer takes in: in the environment whose directory it lies in, else in the
// deployer's.
func (f *following) keyOf(at seating, u unit) key {
	if root, ok := f.rootOf(u.dir); ok && u.manifests == nil {
		return key{root.app, root.step, targetOf(root.named, root.Root, u.dir)}
	}
	target := u.dir
	if target == "." {
		target = "/"
	}
	return key{at.app, at.step, path.Join(at.target, target)}
}

// ownersOf are the overlays that patterns find where a unit is.
func (f *following) ownersOf(u unit, step int) []int {
	if u.release != nil {
		return f.valuesOwners(u.release, step)
	}
	if u.manifests == nil {
		return f.owners[u.dir]
	}
	var owners []int
	for _, manifest := range u.manifests {
		owners = append(owners, f.owners[manifest]...)
	}
	slices.Sort(owners)
	return slices.Compact(owners)
}

// deploy adds an overlay, or another deployer to one that is there.
func (f *following) deploy(d *deploy.Deployer, takes take, source deploy.Source, u unit, at key, covered []string) {
	if i, ok := f.keys[at]; ok && f.overlays[i].Dir == u.dir && slices.Equal(f.overlays[i].Manifests, u.manifests) {
		f.overlays[i].takenBy(d, takes)
		f.overlays[i].takers = append(f.overlays[i].takers, taker{d, takes, source})
		f.indexComponents(i, source)
		return
	}
	if f.taken[at] {
		at.target = path.Join(u.dir, at.target)
	}
	if f.taken[at] { // several take different files of one directory
		at.target = path.Join(at.target, d.Name)
	}
	for n, target := 2, at.target; f.taken[at]; n++ {
		at.target = fmt.Sprintf("%s#%d", target, n)
	}
	if f.count++; f.count > mostDeployed {
		return
	}
	c := candidate{
		app: at.app, step: at.step, target: at.target, pointed: true, source: source, covered: covered,
		Overlay: Overlay{Dir: u.dir, Root: u.dir, Manifests: u.manifests, Release: u.release, Config: f.config, Self: f.self, deployed: true},
	}
	c.base = takes.seat.target
	c.build(f.search)
	c.takenBy(d, takes)
	c.takers = []taker{{d, takes, source}}
	f.overlays = append(f.overlays, c)
	f.keys[at] = len(f.overlays) - 1
	f.taken[at] = true
	f.index(len(f.overlays) - 1)
	f.indexComponents(len(f.overlays)-1, source)
}

func (c *candidate) takenBy(d *deploy.Deployer, takes take) {
	if !slices.Contains(c.takes, takes) {
		c.takes = append(c.takes, takes)
	}
	if !slices.Contains(c.Deployers, d) {
		c.Deployers = append(c.Deployers, d)
	}
}

// hold tells overlays which deployers are written in them: what those change that are followed is held where it is deployed.
func (f *following) hold(deployers []*deploy.Deployer) {
	for _, d := range deployers {
		if f.built.by[d] != nil {
			continue
		}
		for _, i := range f.builders[d.File] {
			if f.replaced[d] && f.built.isBy(f.overlays[i]) {
				continue
			}
			if f.follows(d) {
				f.overlays[i].Follows = append(f.overlays[i].Follows, d)
			} else {
				f.overlays[i].Points = append(f.overlays[i].Points, d)
			}
		}
	}
}

// point notes what is not read of what a deployer points to.
func (f *following) point(d *deploy.Deployer) {
	for _, source := range d.Sources {
		why := source.Elsewhere
		if why == "" && len(f.settled[d]) == 0 && !f.isPlace(source) {
			why = "neither it nor where it lies says one environment"
		}
		if why == "" && f.count > mostDeployed {
			why = "more is deployed than promocheck follows"
		}
		if why == "" && f.endless {
			why = "more is deployed by what is deployed than promocheck follows"
		}
		ours := source.Ours || source.Elsewhere == ""
		if why == "" && source.Files.Jsonnet {
			why = "Jsonnet makes what it deploys of some of that"
		}
		if why == "" {
			continue
		}
		pointer := Pointer{Deployer: d, Path: source.Path, Why: why, Ours: ours, source: source.Name}
		if ours {
			for _, at := range f.seatsOf(d, true) {
				pointer.steps = append(pointer.steps, at.step)
			}
		}
		f.pointers = append(f.pointers, pointer)
	}
}

// isPlace reports whether a source's path is a place by itself; then the deployer is one that takes it in.
func (f *following) isPlace(source deploy.Source) bool {
	return slices.ContainsFunc(unitsOf(f.tree, source), func(u unit) bool { return len(f.ownersOf(u, noStep)) > 0 })
}

// pointers are those of both sides of a change, with what production is on its path.
func pointers(path []Environment, sides ...[]Pointer) []Pointer {
	all := slices.Concat(sides...)
	for i := range all {
		// Of several, the last on the path is the gravest.
		for _, e := range path {
			if slices.Contains(all[i].steps, e.step) {
				all[i].Environment, all[i].Production = e.Name, all[i].Production || e.Production
			}
		}
	}
	return all
}
