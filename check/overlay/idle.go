package overlay

import (
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/idle"
)

// rest notes of overlays that all deployers which take them in for what they are for deploy nothing for the time being.
func (f *following) rest() {
	resting := f.resting(f.overlays, func(t taker) *deploy.Deployer { return t.Deployer })
	deployed, within := f.deployedIn()
	last := map[string]int{} // by app, the last environment that gets what this tree has
	for _, c := range f.overlays {
		if slices.ContainsFunc(c.takers, func(t taker) bool { return t.source.Stands == "" }) {
			last[c.app] = max(last[c.app], c.step)
		}
	}
	for i := range f.overlays {
		c := &f.overlays[i]
		c.precedes = c.step < last[c.app]
		c.forgotten = c.precedes && deployed[appIn{c.app, c.step}] && f.isForgotten(c, within)
		c.Idle = resting.idle(*c)
	}
}

// appIn is an app in an environment.
type appIn struct {
	app  string
	step int
}

// deployedIn are the apps that are deployed to an environment by what is in the tree. It is nothing where a set of applications
// may make more of them than are known. within are the files that anything is built from that is deployed.
func (f *following) deployedIn() (deployed map[appIn]bool, within map[string]bool) {
	for d := range f.settled { // a set that is built is none of those that the tree has
		if d.Set != nil && (d.Set.Others || !d.Set.Whole) {
			return nil, nil
		}
	}
	if f.beyond {
		return nil, nil
	}
	deployed, within = map[appIn]bool{}, map[string]bool{}
	for i := range f.overlays {
		if c := &f.overlays[i]; len(c.takers) > 0 {
			deployed[appIn{c.app, c.step}] = true
			for _, file := range c.madeOf() {
				within[file] = true
			}
		}
	}
	return deployed, within
}

// isForgotten reports whether nothing deploys an overlay, be it by itself or within another one: who has deployers in the tree for
// one place of an environment of an app has them for all.
func (f *following) isForgotten(c *candidate, within map[string]bool) bool {
	return !c.deployed && !c.component && len(c.takers)+len(c.still) == 0 &&
		!within[c.MainFile()] && !slices.ContainsFunc(f.pointers, func(p Pointer) bool { return p.Has(c.MainFile()) })
}

// restAs notes the same of an overlay of this tree, by those deployers that take it in by another tree's layout. It returns what
// stands for those among what decides over the past.
func (s *search) restAs(c *candidate, l *Layout) []candidate {
	as := *c
	if at, known := l.index().taken[takesIn{c.Dir, c.step, c.by}]; known && len(c.takers) == 0 {
		as = l.overlays[at]
	}
	resting := s.resting(l.overlays, s.deployerIn)
	as.forgotten = as.forgotten || l.index().forgotten[c.Dir]
	if c.Idle = resting.idle(as); len(resting.asked) == 0 {
		return nil
	}
	return []candidate{{Overlay: Overlay{Deployers: resting.asked}}}
}

// resting finds out what deploys nothing for the time being.
type resting struct {
	overlays      []candidate                  // of the layout that deployers are from
	in            func(taker) *deploy.Deployer // what a deployer is in the tree that is asked about; nil: it is not there, or not known
	ignoresManual bool                         // what only a person syncs counts for nothing
	asked         []*deploy.Deployer
}

func (s *search) resting(overlays []candidate, in func(taker) *deploy.Deployer) *resting {
	return &resting{overlays: overlays, in: in, ignoresManual: s.config.IgnoresManualSync}
}

// idle is why none of an overlay's deployers deploys anything; nothing where one does, or where it is not known.
func (r *resting) idle(c candidate) idle.Idle {
	if c.forgotten {
		return idle.Idle{Why: "nothing deploys " + c.Dir}
	}
	if !c.precedes {
		return r.of(c.takers, r.heldBack)
	}
	return r.of(slices.Concat(c.takers, c.still), func(t taker, in *deploy.Deployer) (why idle.Idle) {
		if at := slices.IndexFunc(in.Sources, func(s deploy.Source) bool { return s.Name == t.take.source }); at >= 0 && in.Sources[at].Stands != "" {
			return idle.Idle{Why: in.Kind + " " + in.Name + " " + in.Sources[at].Stands}
		}
		return r.heldBack(t, in)
	})
}

// of is the same of some deployers. beside is asked of one that is not idle itself.
func (r *resting) of(takers []taker, beside func(t taker, in *deploy.Deployer) idle.Idle) (why idle.Idle) {
	for _, t := range takers {
		r.asked = append(r.asked, t.Deployer)
		d := r.in(t)
		if d == nil {
			return idle.Idle{}
		}
		why = d.Idle(r.ignoresManual)
		if why == (idle.Idle{}) && beside != nil {
			why = beside(t, d)
		}
		if why == (idle.Idle{}) {
			return why
		}
	}
	return why
}

// heldBack is why a release does not come to a cluster as it is: what it is written in is deployed by nothing that deploys
// anything for the time being.
func (r *resting) heldBack(release taker, _ *deploy.Deployer) (why idle.Idle) {
	if !release.source.Within {
		return idle.Idle{}
	}
	for i := range r.overlays {
		if !slices.Contains(r.overlays[i].Placed, release.Deployer) {
			continue
		}
		if why = r.of(r.overlays[i].takers, nil); why == (idle.Idle{}) {
			return why
		}
	}
	return why
}

// deployerIn is a deployer of another tree's layout as it is in this tree; nil where it is not there, or not known.
func (s *search) deployerIn(t taker) *deploy.Deployer {
	if maker := s.as.search.built.by[t.Deployer]; maker != nil {
		if s.makesAs(maker) {
			return t.Deployer
		}
		return nil
	}
	if !slices.ContainsFunc(t.Written(), s.differs) {
		return t.Deployer
	}
	for _, was := range s.writtenWith(t.Deployer) {
		if was.ID == t.Deployer.ID {
			return was
		}
	}
	return nil
}

// differs reports whether a file is another one in the tree whose layout counts here.
func (s *search) differs(file string) bool {
	is, err := s.tree.Resolve(file)
	was, errThere := s.as.search.tree.Resolve(file)
	return err != nil || errThere != nil || is.Entry != was.Entry
}
