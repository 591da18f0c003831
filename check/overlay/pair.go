package overlay

import (
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/tree"
)

// Pairing is two layouts side by side: before a change, and after it.
type Pairing struct {
	Path    []Environment // of both, as they spell it together
	Places  []Place       // by app, then in path order, then by target
	Outside []Outside     // after the change
	// Pointers are what deployers point to and is not read, before the change and after it.
	Pointers []Pointer

	// Beginning are the apps that the change brings and that are not presumed to be in an environment which is production.
	Beginning []place.Place

	// Production is set where all of the tree is of an environment that is production.
	Production bool
	elsewhere  []string
	written    *written
	sides      []*Layout
	reading    map[string][]int // by changed path, the places that it decides something of
}

// Place is what an overlay is for, with the overlay that fills it before and after the change. One
// of the two may be nil: the overlay is new, or goes away.
type Place struct {
	place.Place
	Before    *Overlay
	After     *Overlay
	ReachedBy []string // the changed paths that decide what the place deploys, sorted
	// Part is set where the change brings the overlay, and builds it into others of its environment. It
	// is a target all the same if it holds what those do not.
	Part bool
	// Moved is set where what deployers take in is another directory, or none, than before: whatever has changed in it,
	// something else is deployed.
	Moved bool
	// Edited is set where it is made of other files than before, or deployers change another thing of them.
	Edited bool
	// Switched is set where all that deploys it was suspended before the change and is not after it, or the other way round.
	Switched bool
	// Loose are the deployers that take it in and differ, where nothing else tells.
	Loose []Loose
	// Tree is where the overlay is, before the change and after it; nil: in the trees that are paired. Another branch, which
	// the change leaves as it is, has its environment there.
	Tree *tree.Tree
	// Lost is what took it in before and is not followed any more, so that nobody can tell what runs; nil: nothing is so.
	Lost *Pointer
}

// Reached reports whether the change touches what the place is built from.
func (p *Place) Reached() bool {
	return len(p.ReachedBy) > 0 || p.Moved || p.Edited || p.Switched || p.Lost != nil
}

// Pair puts together what two layouts, of the same finder, have of the same app, environment and target.
// changed are the paths that differ between their trees.
func Pair(before, after *Layout, changed []string) *Pairing {
	names := before.finder.names
	chosen := before.spellings.and(after.spellings).choose()
	pairing := &Pairing{Path: names.path(chosen), sides: []*Layout{before, after}}
	keepProduction(pairing.Path, before.Path)
	isApp := before.division.and(after.division).isApp
	places := pairPlaces(before, after, isApp)
	own := before.finder.own
	pairing.Production = slices.ContainsFunc(pairing.Path, func(e Environment) bool { return own >= 0 && e.step == own && e.Production })
	pairing.elsewhere = slices.Concat(before.search.elsewhere, after.search.elsewhere)
	pairing.Pointers = pointers(pairing.Path, before.search.pointers, after.search.pointers)
	for _, b := range after.search.beginning {
		at := place.Place{App: b.app, Environment: names.nameOf(b.step, chosen)}
		isThere := slices.ContainsFunc(after.overlays, func(c candidate) bool { return c.app == b.app && c.step == b.step })
		if !isThere && !slices.Contains(pairing.Beginning, at) {
			pairing.Beginning = append(pairing.Beginning, at)
		}
	}
	gone := lostBy(before, after)
	were, are := before.deployers(), after.deployers()
	isChanged := map[string]bool{}
	for _, file := range changed {
		isChanged[file] = true
	}
	var remaining []*Overlay
	for _, k := range slices.SortedFunc(maps.Keys(places), key.compare) {
		p := places[k]
		p.Place = place.Place{App: k.app, Environment: names.nameOf(k.step, chosen), Target: k.target}
		p.Loose = looseOf(p, were, are, isChanged)
		p.Edited = !madeAlike(p.Before, p.After) || len(p.Loose) > 0
		p.Switched = p.Before != nil && p.After != nil && (p.Before.Idle == idle.Idle{}) != (p.After.Idle == idle.Idle{})
		p.Lost = gone.of(p)
		p.ReachedBy = reachedBy(p, changed)
		pairing.Places = append(pairing.Places, *p)
		if p.After != nil {
			remaining = append(remaining, p.After)
		}
	}
	pairing.index()
	pairing.Outside = after.outside(remaining, changed)
	return pairing
}

