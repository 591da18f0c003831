package state

import (
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/trait"
)

// readTraits keeps what rules ask of an object beside its versions.
func (c *collector) readTraits(o *observed) {
	if o.kept.Kind != document.KindFile {
		o.kept.Traits = trait.Of(o.root, o.kept.Identity)
	}
}
