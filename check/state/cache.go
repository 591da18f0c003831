package state

import (
	"context"
	"fmt"
	"sync"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/flux"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// Cache works out the state of each overlay once, however many trees have it alike. It is safe for
// concurrent use.
type Cache struct {
	mu      sync.Mutex
	states  map[Key]*working
	brought map[Key][]*flux.Config

	deployers map[Key]brought
}

// Key is all that a state is worked out from.
type Key struct {
	dir   string
	read  string // which files are read, and how, where the closure does not tell
	built kustomization.Key
}

// KeyOf tells from what the state of an overlay is worked out.
func KeyOf(t *tree.Tree, o *overlay.Overlay) Key {
	forms := Forms(t, o)
	var repositories []string
	if o.Config != nil {
		repositories = append(o.Self.Branches(), o.Config.Repositories...)
	}
	var follows []string
	for _, d := range o.Follows {
		for _, s := range d.Sources {
			follows = append(follows, fmt.Sprintf("%q %v", d.Pointing(s), s.Elsewhere == ""))
		}
	}
	for _, d := range o.Points {
		for _, s := range d.Sources {
			follows = append(follows, fmt.Sprintf("%q is not", d.Pointing(s)))
		}
	}
	return Key{o.Dir, fmt.Sprintf("%s %q %q %q %q %q %q %q %v %q", o.MadeOf(), providersOf(o), o.Offers, follows, forms.Variables, forms.Tags, repositories, artifactsOf(o), ignoresManualSync(o), o.Idle.Why), o.Closure.Key(t)}
}

// providersOf tells what an overlay takes from others apart from what others do.
func providersOf(o *overlay.Overlay) []string {
	var all []string
	for _, p := range o.Providers {
		all = append(all, fmt.Sprintf("%s %s %q %q", p.Dir, p.MadeOf(), p.Offers, providersOf(p)))
	}
	return all
}

func artifactsOf(o *overlay.Overlay) []artifact.Names {
	if o.Config == nil {
		return nil
	}
	return o.Config.Artifacts
}

// working is a state that is being worked out, or was.
type working struct {
	done  chan struct{}
	state *State // once done; nil if whoever worked it out was interrupted
}

// NewCache returns an empty cache.
func NewCache() *Cache {
	return &Cache{states: map[Key]*working{}, brought: map[Key][]*flux.Config{}, deployers: map[Key]brought{}}
}

// Of is like the function Of.
func (c *Cache) Of(ctx context.Context, t *tree.Tree, o *overlay.Overlay) (*State, error) {
	return c.of(ctx, KeyOf(t, o), t, o)
}

func (c *Cache) of(ctx context.Context, key Key, t *tree.Tree, o *overlay.Overlay) (*State, error) {
	for {
		w, mine := c.begin(key)
		if mine {
			return c.finish(ctx, key, w, t, o)
		}
		select {
		case <-w.done:
			if w.state != nil {
				return w.state, nil
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// begin returns the work on a state, and whether it is for the caller to do.
func (c *Cache) begin(key Key) (w *working, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w, known := c.states[key]
	if !known {
		w = &working{done: make(chan struct{})}
		c.states[key] = w
	}
	return w, !known
}

// finish works a state out. One that is interrupted is left to whoever asks next.
func (c *Cache) finish(ctx context.Context, key Key, w *working, t *tree.Tree, o *overlay.Overlay) (*State, error) {
	state, err := of(ctx, t, o, allReaders, c.configsOf)
	if err != nil {
		c.mu.Lock()
		delete(c.states, key)
		c.mu.Unlock()
	}
	w.state = state
	close(w.done)
	return state, err
}

// configsOf is like the function configsOf.
func (c *Cache) configsOf(ctx context.Context, t *tree.Tree, o *overlay.Overlay) ([]*flux.Config, error) {
	key := KeyOf(t, o)
	c.mu.Lock()
	configs, known := c.brought[key]
	c.mu.Unlock()
	if known {
		return configs, nil
	}
	configs, err := configsOf(ctx, t, o)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.brought[key] = configs
	return configs, nil
}

func (c *Cache) knows(key Key) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.states[key] != nil
}

// Asked is an overlay of a tree, and what its state goes into.
type Asked struct {
	Tree    *tree.Tree
	Overlay *overlay.Overlay
	Into    **State
}

// All is like Of, for several overlays.
func (c *Cache) All(ctx context.Context, asked []Asked) error {
	keys, reads := make([]Key, len(asked)), make([]tree.Files, len(asked))
	for i, a := range asked {
		if keys[i] = KeyOf(a.Tree, a.Overlay); !c.knows(keys[i]) {
			reads[i] = tree.Files{Tree: a.Tree, Paths: a.Overlay.Named()}
		}
	}
	return Together(ctx, reads, func(ctx context.Context, i int) (err error) {
		*asked[i].Into, err = c.of(ctx, keys[i], asked[i].Tree, asked[i].Overlay)
		return err
	})
}
