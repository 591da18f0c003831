package overlay

import (
	"fmt"
	"path"
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
)

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
			switch {
			case source.Within:
			case source.Elsewhere == "":
				f.source(d, source, at, alone)
			case source.Stands != "":
				f.stand(d, source, at.seat, func(own *candidate) bool { return own.step == at.step || !alone })
			}
		}
	}
	return news
}

// takePlaces has a deployer that is at work nowhere take in what is a place by itself.
func (f *following) takePlaces(d *deploy.Deployer) {
	for _, source := range d.Sources {
		if source.Elsewhere != "" {
			if source.Stands != "" {
				f.stand(d, source, seat{step: noStep}, func(*candidate) bool { return true })
			}
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

// stand notes of overlays that a deployer would take them in, if its source were not at another revision.
func (f *following) stand(d *deploy.Deployer, source deploy.Source, at seat, isFor func(*candidate) bool) {
	for _, u := range unitsOf(f.tree, source) {
		for _, i := range f.ownersOf(u, at.step) {
			if own := &f.overlays[i]; isFor(own) {
				own.still = append(own.still, taker{d, take{d.ID, at, source.Name, u.below}, source})
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
