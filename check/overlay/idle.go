package overlay

import (
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/idle"
)

// rest notes of overlays that all deployers which take them in for what they are for deploy nothing for the time being.
func (f *following) rest() {
	for i := range f.overlays {
		c := &f.overlays[i]
		c.Idle = f.idle(c.takers, func(t taker) *deploy.Deployer { return t.Deployer })
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
	c.Idle = s.idle(takers, s.deployerIn)
	var decide Overlay
	for _, t := range takers {
		decide.Deployers = append(decide.Deployers, t.Deployer)
	}
	return []candidate{{Overlay: decide}}
}

// idle is why none of some deployers deploys anything; nothing where one does, or where it is not known.
func (s *search) idle(takers []taker, in func(taker) *deploy.Deployer) (why idle.Idle) {
	for _, t := range takers {
		d := in(t)
		if d == nil {
			return idle.Idle{}
		}
		if why = d.Idle(s.config.IgnoresManualSync); why == (idle.Idle{}) {
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
