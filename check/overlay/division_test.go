package overlay

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/place"
	. "github.com/promocheck/promocheck/internal/treetest"
)

// runs is a workload of a name and an image.
func runs(name, image string) string {
	return fmt.Sprintf("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {containers: [{image: '%s'}]}\n", name, image)
}

func release(name string) string {
	return fmt.Sprintf("apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: %s}\n", name)
}

// everywhere has files in both of two environments.
func everywhere(files Files) Files {
	both := Files{}
	for path, content := range files {
		for _, environment := range []string{"staging", "prod"} {
			both[strings.ReplaceAll(path, "ENV", environment)] = strings.ReplaceAll(content, "ENV", environment)
		}
	}
	return both
}

// inProduction names the apps and targets of production.
func inProduction(places []place.Place) string {
	var named []string
	for _, at := range places {
		if at.Environment == "prod" {
			named = append(named, at.App+":"+at.Target)
		}
	}
	slices.Sort(named)
	return strings.Join(named, " ")
}

// TestDivision tells which apps and targets production has.
func TestDivision(t *testing.T) {
	for name, test := range map[string]struct {
		files     Files
		want      string
		undecided string
	}{
		"objects of the directories' names": {
			Files{"envs/ENV/web/d.yaml": runs("web", "web"), "envs/ENV/api/d.yaml": runs("api", "api")},
			"api:. web:.", "",
		},
		"with the environment's word": {
			Files{"apps/ENV/web/d.yaml": runs("ENV-web", "web"), "apps/ENV/api/d.yaml": runs("api", "api")},
			"apps/api:. apps/web:.", "",
		},
		"one image for both": {
			Files{"envs/ENV/web/d.yaml": runs("web", "one:1"), "envs/ENV/api/d.yaml": runs("api", "one:2")},
			"api:. web:.", "",
		},
		"the same objects": {
			Files{"envs/ENV/eu/d.yaml": runs("shop", "shop"), "envs/ENV/us/d.yaml": runs("shop", "other")},
			".:eu .:us", "",
		},
		"one has more": {
			Files{"envs/ENV/eu/d.yaml": runs("shop", "shop"), "envs/ENV/us/d.yaml": runs("shop", "shop"), "envs/ENV/us/e.yaml": runs("us", "x")},
			".:eu .:us", "",
		},
		"more to the names, the same images": {
			Files{"envs/ENV/eu/d.yaml": runs("shop-eu", "shop:1"), "envs/ENV/us/d.yaml": runs("shop-us", "shop:2")},
			".:eu .:us", "",
		},
		"more to the names, other images": {
			Files{"envs/ENV/front/d.yaml": runs("shop-front", "f"), "envs/ENV/back/d.yaml": runs("shop-back", "b")},
			"back:. front:.", "",
		},
		"names that say nothing": {
			Files{"envs/ENV/one/d.yaml": runs("shop", "s"), "envs/ENV/two/d.yaml": runs("mail", "m")},
			".:one .:two", "envs/prod/one envs/prod/two envs/staging/one envs/staging/two",
		},
		"a helper in both": {
			Files{"envs/ENV/web/d.yaml": runs("web", "w") + "---\n" + runs("redis", "r"), "envs/ENV/api/d.yaml": runs("api", "a") + "---\n" + runs("redis", "r")},
			"api:. web:.", "",
		},
		"one directory alone": {Files{"envs/ENV/web/d.yaml": runs("web", "web")}, ".:web", ""},
		"kustomizations of one base": {
			Files{
				"envs/ENV/eu/kustomization.yaml": "resources: [../../../base]\n", "envs/ENV/us/kustomization.yaml": "resources: [../../../base]\n",
				"base/kustomization.yaml": "resources: [d.yaml]\n", "base/d.yaml": runs("shop", "s"),
			},
			".:eu .:us", "",
		},
		"kustomizations of one base for several": {
			Files{
				"envs/ENV/web/kustomization.yaml": "resources: [../../../base]\nnamePrefix: web-\nimages: [{name: s, newName: w}]\n",
				"envs/ENV/api/kustomization.yaml": "resources: [../../../base]\nnamePrefix: api-\nimages: [{name: s, newName: a}]\n",
				"base/kustomization.yaml":         "resources: [d.yaml]\n", "base/d.yaml": runs("app", "s"),
			},
			"api:. web:.", "",
		},
		"regions of apps": {
			Files{"envs/ENV/web/eu/d.yaml": runs("web", "w"), "envs/ENV/web/us/d.yaml": runs("web", "w"), "envs/ENV/api/eu/d.yaml": runs("api", "a")},
			"api:eu web:eu web:us", "",
		},
		"what a pattern names": {
			Files{"shop/overlays/ENV/web/d.yaml": runs("web", "w"), "shop/overlays/ENV/api/d.yaml": runs("api", "a")},
			"shop:api shop:web", "",
		},
		"a directory of an app": {
			Files{"envs/ENV/web/d.yaml": runs("web", "w"), "envs/ENV/api/d.yaml": runs("api", "a"), "web/overlays/ENV/d.yaml": runs("web", "w")},
			".:web api:. web:.", "",
		},
		"files with releases": {
			Files{"apps/ENV/shop.yaml": release("shop"), "apps/ENV/cart-ENV.yaml": release("cart"), "apps/ENV/web.yaml": runs("web", "w")},
			"apps/cart:. apps/shop:. apps:.", "",
		},
		"files with releases of other names": {Files{"apps/ENV/shop.yaml": release("cart"), "apps/ENV/cart.yaml": release("shop")}, "apps:.", ""},
		"a release in one environment": {
			Files{"apps/prod/shop.yaml": release("shop"), "apps/ENV/cart.yaml": release("cart")},
			"apps/cart:. apps:.", "",
		},
		"a release beside a directory of it": {
			Files{"apps/ENV/shop.yaml": release("shop"), "apps/ENV/shop/d.yaml": runs("shop", "s")},
			"apps:. apps:shop", "",
		},
		"applications": {
			Files{"clusters/ENV/shop.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop-ENV}\n"},
			"clusters/shop:.", "",
		},
		"a file that is called like an app's directory": {
			Files{"envs/ENV/shop.yaml": release("shop"), "shop/overlays/ENV/d.yaml": runs("shop", "s")},
			".:. shop:.", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			layout := layoutOf(t, finderOf(t, nil), New().Tree(t, everywhere(test.files)))
			var places []place.Place
			for _, site := range layout.Sites {
				places = append(places, site.Place)
			}
			if got := inProduction(places); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if got := strings.Join(layout.Undecided, " "); got != test.undecided {
				t.Errorf("undecided %s, want %s", got, test.undecided)
			}
		})
	}
}

