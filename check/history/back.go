package history

import (
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// mostBuilt is how many different overlays are built to find something in the past. What was given up on its way to
// production, or what an environment got since, was so a few commits ago.
const mostBuilt = 24

// HadObjects tells which objects an app ever had in an environment, of those that are wanted, by what a function calls them;
// and whether that is all that there is to tell.
func (h *History) HadObjects(app, environment string, wanted map[string]bool, call func(document.Identity) string) (had map[string]bool, whole bool, err error) {
	had = map[string]bool{}
	whole, err = h.Back(app, environment, func(_ *overlay.Site, of *state.State) bool {
		for _, object := range of.Objects {
			if called := call(object.Identity); wanted[called] {
				had[called] = true
			}
		}
		return len(had) == len(wanted)
	})
	return had, whole, err
}

// Back shows what an app deployed to an environment, from now on back, until it was seen enough. It tells whether there was
// nothing more to show.
func (h *History) Back(app, environment string, show func(*overlay.Site, *state.State) (enough bool)) (whole bool, err error) {
	b, err := h.backOf(place.Place{App: app, Environment: h.Layout.Name(environment)})
	if err != nil {
		return false, err
	}
	for n := 0; ; n++ {
		if err := b.findMoreThan(n); err != nil {
			return false, err
		}
		if n >= len(b.found) {
			return n < mostBuilt && h.Whole(), nil
		}
		built, err := b.state(b.found[n])
		if err != nil {
			return false, err
		}
		if show(&b.found[n].Site, built) {
			return true, nil
		}
	}
}

// back is on its way back through a branch, for what an app deployed to an environment.
type back struct {
	*History
	place.Place
	found []*site // so far, no two built from the same
	keys  map[kustomization.Key]bool
	next  int          // the first commit that was not looked at
	trees []*tree.Tree // of it and of those after it, read by now
	newer *tree.Tree
	watch *tree.Watch // what decides which overlays the app has in the newer tree, and what they build
}

// backOf is on its way already where the same was asked before.
func (h *History) backOf(of place.Place) (*back, error) {
	if b, begun := h.backs[of]; begun {
		return b, nil
	}
	b := &back{History: h, Place: of, keys: map[kustomization.Key]bool{}}
	h.backs[of] = b
	return b, b.at(h.Tree)
}

// findMoreThan goes back until more than so many overlays are found, if there are.
func (b *back) findMoreThan(n int) error {
	for len(b.found) <= n && len(b.found) < mostBuilt && b.next < len(b.past.Commits) {
		if len(b.trees) == 0 {
			if err := b.read(); err != nil {
				return err
			}
		}
		older := b.trees[0]
		b.trees, b.next = b.trees[1:], b.next+1
		differs, err := b.watch.Differs(b.newer, older)
		if err == nil && differs {
			err = b.at(older)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read reads what is watched of the next trees.
func (b *back) read() error {
	for _, commit := range b.past.Commits[b.next:min(b.next+mostChunk, len(b.past.Commits))] {
		b.trees = append(b.trees, b.Tree.At(commit.Tree))
	}
	if err := b.ctx.Err(); err != nil {
		return err
	}
	return b.watch.Load(b.trees)
}

// at finds what the app has in a tree.
func (b *back) at(t *tree.Tree) error {
	found, err := b.Memory.app(b.Layout, t, b.App)
	if err != nil {
		return err
	}
	b.newer, b.watch = t, &tree.Watch{}
	found.Watch(b.watch)
	for _, of := range found.Sites {
		s := &site{Site: of, tree: t}
		if b.Layout.Name(of.Environment) == b.Environment && !b.keys[s.key()] && len(b.found) < mostBuilt {
			b.keys[s.key()] = true
			b.found = append(b.found, s)
		}
	}
	return nil
}

// mostRemembered is how many states of the past are kept: those of a few apps, since one app's objects and containers are
// asked about together.
const mostRemembered = 2 * mostBuilt

// state works out what an overlay of the past deploys.
func (h *History) state(of *site) (*state.State, error) {
	key := state.KeyOf(of.tree, of.Overlay)
	if built, known := h.states[key]; known {
		return built, nil
	}
	built, err := state.Of(h.ctx, of.tree, of.Overlay)
	if err != nil {
		return nil, err
	}
	if len(h.states) >= mostRemembered {
		clear(h.states)
	}
	h.states[key] = built
	return built, nil
}
