package overlay

import (
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/idle"
)

// rest notes of overlays that all deployers which take them in for what they are for deploy nothing for the time being.
func (f *following) rest() {
	resting := f.resting(f.overlays, func(t taker) *deploy.Deployer { return t.Deployer })
	for i := range f.overlays {
		f.overlays[i].Idle = resting.idle(f.overlays[i].takers)
	}
}

// restAs notes the same of an overlay of this tree, by those deployers that take it in by another tree's layout. It returns what
// stands for those among what decides over the past.
func (s *search) restAs(c *candidate, l *Layout) []candidate {
	takers := c.takers
	if at, known := l.index().taken[takesIn{c.Dir, c.step, c.by}]; known && len(takers) == 0 {
		takers = l.overlays[at].takers
	}
	if len(takers) == 0 {
		return nil
	}
	resting := s.resting(l.overlays, s.deployerIn)
	c.Idle = resting.idle(takers)
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

// idle is why none of some deployers deploys anything; nothing where one does, or where it is not known.
func (r *resting) idle(takers []taker) idle.Idle { return r.of(takers, r.heldBack) }

// of is the same, where it is also asked of a release that is not idle itself whether it is held back.
func (r *resting) of(takers []taker, heldBack func(*deploy.Deployer) idle.Idle) (why idle.Idle) {
	for _, t := range takers {
		r.asked = append(r.asked, t.Deployer)
		d := r.in(t)
		if d == nil {
			return idle.Idle{}
		}
		why = d.Idle(r.ignoresManual)
		if why == (idle.Idle{}) && t.source.Within && heldBack != nil {
			why = heldBack(t.Deployer)
		}
		if why == (idle.Idle{}) {
			return why
		}
	}
	return why
}

// heldBack is why a release does not come to a cluster as it is: what it is written in is deployed by nothing that deploys
// anything for the time being.
func (r *resting) heldBack(release *deploy.Deployer) (why idle.Idle) {
	for i := range r.overlays {
		if !slices.Contains(r.overlays[i].Placed, release) {
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
	for _, was := range s.deployers.In(s.tree, t.Written()) {
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
