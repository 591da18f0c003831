package overlay

import (
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
)

// Loose is a deployer that takes a place in, whose own object is in no overlay, and that comes, goes, or says something else
// of itself than before: no other effect would tell.
type Loose struct {
	*deploy.Deployer
	Before, After bool             // it was there; it is there
	Was           *deploy.Deployer // what it was, where it is there still
}

// findLoose tells overlays which of the deployers that take them in for what they are for are loose.
func (f *following) findLoose() {
	for i := range f.overlays {
		c := &f.overlays[i]
		for _, t := range c.takers {
			if f.built.by[t.Deployer] == nil && len(f.builders[t.File]) == 0 && !slices.Contains(c.loose, t.Deployer) {
				c.loose = append(c.loose, t.Deployer)
			}
		}
	}
}

// looseOf are the loose deployers of a place that is there before a change and after it which differ. Before and after are
// all that take something in: one that takes in something else now is told by that.
func looseOf(p *Place, before, after map[stated]bool, changed map[string]bool) []Loose {
	if p.Before == nil || p.After == nil {
		return nil
	}
	var differing []Loose
	for _, d := range p.Before.loose {
		is := counterpart(d, p.Before.Deployers, p.After.Deployers)
		switch {
		case is == nil && after[statedBy(d)]:
		case is == nil:
			differing = append(differing, Loose{d, true, false, nil})
		case slices.ContainsFunc(is.Written(), func(file string) bool { return changed[file] }) && !d.SaysAlike(is):
			differing = append(differing, Loose{is, true, true, d})
		}
	}
	for _, d := range p.After.loose {
		if counterpart(d, p.After.Deployers, p.Before.Deployers) == nil && !before[statedBy(d)] {
			differing = append(differing, Loose{d, false, true, nil})
		}
	}
	return differing
}

// stated is a deployer by its name and by where it is stated: each cluster may have one of the same name.
type stated struct {
	deploy.ID
	file string
}

func statedBy(d *deploy.Deployer) stated { return stated{d.ID, d.File} }

// deployers are those that take something in.
func (l *Layout) deployers() map[stated]bool {
	all := map[stated]bool{}
	for _, c := range l.overlays {
		for _, t := range c.takers {
			all[statedBy(t.Deployer)] = true
		}
	}
	return all
}

// counterpart is what a deployer among some is among others: that of its name in the same file, or else one that is in a file
// in which there is none now, as where the file is renamed; nil where there is neither.
func counterpart(of *deploy.Deployer, among, others []*deploy.Deployer) *deploy.Deployer {
	var moved *deploy.Deployer
	for _, d := range others {
		switch {
		case d.ID != of.ID:
		case d.File == of.File:
			return d
		case moved == nil && !slices.ContainsFunc(among, func(known *deploy.Deployer) bool { return statedBy(known) == statedBy(d) }):
			moved = d
		}
	}
	return moved
}
