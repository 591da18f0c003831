package overlay

import "github.com/promocheck/promocheck/check/deploy"

// Sources are what the trees have of the objects that Flux takes something from, before the change and after it.
func (p *Pairing) Sources() (before, after *deploy.Found) {
	if len(p.sides) < 2 {
		return nil, nil
	}
	return p.sides[0].search.found, p.sides[1].search.found
}
