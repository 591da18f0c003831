package event

import (
	"cmp"
	"context"

	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// stand works out what runs where charts wait for their next version: what those are by now is evidence of nothing.
func (b *builder) stand(ctx context.Context, moved []move) error {
	if b.Past == nil || len(moved) == 0 {
		return nil
	}
	for _, s := range b.sites {
		if s.before == nil || s.Before == nil || len(s.Before.Waiting()) == 0 {
			continue
		}
		past, err := b.Past()
		if err != nil {
			return err
		}
		deployed, err := past.Of(s.Environment).Deployed(cmp.Or(s.Tree, b.Before), s.Before)
		if err != nil {
			return err
		}
		if s.runsBefore, err = b.standing(ctx, deployed, s.Before, s.before); err != nil {
			return err
		}
		s.runsAfter = s.runsBefore
		if !s.Reached() || s.After == nil {
			continue
		}
		if deployed, err = b.afterwards(deployed, s); err != nil {
			return err
		}
		if s.runsAfter, err = b.standing(ctx, deployed, s.After, s.after); err != nil {
			return err
		}
	}
	return nil
}

// standing is the state of an overlay in a tree as it is deployed. Where that is not known, it is what the state has beside what
// waits.
func (b *builder) standing(ctx context.Context, deployed *tree.Tree, o *overlay.Overlay, is *state.State) (*state.State, error) {
	if deployed != nil {
		return b.States.Of(ctx, deployed, o)
	}
	without := *is
	without.Held = state.WithoutWaiting(is.Held)
	return &without, nil
}

// afterwards is the tree after the change as it is deployed: a chart whose version the change does not move stays as it was. It
// is nil where that is not known.
func (b *builder) afterwards(deployed *tree.Tree, s *site) (*tree.Tree, error) {
	after := b.After
	for _, dir := range s.After.Waiting() {
		version := chart.VersionOf(b.Before, dir)
		if version == "" || version != chart.VersionOf(b.After, dir) {
			continue
		}
		if deployed == nil {
			return nil, nil
		}
		was, err := deployed.Resolve(dir)
		if err != nil {
			return nil, nil //nolint:nilerr // It is deployed from another place by now, so nothing is known.
		}
		if after, err = after.With(dir, was.Entry); err != nil {
			return nil, err
		}
	}
	return after, nil
}
