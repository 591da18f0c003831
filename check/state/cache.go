package state

import (
	"runtime"
	"strings"
	"sync"

	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// SideBySide is how many states may be worked out at a time: no more than there are processors, and on large
// machines no more than memory should be needed for.
func SideBySide() int { return min(runtime.GOMAXPROCS(0), 8) }

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
