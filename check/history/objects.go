package history

import (
	"slices"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// mostBuilt is how many different overlays are built to find an object in the past. What was given up on its way to
// production was so a few commits ago.
const mostBuilt = 24

// HadObjects tells which objects an app ever had in an environment, of those that are wanted, by what a function calls them;
// and whether that is all that there is to tell.
func (h *History) HadObjects(app, environment string, wanted map[string]bool, call func(document.Identity) string) (had map[string]bool, whole bool, err error) {
	search := &objectSearch{History: h, app: app, environment: h.Layout.Name(environment), wanted: wanted, call: call, had: map[string]bool{}, built: map[kustomization.Key]bool{}}
	if err := search.at(h.Tree); err != nil {
		return nil, false, err
	}
	for some := range slices.Chunk(h.past.Commits, mostChunk) {
		var trees []*tree.Tree
		for _, commit := range some {
			trees = append(trees, h.Tree.At(commit.Tree))
		}
		if err := h.ctx.Err(); err != nil {
			return nil, false, err
		}
		if err := search.watch.Load(trees); err != nil {
			return nil, false, err
		}
		for _, t := range trees {
			if err := search.back(t); err != nil {
				return nil, false, err
			}
			if len(search.had) == len(wanted) {
				return search.had, true, nil
			}
			if len(search.built) >= mostBuilt {
				return search.had, false, nil
			}
		}
	}
	return search.had, h.Whole(), nil
}

// objectSearch is on its way back through a branch.
type objectSearch struct {
	*History
	app, environment string
	wanted           map[string]bool
	call             func(document.Identity) string
	had              map[string]bool
	built            map[kustomization.Key]bool
	newer            *tree.Tree
	watch            *tree.Watch // what decides which overlays the app has in the newer tree, and what they build
}

// back goes to an older tree.
func (s *objectSearch) back(t *tree.Tree) error {
	differs, err := s.watch.Differs(s.newer, t)
	if err != nil || !differs {
		return err
	}
	return s.at(t)
}

func (s *objectSearch) at(t *tree.Tree) error {
	found, err := s.Layout.App(t, s.app)
	if err != nil {
		return err
	}
	s.newer, s.watch = t, &tree.Watch{}
	found.Watch(s.watch)
	for _, of := range found.Sites {
		if s.Layout.Name(of.Environment) != s.environment {
			continue
		}
		if err := s.build(t, of.Overlay); err != nil {
			return err
		}
	}
	return nil
}

func (s *objectSearch) build(t *tree.Tree, o *overlay.Overlay) error {
	key := o.Closure.Key(t)
	if s.built[key] || len(s.built) >= mostBuilt {
		return nil
	}
	s.built[key] = true
	of, err := state.Of(s.ctx, t, o)
	if err != nil {
		return err
	}
	for _, object := range of.Objects {
		if called := s.call(object.Identity); s.wanted[called] {
			s.had[called] = true
		}
	}
	return nil
}
