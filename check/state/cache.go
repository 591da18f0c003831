package state

import (
	"strings"

	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// Cache works out the state of each overlay once, however many trees have it alike.
type Cache struct{ states map[cacheKey]*State }

type cacheKey struct {
	dir, files string
	built      kustomization.Key
}

// NewCache returns an empty cache.
func NewCache() *Cache { return &Cache{states: map[cacheKey]*State{}} }

// Of is like the function Of.
func (c *Cache) Of(t *tree.Tree, o *overlay.Overlay) *State {
	key := cacheKey{o.Dir, strings.Join(o.Manifests, "\x00") + "\x01" + strings.Join(o.Layers, "\x00"), o.Closure.Key(t)}
	state, ok := c.states[key]
	if !ok {
		state = Of(t, o)
		c.states[key] = state
	}
	return state
}