// TestChangeDividesNothing requires that a change makes nothing else of what was told apart before it.
func TestChangeDividesNothing(t *testing.T) {
	regions := everywhere(Files{"envs/ENV/eu/d.yaml": runs("shop", "s"), "envs/ENV/us/d.yaml": runs("shop", "s")})
	apps := everywhere(Files{"envs/ENV/web/d.yaml": runs("web", "w"), "envs/ENV/api/d.yaml": runs("api", "a")})
	alone := Files{"envs/staging/web/d.yaml": runs("web", "w"), "envs/prod/www/d.yaml": runs("web", "w")}
	for name, test := range map[string]struct {
		before, change Files
		want           string
	}{
		"targets that are called like apps":  {regions, Files{"envs/prod/eu/d.yaml": runs("eu", "x"), "envs/prod/us/d.yaml": runs("us", "y")}, ".:eu .:us"},
		"apps that become the same":          {apps, Files{"envs/prod/api/d.yaml": runs("web", "w")}, "api:. web:."},
		"a new app":                          {apps, Files{"envs/prod/new/d.yaml": runs("new", "n")}, "api:. new:. web:."},
		"the only one, that is nowhere else": {alone, Files{"envs/prod/www/d.yaml": runs("www", "w"), "envs/prod/new/d.yaml": runs("new", "n")}, ".:www new:."},
		"a release that comes to production": {
			Files{"apps/staging/shop.yaml": release("shop"), "apps/prod/x.yaml": deployment}, Files{"apps/prod/shop.yaml": release("shop")},
			"apps/shop:. apps:.",
		},
		"environments within production": {
			Files{"apps/prod/x.yaml": deployment, "apps/staging/x.yaml": deployment},
			Files{"apps/prod/x/overlays/staging/d.yaml": deployment, "apps/prod/x/overlays/prod/d.yaml": deployment},
			"apps:. apps:x/overlays/prod apps:x/overlays/staging",
		},
		"environments that leave an app that is called like one": {
			Files{"apps/load-it/overlays/staging/d.yaml": deployment, "apps/load-it/overlays/prod/d.yaml": deployment},
			Files{"apps/load-it/overlays/staging/d.yaml": Gone},
			"apps/load-it:.",
		},
		"values that production had none of": {Files{"a/values.yaml": "", "a/values-staging.yaml": ""}, Files{"a/values-prod.yaml": ""}, "a:."},
		"values that production has no more": {
			Files{"a/values.yaml": "", "a/values-staging.yaml": "", "a/values-prod.yaml": ""}, Files{"a/values-prod.yaml": Gone},
			"a:.",
		},
		"nothing under staging's values": {Files{"a/values-staging.yaml": ""}, Files{"prod.env": "A=1"}, ".:."},
	} {
		t.Run(name, func(t *testing.T) {
			store, finder := New(), finderOf(t, nil)
			before := layoutOf(t, finder, store.Tree(t, test.before))
			after, err := before.In(store.Tree(t, test.before.With(test.change)))
			if err != nil {
				t.Fatal(err)
			}
			var places []place.Place
			for _, at := range Pair(before, after, nil).Places {
				places = append(places, at.Place)
			}
			if got := inProduction(places); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestOrder requires that the order of configured patterns counts for what is below directories, too.
func TestOrder(t *testing.T) {
	c := &config.Config{Overlays: []config.Pattern{{Text: "tags/{env}/{app}"}, {Text: "deep/{env}/x/{app}"}, {Text: "{app**}/{env}"}}}
	got := wordsOf(layoutOf(t, finderOf(t, c), New().Tree(t, Files{
		"tags/prod/shop": "v1", "tags/prod/notes.md": "", "deep/prod/x/web/d.yaml": deployment, "deep/prod/rest.yaml": deployment,
		"prod/testing-ns.yaml": deployment,
	})))
	want := `prod*
deep prod . at deep/prod plain deep/prod/rest.yaml
shop prod . at tags/prod/shop on ` + `
web prod . at deep/prod/x/web plain deep/prod/x/web/d.yaml
outside prod: no overlay pattern matches its path
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestFiles tells which files are environments, and which are named as outside.
func TestFiles(t *testing.T) {
	for path, want := range map[string]string{
		"components/shop/prod.yaml":         "shop prod",
		"components/shop/prod.env":          "components/shop prod",
		"components/shop/prod":              "shop prod",
		"components/shop/staging-notes.md":  "",
		"components/shop/prod.md":           "",
		"components/shop/testing-ns.yaml":   "",
		"components/shop/load-test.sh":      "",
		"components/shop/values-prod.yaml":  "components/shop prod",
		"components/shop/values/prod.yaml":  "components/shop prod",
		"apps/shop/prod.yaml":               "shop prod",
		"apps/shop/testing-ns.yaml":         "",
		"overlays/prod.yml":                 ". prod",
		"a/b/image-tags/prod/shop":          "a/b/shop prod",
		"image-tags/prod-eu/shop":           "shop prod",
		"image-tags/prod/README":            "",
		"image-tags/prod/shop.sh":           "",
		"config/production.yaml":            "outside",
		"config/prod.json":                  "outside",
		"charts/shop/values-idfprod.yaml":   "outside",
		"charts/shop/values-prod1.yaml":     "charts/shop prod",
		"charts/shop/values-prodeu.yaml":    "outside",
		"charts/shop/values-nonprod.yaml":   "",
		"charts/shop/values-latest.yaml":    "",
		"charts/shop/values-int64.yaml":     "",
		".github/workflows/production.yaml": "",
		"docs/production.yaml":              "",
		"config/shop-prod.yaml":             "", // it is unread: many a name has such a word in it
	} {
		t.Run(path, func(t *testing.T) {
			layout := layoutOf(t, finderOf(t, nil), New().Tree(t, Files{path: "a: 1\n", "x/overlays/dev/d.yaml": deployment}))
			got := ""
			for _, site := range layout.Sites {
				if site.App != "x" {
					got = site.App + " " + site.Environment
				}
			}
			for _, o := range layout.Outside() {
				got = "outside"
				if o.Path != path {
					t.Errorf("%s is", o.Path)
				}
			}
			if got != want {
				t.Errorf("is %q, want %q", got, want)
			}
		})
	}
}
