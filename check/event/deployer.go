package event

import (
	"cmp"
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/overlay"
)

// deployers are what takes a site in after the change, or took it in before where it goes, and what installs the charts in
// it that the change touches.
func (s *site) deployers() []Deployer {
	o := cmp.Or(s.After, s.Before)
	deployers := slices.Clone(o.Deployers)
	for _, d := range o.Follows {
		if slices.ContainsFunc(s.ReachedBy, d.Installs) {
			deployers = append(deployers, d)
		}
	}
	return deployersOf(o, deployers)
}

func deployersOf(o *overlay.Overlay, deployers []*deploy.Deployer) []Deployer {
	list := make([]Deployer, 0, len(deployers))
	for _, d := range deployers {
		list = append(list, Deployer{
			Kind: valid(d.Kind), Namespace: valid(d.Namespace), Name: valid(d.Name), Keeps: d.Keeps, Forces: d.Forces,
			Location: Location{Overlay: valid(o.Dir), Path: valid(d.File), Line: d.Line},
		})
	}
	return list
}

func found(o *overlay.Overlay) string {
	if o.ByDeployer() {
		return FoundByDeployer
	}
	return FoundByDirectory
}
