package overlay

import (
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/kustomization"
)

// place has releases install their charts where the values that they give them are places by themselves: one thing that is
// deployed counts once. That is only where a release says in its own file, and alone, all that it installs.
func (f *following) place(deployers []*deploy.Deployer) {
	for _, d := range deployers {
		for _, source := range d.Sources {
			if source.Within && source.Elsewhere == "" && len(f.settled[d]) == 1 && d.Whole && f.isAsWritten(d) {
				f.placeAt(d, source, slices.Collect(maps.Keys(f.settled[d]))[0])
			}
		}
	}
}

// placeAt has one release that is at work in one place install its chart where its values are a place: of the same environment
// there, of another one in both.
func (f *following) placeAt(d *deploy.Deployer, source deploy.Source, at seat) {
	release := source.Edits.Made()
	owners := f.valuesOwners(release, at.step)
	isItsOwn := func(i int) bool { return slices.Contains(f.builders[d.File], i) }
	if len(owners) == 0 || slices.ContainsFunc(owners, isItsOwn) {
		return
	}
	takes := take{d.ID, at, source.Name, "."}
	if first := f.overlays[owners[0]]; first.step != at.step {
		f.deploy(d, takes, source, unit{dir: release.Chart, below: ".", release: release}, key{first.app, at.step, release.Chart}, nil)
	} else {
		f.apart(release)
		for _, i := range f.valuesOwners(release, at.step) {
			own := &f.overlays[i]
			own.takenBy(d, takes)
			own.takers = append(own.takers, taker{d, takes, source})
		}
	}
	for _, i := range f.builders[d.File] {
		f.overlays[i].Placed = append(f.overlays[i].Placed, d)
	}
}

// isAsWritten reports whether what a release installs is what its file says: nothing that it is built with changes that.
func (f *following) isAsWritten(d *deploy.Deployer) bool {
	return !slices.ContainsFunc(f.builders[d.File], func(i int) bool {
		c := f.overlays[i]
		return slices.ContainsFunc(c.takers, func(t taker) bool { return t.source.Edits.Key() != "" }) ||
			slices.ContainsFunc(c.Closure.Files, func(file *kustomization.File) bool { return f.changes(file, []string{"HelmRelease"}) })
	})
}
