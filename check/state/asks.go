package state

import (
	"github.com/promocheck/promocheck/check/argocd"
)

// readAsks keeps by what the sync windows of an application are found, or of those that a set generates.
func (c *collector) readAsks(o *observed) {
	if o.deployed == nil {
		return
	}
	for _, application := range o.deployed.Applications {
		o.kept.Asks = append(o.kept.Asks, application.Asks())
	}
	if len(o.deployed.Problems) > 0 {
		o.kept.Asks = append(o.kept.Asks, argocd.Asks{})
	}
}
