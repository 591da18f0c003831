package state

import (
	"runtime"
	"slices"
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
	state, _ := c.of(t, o)
	return state()
}

// of returns what works the state out, and whether somebody has asked for it before.
func (c *Cache) of(t *tree.Tree, o *overlay.Overlay) (state func() *State, asked bool) {
	key := cacheKey{o.Dir, strings.Join(o.Manifests, "\x00") + "\x01" + strings.Join(o.Layers, "\x00"), o.Closure.Key(t)}
	c.mu.Lock()
	defer c.mu.Unlock()
	state, asked = c.states[key]
	if !asked {
		state = sync.OnceValue(func() *State { return Of(t, o) })
		c.states[key] = state
	}
	return state, asked
}

// Asked is an overlay of a tree, and what its state goes into; nil: it is asked for later.
type Asked struct {
	Tree    *tree.Tree
	Overlay *overlay.Overlay
	Into    **State
}

// mostAtOnce bounds the memory that states need which are worked out side by side.
const mostAtOnce = 8

// All is like Of, for several overlays, side by side: that is what takes longest. The files that the
// overlays name are read ahead, all at once: one by one, as they are built, Git would be asked for each.
func (c *Cache) All(asked []Asked) {
	asked = withoutWaiting(asked)
	var states errgroup.Group
	states.SetLimit(min(runtime.GOMAXPROCS(0), mostAtOnce))
	wanted := make([]func() *State, len(asked))
	var files []tree.Files
	for i, a := range asked {
		var known bool
		if wanted[i], known = c.of(a.Tree, a.Overlay); !known {
			files = append(files, tree.Files{Tree: a.Tree, Paths: a.Overlay.Named()})
		}
	}
	_ = tree.Prefetch(files...) // a failure comes up again where a file is needed
	for i, a := range asked {
		states.Go(func() error {
			if state := wanted[i](); a.Into != nil {
				*a.Into = state
			}
			return nil
		})
	}
	_ = states.Wait() // none fails
}

// withoutWaiting leaves out what is asked for later if any build would have to wait for Kustomize's schema: it
// would then wait for what nobody may need, which can take long.
func withoutWaiting(asked []Asked) []Asked {
	later := func(a Asked) bool { return a.Into == nil }
	if !slices.ContainsFunc(asked, later) {
		return asked
	}
	use := noSchema
	for _, a := range asked {
		use = max(use, newRendering(a.Tree, a.Overlay.Closure).schemaUse())
	}
	switch {
	case use > mergesBy:
		return slices.DeleteFunc(slices.Clone(asked), later)
	case use == mergesBy && !schemaParsed():
		Prepare()
		parseSchema()
	}
	return asked
}
