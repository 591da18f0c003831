package state

import (
	"context"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/setting"
	"github.com/promocheck/promocheck/check/tree"
)

// FieldsOf are what some objects say that an overlay of the tree deploys, by the paths of their fields. The error is the context's,
// once that is done.
func FieldsOf(ctx context.Context, t *tree.Tree, o *overlay.Overlay, wanted func(document.Identity) bool) (map[document.Identity]map[string]string, error) {
	fields := map[document.Identity]map[string]string{}
	_, err := of(ctx, t, o, []reader{func(_ *collector, o *observed) {
		if wanted(o.kept.Identity) {
			fields[o.kept.Identity] = setting.Fields(o.root)
		}
	}}, configsOf)
	return fields, err
}
