package event

import (
	"cmp"

	"github.com/promocheck/promocheck/check/overlay"
)

// deployers are what takes a site in after the change, or took it in before where it goes.
func (s *site) deployers() []Deployer { return deployersOf(cmp.Or(s.After, s.Before)) }

func deployersOf(o *overlay.Overlay) []Deployer {
	list := make([]Deployer, 0, len(o.Deployers))
	for _, d := range o.Deployers {
		list = append(list, Deployer{
			Kind: valid(d.Kind), Namespace: valid(d.Namespace), Name: valid(d.Name),
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
