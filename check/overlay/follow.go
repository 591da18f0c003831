package overlay

import (
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/spelling"
)

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
	s.found = found
	overlays, spelt := s.overlays, s.spellings
	for depth := range mostDepth + 1 {
		s.overlays, s.spellings, s.pointers = slices.Clone(overlays), spelt.and(nil), nil
		s.built.endless = s.built.endless || depth == mostDepth
		s.beyond = found.Beyond
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
