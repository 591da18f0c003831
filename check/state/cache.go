package state

import (
	"runtime"
	"strings"
	"sync"

	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
	"golang.org/x/sync/errgroup"
)

// Cache works out the state of each overlay once, however many trees have it alike. It is safe for
// concurrent use.
type Cache struct {
	mu     sync.Mutex
	states map[cacheKey]func() *State
}

type cacheKey struct {
	dir, files string
	built      kustomization.Key
}

// NewCache returns an empty cache.
func NewCache() *Cache { return &Cache{states: map[cacheKey]func() *State{}} }

// Of is like the function Of.
func (c *Cache) Of(t *tree.Tree, o *overlay.Overlay) *State {
	key := cacheKey{o.Dir, strings.Join(o.Manifests, "\x00") + "\x01" + strings.Join(o.Layers, "\x00"), o.Closure.Key(t)}
	c.mu.Lock()
	state, ok := c.states[key]
	if !ok {
		state = sync.OnceValue(func() *State { return Of(t, o) })
		c.states[key] = state
	}
	c.mu.Unlock()
	return state()
}

// Asked is an overlay of a tree, and what its state goes into.
type Asked struct {
	Tree    *tree.Tree
	Overlay *overlay.Overlay
	Into    **State
}

// mostAtOnce bounds the memory that states need which are worked out side by side.
const mostAtOnce = 8

// All is like Of, for several overlays, side by side: that is what takes longest.
func (c *Cache) All(asked []Asked) {
	var states errgroup.Group
	states.SetLimit(min(runtime.GOMAXPROCS(0), mostAtOnce))
	for _, a := range asked {
		states.Go(func() error {
			*a.Into = c.Of(a.Tree, a.Overlay)
			return nil
		})
	}
	_ = states.Wait() // none fails
}
