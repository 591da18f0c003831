package state_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/internal/treetest"
)

const pod = "kind: Pod\napiVersion: v1\nmetadata: {name: shop}\nspec: {containers: [{name: shop, image: 'acme/shop:v1', env: [{name: SIDE, value: 'acme/side:v1'}]}]}\n"

// plain is a directory of plain manifests, or a file in layers, with whatever its files are links to.
func plain(t *testing.T, files treetest.Files, manifests, layers []string) (*tree.Tree, *overlay.Overlay) {
	t.Helper()
	at := treetest.New().Tree(t, files)
	closure := kustomization.NewReader(at, kustomization.Cache{}).Plain(append(manifests, layers...))
	return at, &overlay.Overlay{Dir: "shop", Manifests: manifests, Layers: layers, Closure: closure}
}

func of(t *testing.T, states *state.Cache, at *tree.Tree, o *overlay.Overlay) *state.State {
	t.Helper()
	s, err := states.Of(t.Context(), at, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCacheTellsApart requires of overlays that are built from the same files, and read in another way, that
// each has a state of its own.
func TestCacheTellsApart(t *testing.T) {
	const set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\nspec:\n" +
		"  generators: [{git: {repoURL: 'https://github.com/acme/config', revision: HEAD, directories: [{path: shop/v1}]}}]\n" +
		"  template: {spec: {source: {repoURL: 'https://github.com/acme/x', targetRevision: '{{path.basename}}'}}}\n"
	files := treetest.Files{
		"shop/a.yaml": treetest.Link("b.yaml"), "shop/b.yaml": pod,
		"shop/set.yaml": set, "shop/v1/x.yaml": "a: b\n",
		"shop/one.yaml": "image: {repository: acme/shop, tag: v1}\n", "shop/two.yaml": "image: {tag: v2}\n",
	}
	configured := func(c config.Config) func(*overlay.Overlay) {
		return func(o *overlay.Overlay) { o.Config = &c }
	}
	type way struct {
		manifests, layers []string
		with              func(*overlay.Overlay)
	}
	for name, ways := range map[string][2]way{
		"manifests":    {{manifests: []string{"shop/a.yaml"}}, {manifests: []string{"shop/a.yaml", "shop/b.yaml"}}},
		"layers":       {{layers: []string{"shop/one.yaml", "shop/two.yaml"}}, {layers: []string{"shop/two.yaml", "shop/one.yaml"}}},
		"one or other": {{manifests: []string{"shop/one.yaml", "shop/two.yaml"}}, {layers: []string{"shop/one.yaml", "shop/two.yaml"}}},
		"repository":   {{manifests: []string{"shop/set.yaml"}}, {manifests: []string{"shop/set.yaml"}, with: configured(config.Config{Repositories: []string{"https://github.com/acme/config"}})}},
		"variables":    {{manifests: []string{"shop/b.yaml"}}, {manifests: []string{"shop/b.yaml"}, with: configured(config.Config{Images: config.Images{Variables: []string{"SIDE"}}})}},
	} {
		t.Run(name, func(t *testing.T) {
			states := state.NewCache()
			for _, w := range ways {
				at, o := plain(t, files, w.manifests, w.layers)
				if w.with != nil {
					w.with(o)
				}
				want, err := state.Of(t.Context(), at, o)
				if err != nil {
					t.Fatal(err)
				}
				if got := of(t, states, at, o); held(got) != held(want) || len(got.Objects) != len(want.Objects) {
					t.Errorf("%s, want %s", held(got), held(want))
				}
			}
		})
	}
}

func held(s *state.State) string {
	var all []string
	for _, h := range s.Held {
		all = append(all, h.Artifact.Name+":"+h.Version.Tag)
	}
	return strings.Join(all, " ")
}

// TestCacheKnowsAgain requires that a state is worked out once, however many trees have it alike.
func TestCacheKnowsAgain(t *testing.T) {
	states := state.NewCache()
	at, o := plain(t, treetest.Files{"shop/b.yaml": pod}, []string{"shop/b.yaml"}, nil)
	first := of(t, states, at, o)
	at, o = plain(t, treetest.Files{"shop/b.yaml": pod, "other.yaml": "a: b\n"}, []string{"shop/b.yaml"}, nil)
	if of(t, states, at, o) != first {
		t.Error("it is worked out twice")
	}
	at, o = plain(t, treetest.Files{"shop/b.yaml": strings.Replace(pod, "shop:v1", "shop:v2", 1)}, []string{"shop/b.yaml"}, nil)
	if s := of(t, states, at, o); s == first || s.Held[0].Version.Tag != "v2" {
		t.Error("another is taken for it")
	}
}

// TestCacheInterrupted requires that a state that was not worked out to its end is no state, and is worked out
// by whoever asks next.
func TestCacheInterrupted(t *testing.T) {
	at := treetest.New().Tree(t, treetest.Files{"shop/kustomization.yaml": "resources: [b.yaml]\n", "shop/b.yaml": pod})
	o := &overlay.Overlay{Dir: "shop", Closure: kustomization.NewReader(at, kustomization.Cache{}).Closure("shop")}
	states := state.NewCache()
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := states.Of(done, at, o); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", s, err)
	}
	var into *state.State
	if err := states.All(done, []state.Asked{{Tree: at, Overlay: o, Into: &into}}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := states.All(t.Context(), []state.Asked{{Tree: at, Overlay: o, Into: &into}}); err != nil || held(into) != "acme/shop:v1" {
		t.Error(into, err)
	}
}
