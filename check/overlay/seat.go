package overlay

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/spelling"
)

// seat is where a deployer is at work: what it deploys, and nobody else says a place for, goes there.
type seat struct {
	app    string
	step   int
	target string // before which the paths come; empty where the environment is but one
}

// seating is a seat, and how it is known.
type seating struct {
	seat
	said bool // the deployer itself says the environment
}

// seatsOf finds out where a deployer is at work: where it says itself, else where it is deployed, else, in the end, where its
// file lies. There may be several, where several environments are built from one file.
func (f *following) seatsOf(d *deploy.Deployer, last bool) []seating {
	places := f.placesOf(d, last)
	if f.replaced[d] && len(places) == 0 {
		return nil
	}
	step, said := f.said(d)
	if !said {
		return places
	}
	for _, at := range places {
		if at.step == step {
			return []seating{{at.seat, true}}
		}
	}
	app := f.names.without(d.Name, step)
	if len(places) > 0 {
		app = places[0].app
	}
	return []seating{{seat{app, step, ""}, true}}
}

// placesOf are where a deployer is deployed itself.
func (f *following) placesOf(d *deploy.Deployer, last bool) []seating {
	if by := f.built.by[d]; by != nil {
		return []seating{{seat: by.seat()}}
	}
	var places []seating
	add := func(c candidate, target string) {
		at := seating{seat: seat{c.app, c.step, strings.Trim(target, "./")}}
		isApart := f.isApart && len(d.Says) == 0
		same := func(other seating) bool {
			return other.app == at.app && other.step == at.step && (!isApart || other.target == at.target)
		}
		if !slices.ContainsFunc(places, same) {
			places = append(places, at)
		}
	}
	for _, i := range f.builders[d.File] {
		switch c := f.overlays[i]; {
		case f.replaced[d] && f.built.isBy(c):
		case c.deployed:
			add(c, c.base)
		case !c.component && !f.parts[c.Dir]:
			add(c, c.target)
		}
	}
	if root, ok := f.rootOf(d.File); ok && len(places) == 0 && last && !f.replaced[d] {
		add(root, root.named)
	}
	return places
}

// rootOf is the environment whose directory a path lies in.
func (f *following) rootOf(p string) (candidate, bool) {
	for ; p != "." && p != "/"; p = path.Dir(p) {
		if root, ok := f.roots[p]; ok {
			return root, true
		}
	}
	return candidate{}, false
}

// said is the environment that a deployer's name and destination say, if they say exactly one. Words count for those that
// the repository has elsewhere, since a load-balancer is in no environment called load; where it has none, all do. In an
// environment's branch none do.
func (f *following) said(d *deploy.Deployer) (int, bool) {
	if f.config.ByBranch() {
		return 0, false // the branch says it
	}
	steps := map[int]bool{}
	for _, text := range d.Says {
		found, certain := f.names.wordsOf(text)
		if !certain {
			return 0, false
		}
		for _, step := range found {
			if f.isKnown(step) {
				steps[step] = true
			}
		}
	}
	if len(steps) != 1 {
		return 0, false
	}
	for step := range steps {
		return step, true
	}
	return 0, false
}

func (f *following) isKnown(step int) bool {
	if f.names.configured != nil {
		return true
	}
	called := len(f.called) > 0
	_, ok := f.called[step]
	if f.as != nil {
		_, was := f.as.search.called[step]
		called, ok = called || len(f.as.search.called) > 0, ok || was
	}
	return ok || !called
}

// wordsOf are the environments whose names are among the words of a text; false where a word turns one round.
func (n namer) wordsOf(text string) (steps []int, certain bool) {
	if n.configured == nil {
		switch named, reading := readUsual(text); reading {
		case isEnvironment:
			return []int{named.step}, true
		case ambiguous:
			return nil, false
		}
		return nil, true
	}
	if named, reading := n.read(text); reading == isEnvironment {
		return []int{named.step}, true
	}
	words := spelling.Words(text)
	for i := 0; i < len(words); {
		step, length := n.longest(words[i:])
		if length == 0 {
			i++
			continue
		}
		if negated(words[:i]) {
			return nil, false
		}
		steps = append(steps, step)
		i += length
	}
	return steps, true
}

// longest reads the first words of some as a configured environment's name, as many as it takes.
func (n namer) longest(words []string) (step, length int) {
	for length := len(words); length > 0; length-- {
		name := strings.Join(words[:length], "-")
		if named, reading := n.read(name); reading == isEnvironment {
			return named.step, length
		}
		for step, environment := range n.configured {
			if spelling.SameEnvironment(name, environment.Name) {
				return step, length
			}
		}
	}
	return 0, 0
}
