package overlay

import "slices"

// Waiting are the charts of the tree that what the overlay deploys installs anew only once their version moves.
func (o *Overlay) Waiting() []string {
	var charts []string
	for _, d := range o.Follows {
		for _, source := range d.Sources {
			if release := source.Waiting(); release != nil {
				charts = append(charts, release.Chart)
			}
		}
	}
	slices.Sort(charts)
	return slices.Compact(charts)
}
