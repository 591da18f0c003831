// Package place names where things run: the key by which all stages mean the same spot.
package place

import "cmp"

// Place is a target of an environment of an app.
type Place struct {
	App         string
	Environment string
	Target      string // "." where the environment is but one
}

// Compare orders places by their names. Environments in the order of promotion are for those to compare who know
// the promotion path.
func (p Place) Compare(other Place) int {
	return cmp.Or(
		cmp.Compare(p.App, other.App),
		cmp.Compare(p.Environment, other.Environment),
		cmp.Compare(p.Target, other.Target),
	)
}
