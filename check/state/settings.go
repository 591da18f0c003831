package state

import (
	"context"

	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/setting"
	"github.com/promocheck/promocheck/check/trait"
	"github.com/promocheck/promocheck/check/tree"
)

// Settings works out what the workloads are given that an overlay of the tree deploys, beside their versions. Few ask for that,
// and it is much: it is in no state otherwise. The error is the context's, once that is done.
func Settings(ctx context.Context, t *tree.Tree, o *overlay.Overlay) (*State, error) {
	return of(ctx, t, o, []reader{(*collector).readTraits, (*collector).readSettings}, configsOf)
}

func (c *collector) readSettings(o *observed) {
	o.kept.Settings = setting.Of(o.root, o.kept.Identity, o.kept.Traits.KeysOf(), c.called)
	if o.kept.Settings != nil {
		o.kept.Owner = c.ownerOf(o, form.Found{})
	}
}

// called is the name of an object without what the overlay gives the names of all, and without a hash.
func (c *collector) called(kind, name string) string {
	return c.bare(trait.Stem(kind, name))
}