// index notes what is looked up of the places by their numbers, which change with what comes beside them.
func (p *Pairing) index() {
	p.reading = map[string][]int{}
	for i := range p.Places {
		for _, path := range p.Places[i].ReachedBy {
			p.reading[path] = append(p.reading[path], i)
		}
	}
	p.written = writtenIn(p, p.sides...)
}

// ReadBy lists the places that a changed path decides something of, in their order.
func (p *Pairing) ReadBy(path string) []place.Place {
	readers := p.written.readers(path)
	for _, i := range p.reading[path] {
		if p.Places[i].isBuiltFrom(path) {
			readers = append(readers, i)
		}
	}
	slices.Sort(readers)
	return p.readBy(slices.Compact(readers))
}

// isBuiltFrom reports whether a path decides what the place is built from, before or after.
func (p *Place) isBuiltFrom(path string) bool {
	return p.Before != nil && p.Before.Closure.Reaches(path) || p.After != nil && p.After.Closure.Reaches(path)
}

// keepProduction has the environments that are production before the change be so for judging it: it
// must not demote one by bringing another.
func keepProduction(path, before []Environment) {
	for i := range path {
		path[i].Production = path[i].Production || slices.ContainsFunc(before, func(e Environment) bool {
			return e.Production && e.step == path[i].step
		})
	}
}

// pairPlaces pairs the overlays of both trees, divided alike, and leaves out parts.
func pairPlaces(before, after *Layout, isApp func(child) bool) map[key]*Place {
	// What is a part on one side only is none, so that nobody hides a target by having another overlay
	// include it, or by making a component of it, nor brings one in that was a part before.
	was, is := partsOf(before.overlays), partsOf(after.overlays)
	olds, news := before.search.divide(isApp), after.search.divide(isApp)
	isPart := func(c candidate) bool {
		return !slices.ContainsFunc([]map[string]bool{was, is}, func(parts map[string]bool) bool {
			part, known := parts[c.foundAs()]
			return known && !part
		})
	}
	isNewPart := func(c candidate) bool {
		_, wasThere := was[c.foundAs()]
		return isPart(c) && !wasThere && !c.component
	}
	crowded := crowdedPlaces(isPart, olds, news)
	places, moves := map[key]*Place{}, newMoves()
	at := func(c candidate) *Place {
		key := c.key()
		if crowded[key] {
			key.target = c.Dir
		}
		if places[key] == nil {
			places[key] = &Place{}
		}
		return places[key]
	}
	for _, c := range olds {
		if !isPart(c) {
			at(c).Before = &c.Overlay
			moves.from(at(c), c)
		}
	}
	for _, c := range news {
		if newPart := isNewPart(c); !isPart(c) || newPart {
			p := at(c)
			p.After, p.Part = &c.Overlay, newPart
			moves.to(p, c)
		}
	}
	moves.join(places)
	return places
}

// reachedBy lists the changed paths that decide what a place deploys. A directory that moved is
// reached by all that it is built from.
func reachedBy(p *Place, changed []string) []string {
	var reached []string
	for _, o := range []*Overlay{p.Before, p.After} {
		if o != nil {
			reached = append(reached, o.Closure.ReachedBy(changed)...)
		}
	}
	if p.Moved || p.Edited {
		for _, path := range changed {
			if p.isWrittenIn(path) {
				reached = append(reached, path)
			}
		}
	}
	slices.Sort(reached)
	return slices.Compact(reached)
}
