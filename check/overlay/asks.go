package overlay

import (
	"slices"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/kustomization"
)

// ofArgo are the kinds of objects that say by what sync windows are found.
var ofArgo = []string{"Application", "ApplicationSet"}

// settleAsks has applications not tell by what their sync windows are found where something may make others of them that could
// not be built.
func (s *search) settleAsks(deployers []*deploy.Deployer) {
	isAsked := func(d *deploy.Deployer) bool { return d.Asks != nil }
	if !slices.ContainsFunc(deployers, isAsked) {
		return
	}
	parts := partsOf(s.overlays)
	var unbuilt []candidate
	for _, c := range s.overlays {
		isPart := c.component || parts[c.foundAs()]
		if !isPart && !s.built.isBy(c) && slices.ContainsFunc(c.Closure.Files, func(file *kustomization.File) bool { return s.changes(file, ofArgo) }) {
			unbuilt = append(unbuilt, c)
		}
	}
	for _, d := range deployers {
		if d.Asks != nil && slices.ContainsFunc(unbuilt, func(c candidate) bool { return c.Closure.Builds(d.File) }) {
			d.Asks = &argocd.Asks{}
		}
	}
}
