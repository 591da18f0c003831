package state

import (
	"github.com/promocheck/promocheck/check/argocd"
)

// readAsks keeps by what the sync windows of an application are found, or of those that a set generates.
func (c *collector) readAsks(o *observed) {
	if o.kept.Group != "argoproj.io" {
		return
	}
	switch o.kept.Kind {
	case "Application":
		o.kept.Asks = []argocd.Asks{argocd.Application{Node: o.root}.Asks()}
	case "ApplicationSet":
		deployed := argocd.Read(o.root, c.settings.Repo)
		for _, application := range deployed.Applications {
			o.kept.Asks = append(o.kept.Asks, application.Asks())
		}
		if len(deployed.Problems) > 0 {
			o.kept.Asks = append(o.kept.Asks, argocd.Asks{})
		}
	}
}
