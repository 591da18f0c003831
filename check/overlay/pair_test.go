package overlay

import (
	"fmt"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/tree"
	. "github.com/promocheck/promocheck/internal/treetest"
)

// pairOf pairs the layouts of two trees.
func pairOf(t *testing.T, before, after Files) *Pairing {
	t.Helper()
	store, finder := New(), finderOf(t, nil)
	was, is := store.Tree(t, before), store.Tree(t, after)
	changes, err := tree.Diff(was, is)
	if err != nil {
		t.Fatal(err)
	}
	var changed []string
	for _, change := range changes {
		changed = append(changed, change.Path)
	}
	return Pair(layoutOf(t, finder, was), layoutOf(t, finder, is), changed)
}

func pairWords(p *Pairing) string {
	var b strings.Builder
	dir := func(o *Overlay) string {
		if o == nil {
			return "nothing"
		}
		return o.Dir
	}
	fmt.Fprintln(&b, pathWords(p.Path))
	for _, place := range p.Places {
		fmt.Fprintf(&b, "%s %s %s: %s, then %s", place.App, place.Environment, place.Target, dir(place.Before), dir(place.After))
		if place.Part {
			b.WriteString(", a part")
		}
		if place.Reached() {
			fmt.Fprintf(&b, ", reached by %s", strings.Join(place.ReachedBy, " "))
		}
		b.WriteByte('\n')
	}
	for _, o := range p.Outside {
		fmt.Fprintf(&b, "outside %s, reached: %v\n", o.Path, o.Reached)
	}
	return b.String()
}

