package form

import (
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// restore replaces scalars that stand in no file by those that they come from. What says nothing of the
// version is left out unless it is the last, where the version is put together.
func restore(origins document.Origins, found []Found) []Found {
	for i := range found {
		var restored []*yaml.Node
		for _, scalar := range found[i].Scalars {
			from, ok := origins[scalar]
			if !ok {
				restored = append(restored, scalar)
				continue
			}
			for place, origin := range from {
				if place == len(from)-1 || strings.Contains(found[i].text(), origin.Value) {
					restored = append(restored, origin)
				}
			}
		}
		found[i].Scalars = restored
	}
	return found
}
