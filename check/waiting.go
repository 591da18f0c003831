package check

import (
	"fmt"
	"slices"

	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/overlay"
)

// waiting says which releases of Flux install what the change makes of their charts only later: a chart from Git counts as
// another one once its version moves.
func (c *change) waiting() []string {
	var notices []string
	for _, place := range c.pairing.Places {
		if place.Before == nil || place.After == nil {
			continue
		}
		for _, d := range slices.Concat(place.After.Follows, place.After.Deployers) {
			for _, source := range d.Sources {
				if c.waits(source, place) {
					notices = append(notices, fmt.Sprintf("%s %s in %s installs %s anew only once the version in its Chart.yaml moves: until then, what the change does there is not deployed",
						d.Kind, d.Name, d.File, source.Path))
				}
			}
		}
	}
	slices.Sort(notices)
	return slices.Compact(notices)
}

// waits reports whether the change touches a chart that is not installed anew for it.
func (c *change) waits(source deploy.Source, place overlay.Place) bool {
	release := source.Waiting()
	if release == nil {
		return false
	}
	version := chart.VersionOf(c.Before, release.Chart)
	return version != "" && version == chart.VersionOf(c.After, release.Chart) && slices.ContainsFunc(place.ReachedBy, release.Has)
}
