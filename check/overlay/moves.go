package overlay

import (
	"cmp"
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
)

// moves puts side by side what a deployer took in before a change and what it takes in after it, whatever the paths are
// called: what it ran already is nothing new.
type moves struct {
	before, after map[take][]taken
}

// taken is what a deployer takes in, and the place that this is in.
type taken struct {
	*candidate
	place *Place
}

func newMoves() moves { return moves{map[take][]taken{}, map[take][]taken{}} }

func (m moves) from(p *Place, c candidate) { note(m.before, p, c) }
func (m moves) to(p *Place, c candidate)   { note(m.after, p, c) }

func note(side map[take][]taken, p *Place, c candidate) {
	for _, by := range c.takes {
		if by.seat.step == c.step {
			side[by] = append(side[by], taken{&c, p})
		}
	}
}

// join has the place that a deployer took in go on as the one that it takes in now, and marks those that come or go only
// by what deployers point to.
func (m moves) join(places map[key]*Place) {
	for _, by := range slices.SortedFunc(maps.Keys(m.after), take.compare) {
		if was, is := m.before[by], m.after[by]; len(was) == 1 && len(is) == 1 && was[0].place != is[0].place {
			was[0].become(is[0], places)
		}
	}
	for _, p := range places {
		if p.Before == nil && p.After.isByDeployer() || p.After == nil && p.Before.isByDeployer() {
			p.Moved = true
		}
	}
}

// become joins two places. A directory that is a place by itself stays what it is, beside the deployer's.
func (was taken) become(is taken, places map[key]*Place) {
	target := is.Dir
	if is.isDeployers() {
		target = is.target
	}
	put := func(app string, p Place) {
		p.Moved = true
		places[key{app, is.step, target}] = &p
	}
	remove := func(gone *Place) { maps.DeleteFunc(places, func(_ key, p *Place) bool { return p == gone }) }
	switch from, to := was.place, is.place; {
	case to.Moved && to.Before == from.Before:
	case to.Before == nil && is.isDeployers():
		remove(to)
		if from.After == nil && (was.deployed || is.by != "" || was.by != "") {
			remove(from)
		}
		app := is.app
		if !was.deployed {
			app = was.app // it goes on as what it was
		}
		put(app, Place{Before: from.Before, After: to.After})
	case from.After == nil && was.isDeployers():
		remove(from)
		put(is.app, Place{Before: from.Before, After: to.After})
	default:
		put(is.app, Place{Before: from.Before, After: to.After})
	}
}

// isDeployers reports whether a deployer says the target, at least in part.
func (was taken) isDeployers() bool { return was.deployed || was.by != "" }

// isWrittenIn reports whether a path is of a file that says what a place's deployers take in.
func (p *Place) isWrittenIn(path string) bool {
	for _, o := range []*Overlay{p.Before, p.After} {
		if o != nil && slices.ContainsFunc(o.Deployers, func(d *deploy.Deployer) bool { return d.IsWrittenIn(path) }) {
			return true
		}
	}
	return false
}

func (t take) compare(other take) int {
	return cmp.Or(
		cmp.Compare(t.Kind, other.Kind), cmp.Compare(t.Namespace, other.Namespace), cmp.Compare(t.Name, other.Name),
		cmp.Compare(t.seat.app, other.seat.app), cmp.Compare(t.seat.step, other.seat.step), cmp.Compare(t.seat.target, other.seat.target),
		cmp.Compare(t.source, other.source), cmp.Compare(t.below, other.below),
	)
}
