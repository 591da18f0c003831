package history

import (
	"slices"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
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
	b := &back{History: h, app: app, environment: h.Layout.Name(environment), show: show, built: map[kustomization.Key]bool{}}
	if err := b.at(h.Tree); err != nil {
		return false, err
	}
	for some := range slices.Chunk(h.past.Commits, mostChunk) {
		var trees []*tree.Tree
		for _, commit := range some {
			trees = append(trees, h.Tree.At(commit.Tree))
		}
		if err := h.ctx.Err(); err != nil {
			return false, err
		}
		if err := b.watch.Load(trees); err != nil {
			return false, err
		}
		for _, t := range trees {
			if err := b.to(t); err != nil {
				return false, err
			}
			if b.enough {
				return true, nil
			}
			if len(b.built) >= mostBuilt {
				return false, nil
			}
		}
	}
	return h.Whole(), nil
}

// back is on its way back through a branch.
type back struct {
	*History
	app, environment string
	show             func(*overlay.Site, *state.State) bool
	enough           bool
	built            map[kustomization.Key]bool
	newer            *tree.Tree
	watch            *tree.Watch // what decides which overlays the app has in the newer tree, and what they build
}

// to goes to an older tree.
func (b *back) to(t *tree.Tree) error {
	differs, err := b.watch.Differs(b.newer, t)
	if err != nil || !differs {
		return err
	}
	return b.at(t)
}

func (b *back) at(t *tree.Tree) error {
	found, err := b.Layout.App(t, b.app)
	if err != nil {
		return err
	}
	b.newer, b.watch = t, &tree.Watch{}
	found.Watch(b.watch)
	for _, of := range found.Sites {
		if b.enough || b.Layout.Name(of.Environment) != b.environment {
			continue
		}
		key := of.Closure.Key(t)
		if b.built[key] || len(b.built) >= mostBuilt {
			continue
		}
		b.built[key] = true
		built, err := state.Of(b.ctx, t, of.Overlay)
		if err != nil {
			return err
		}
		b.enough = b.show(&of, built)
	}
	return nil
}
