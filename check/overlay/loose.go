package overlay

import (
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
)

// Loose is a deployer that takes a place in, whose own object is in no overlay, and that comes, goes, or says something else
// of itself than before: no other effect would tell.
type Loose struct {
	*deploy.Deployer
	Before, After bool // it was there; it is there
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

// looseOf are the loose deployers of a place that is there before a change and after it which differ.
// One that takes in something else now is told by that.
func looseOf(p *Place, before, after map[deploy.ID]bool, changed map[string]bool) []Loose {
	if p.Before == nil || p.After == nil {
		return nil
	}
	var differing []Loose
	for _, d := range p.Before.loose {
		is := sameIn(p.After.Deployers, d)
		switch {
		case is == nil && after[d.ID]:
		case is == nil:
			differing = append(differing, Loose{d, true, false})
		case slices.ContainsFunc(is.Written(), func(file string) bool { return changed[file] }) && !d.SaysAlike(is):
			differing = append(differing, Loose{is, true, true})
		}
	}
	for _, d := range p.After.loose {
		if sameIn(p.Before.Deployers, d) == nil && !before[d.ID] {
			differing = append(differing, Loose{d, false, true})
		}
	}
	return differing
}

// deployerIDs are the deployers that take something in.
func (l *Layout) deployerIDs() map[deploy.ID]bool {
	ids := map[deploy.ID]bool{}
	for _, c := range l.overlays {
		for _, t := range c.takers {
			ids[t.Deployer.ID] = true
		}
	}
	return ids
}

func sameIn(deployers []*deploy.Deployer, as *deploy.Deployer) *deploy.Deployer {
	at := slices.IndexFunc(deployers, func(d *deploy.Deployer) bool { return d.ID == as.ID })
	if at < 0 {
		return nil
	}
	return deployers[at]
}
