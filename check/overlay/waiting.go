package overlay

import "slices"

// Waiting are the charts of the tree that what the overlay deploys installs anew only once their version moves.
func (o *Overlay) Waiting() []string {
	var charts []string
	if o.Release != nil && o.Release.Waits {
		charts = append(charts, o.Release.Chart)
	}
	for _, release := range o.Installs() {
		if release.Waits {
			charts = append(charts, release.Chart)
		}
	}
	slices.Sort(charts)
	return slices.Compact(charts)
}
