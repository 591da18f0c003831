package deploy

import (
	"cmp"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/idle"
)

// Idle is why it deploys nothing for the time being, if it does not. What only a person syncs may be told to count for nothing,
// too.
func (d *Deployer) Idle(ignoresManual bool) idle.Idle {
	of := document.Identify(d.root, d.File)
	if of.Kind, of.Name = d.Kind, d.Name; d.Asks != nil {
		of.Group = "argoproj.io" // a set's template does not say what it makes
	}
	why := idle.Of(d.root, of)
	if ignoresManual {
		why = cmp.Or(why, idle.ByHand(d.root, of))
	}
	return why
}