func TestPair(t *testing.T) {
	prodOf := func(name, text string) Files { return Files{"overlays/prod/" + name + "/kustomization.yaml": text} }
	for _, test := range []struct {
		name           string
		before, change Files
		want           string
	}{
		{"an edit to a base reaches what is built from it", shop("shop", "dev", "prod").With(shop("web", "prod")), Files{"shop/base/d.yaml": "kind: Job\n"}, `
dev prod*
shop dev .: shop/overlays/dev, then shop/overlays/dev, reached by shop/base/d.yaml
shop prod .: shop/overlays/prod, then shop/overlays/prod, reached by shop/base/d.yaml
web prod .: web/overlays/prod, then web/overlays/prod
`},
		{"a base that is named already, and comes", Files{"shop/overlays/prod/kustomization.yaml": onBase}, shop("shop"), `
prod*
shop prod .: shop/overlays/prod, then shop/overlays/prod, reached by shop/base/d.yaml shop/base/kustomization.yaml
`},
		{"a base that goes", shop("shop", "prod"), Files{"shop/base/d.yaml": Gone, "shop/base/kustomization.yaml": Gone}, `
prod*
shop prod .: shop/overlays/prod, then shop/overlays/prod, reached by shop/base/d.yaml shop/base/kustomization.yaml
`},
		{"a target that comes and one that goes", shop("shop", "prod/eu"), Files{
			"shop/overlays/prod/eu/kustomization.yaml": Gone, "shop/overlays/prod/us/kustomization.yaml": "resources: [../../../base]\n",
		}, `
prod*
shop prod eu: shop/overlays/prod/eu, then nothing, reached by shop/overlays/prod/eu/kustomization.yaml
shop prod us: nothing, then shop/overlays/prod/us, reached by shop/overlays/prod/us/kustomization.yaml
`},
		{"a place whose directory moves", shop("shop", "prod"), Files{
			"shop/overlays/prod/kustomization.yaml": Gone, "shop/envs/prod/kustomization.yaml": onBase,
		}, `
prod*
shop prod .: shop/overlays/prod, then shop/envs/prod, reached by shop/envs/prod/kustomization.yaml shop/overlays/prod/kustomization.yaml
`},
		{"an environment that is spelt otherwise elsewhere after the change", shop("shop", "stg", "production"), shop("web", "prod"), `
stg prod*
shop stg .: shop/overlays/stg, then shop/overlays/stg
shop prod .: shop/overlays/production, then shop/overlays/production
web prod .: nothing, then web/overlays/prod, reached by web/base/d.yaml web/base/kustomization.yaml web/overlays/prod/kustomization.yaml
`},
		{"a place that is crowded after the change", shop("shop", "prod"), shop("shop", "production"), `
prod*
shop prod shop/overlays/prod: shop/overlays/prod, then shop/overlays/prod
shop prod shop/overlays/production: nothing, then shop/overlays/production, reached by shop/overlays/production/kustomization.yaml
`},
		{"a target that another includes from now on is still one", prodOf("eu", "").With(prodOf("us", "")), prodOf("us", "resources: [../eu]\n"), `
prod*
. prod eu: overlays/prod/eu, then overlays/prod/eu
. prod us: overlays/prod/us, then overlays/prod/us, reached by overlays/prod/us/kustomization.yaml
`},
		{"a target that becomes a component is still one", prodOf("eu", ""), prodOf("eu", component), `
prod*
. prod eu: overlays/prod/eu, then overlays/prod/eu, reached by overlays/prod/eu/kustomization.yaml
`},
		{"a part that nobody includes any more is a target", prodOf("common", "").With(prodOf("eu", "resources: [../common]\n")), prodOf("eu", ""), `
prod*
. prod common: overlays/prod/common, then overlays/prod/common
. prod eu: overlays/prod/eu, then overlays/prod/eu, reached by overlays/prod/eu/kustomization.yaml
`},
		{"a part on both sides is none", prodOf("common", "").With(prodOf("eu", "resources: [../common]\n")), prodOf("common", "namePrefix: a-\n"), `
prod*
. prod eu: overlays/prod/eu, then overlays/prod/eu, reached by overlays/prod/common/kustomization.yaml
`},
		{"a part that the change brings is marked", prodOf("eu", ""), prodOf("common", "").With(prodOf("eu", "resources: [../common]\n")), `
prod*
. prod common: nothing, then overlays/prod/common, a part, reached by overlays/prod/common/kustomization.yaml
. prod eu: overlays/prod/eu, then overlays/prod/eu, reached by overlays/prod/common/kustomization.yaml overlays/prod/eu/kustomization.yaml
`},
		{"a component that the change brings is no place", prodOf("eu", ""), prodOf("more", component), `
prod*
. prod eu: overlays/prod/eu, then overlays/prod/eu
`},
		{"outside directories, of which one is reached", Files{"a/prod/kustomization.yaml": "", "b/prod/kustomization.yaml": ""}, Files{"b/prod/x/y.txt": "1"}, `

outside a/prod, reached: false
outside b/prod, reached: true
`},
		{"a directory beside environments is reached by its own files alone", shop("test/shop", "prod").With(Files{"test/job.yaml": deployment}), shop("test/shop", "dev"), `
dev prod*
test/shop dev .: nothing, then test/shop/overlays/dev, reached by test/shop/overlays/dev/kustomization.yaml
test/shop prod .: test/shop/overlays/prod, then test/shop/overlays/prod
outside test, reached: false
`},
		{"what was outside before, and is an overlay's part now", shop("shop", "prod").With(Files{"common/live/kustomization.yaml": ""}),
			Files{"shop/overlays/prod/kustomization.yaml": "resources: [../../../common/live]\n"}, `
prod*
shop prod .: shop/overlays/prod, then shop/overlays/prod, reached by shop/overlays/prod/kustomization.yaml
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := pairWords(pairOf(t, test.before, test.before.With(test.change)))
			if want := strings.TrimPrefix(test.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestKeepProduction requires that a change does not demote an environment by what it brings, however that has
// the environments called.
func TestKeepProduction(t *testing.T) {
	for _, test := range []struct {
		name           string
		before, change []string
		want           string
	}{
		{"the last before the change", []string{"dev", "staging"}, []string{"prod"}, "dev staging* prod*"},
		{"under another spelling from now on", []string{"dev", "stg"}, []string{"staging", "prod"}, "dev staging* prod*"},
		{"spelt as no single word is", []string{"dev", "pre_prod"}, []string{"pre-prod", "prod"}, "dev preprod* prod*"},
		{"not what the change makes the last", []string{"dev"}, []string{"staging"}, "dev* staging*"},
		{"not the others", []string{"dev", "staging", "prod"}, []string{"qa"}, "dev qa staging prod*"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := shop("shop", test.before...)
			got := pathWords(pairOf(t, before, before.With(shop("web", test.change...))).Path)
			if got != test.want {
				t.Errorf("%s, not %s", got, test.want)
			}
		})
	}
}
