package state

import (
	"context"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/doing"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// brought are the objects of an overlay that have to do with deploying.
type brought struct {
	objects []deploy.Object
	isBuilt bool
}

// Deployers are the objects of an overlay that have to do with deploying, as they are once they are deployed themselves; false
// where the overlay cannot be built. The error is the context's, or that a chart does more than it may.
func (c *Cache) Deployers(ctx context.Context, t *tree.Tree, o *overlay.Overlay) ([]deploy.Object, bool, error) {
	key := KeyOf(t, o)
	c.mu.Lock()
	known, ok := c.deployers[key]
	c.mu.Unlock()
	if ok {
		return known.objects, known.isBuilt, nil
	}
	of, err := c.broughtBy(ctx, t, o)
	if err != nil {
		return nil, false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deployers[key] = of
	return of.objects, of.isBuilt, nil
}

func (c *Cache) broughtBy(ctx context.Context, t *tree.Tree, o *overlay.Overlay) (brought, error) {
	doing.Note(ctx, "building "+o.Dir)
	in := newCollector(t, o, c.configsOf)
	rendering, err := in.gather(ctx, t)
	if err != nil || rendering != nil && rendering.Problem != nil {
		return brought{}, err
	}
	if err := in.take(ctx, t); err != nil {
		return brought{}, err
	}
	of := brought{isBuilt: true}
	for _, pending := range in.pending {
		if !deploy.IsRead(pending.root) {
			continue
		}
		object := deploy.Object{Root: pending.root}
		if pending.made != nil {
			object.File = pending.made.Template
		}
		of.objects = append(of.objects, object)
	}
	return of, nil
}
