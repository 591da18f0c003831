package overlay

import (
	"testing"

	"github.com/promocheck/promocheck/check/config"
	. "github.com/promocheck/promocheck/internal/treetest"
)

// TestSameness requires that a layout is told from another by whatever has apps be something else in some tree, and by nothing
// else.
func TestSameness(t *testing.T) {
	files := Files{
		"shop/overlays/prod/d.yaml": deployment, "shop/overlays/dev/d.yaml": deployment,
		"load/d.yaml": deployment, "envs/prod/web/d.yaml": runs("shop", "shop"), "envs/prod/api/d.yaml": runs("shop", "shop"),
	}
	for name, test := range map[string]struct {
		change Files
		same   bool
	}{
		"another content":                      {Files{"shop/overlays/prod/d.yaml": "kind: Job\n"}, true},
		"another app":                          {Files{"cart/overlays/prod/d.yaml": deployment, "cart/overlays/dev/d.yaml": deployment}, false},
		"an environment that turns out an app": {Files{"load/overlays/prod/d.yaml": deployment, "load/overlays/dev/d.yaml": deployment}, false},
		"targets that turn out apps":           {Files{"envs/prod/web/d.yaml": runs("web", "web"), "envs/prod/api/d.yaml": runs("api", "api")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			store, finder := New(), finderOf(t, config.Default())
			was, known := layoutOf(t, finder, store.Tree(t, files)).Sameness()
			is, stillKnown := layoutOf(t, finder, store.Tree(t, files.With(test.change))).Sameness()
			if !known || !stillKnown || (was == is) != test.same {
				t.Errorf("known %v and %v, same %v", known, stillKnown, was == is)
			}
			if other, _ := layoutOf(t, finderOf(t, config.Default()), store.Tree(t, files)).Sameness(); other == was {
				t.Error("a layout by another configuration is the same")
			}
		})
	}
}
