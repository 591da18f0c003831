package overlay

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
	. "github.com/promocheck/promocheck/internal/treetest"
)

const (
	builds     = "resources: [d.yaml]\n"
	onBase     = "resources: [../../base]\n"
	deployment = "kind: Deployment\n"
	component  = "kind: Component\n"
)

// shop is an app with a base and some environments.
func shop(app string, environments ...string) Files {
	files := Files{app + "/base/kustomization.yaml": builds, app + "/base/d.yaml": deployment}
	for _, environment := range environments {
		up := strings.Repeat("../", 2+strings.Count(environment, "/"))
		files[app+"/overlays/"+environment+"/kustomization.yaml"] = "resources: [" + up + "base]\n"
	}
	return files
}

func finderOf(t *testing.T, c *config.Config) *Finder {
	t.Helper()
	finder, err := NewFinder(cmp.Or(c, config.Default()), kustomization.Cache{})
	if err != nil {
		t.Fatal(err)
	}
	return finder
}

func layoutOf(t *testing.T, finder *Finder, at *tree.Tree) *Layout {
	t.Helper()
	layout, err := finder.Of(at)
	if err != nil {
		t.Fatal(err)
	}
	return layout
}

// wordsOf says what a layout has, a line each: the path, sites, and what is outside.
func wordsOf(layout *Layout) string {
	var b strings.Builder
	fmt.Fprintln(&b, pathWords(layout.Path))
	b.WriteString(siteWords(layout.Sites))
	for _, o := range layout.Outside() {
		fmt.Fprintf(&b, "outside %s: %s\n", o.Path, o.Reason)
	}
	return b.String()
}

// pathWords names the environments in order, with a star where one is production.
func pathWords(path []Environment) string {
	var names []string
	for _, environment := range path {
		if environment.Production {
			environment.Name += "*"
		}
		names = append(names, environment.Name)
	}
	return strings.Join(names, " ")
}

func siteWords(sites []Site) string {
	var b strings.Builder
	for _, s := range sites {
		fmt.Fprintf(&b, "%s %s %s at %s", s.App, s.Environment, s.Target, s.Dir)
		if s.Root != s.Dir {
			fmt.Fprintf(&b, " in %s", s.Root)
		}
		if s.Manifests != nil {
			fmt.Fprintf(&b, " plain %s", strings.Join(s.Manifests, " "))
		}
		if s.Layers != nil {
			fmt.Fprintf(&b, " on %s", strings.Join(s.Layers[:len(s.Layers)-1], " "))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestLayout(t *testing.T) {
	for _, test := range []struct {
		name   string
		config *config.Config
		files  Files
		want   string
	}{
		{"overlays of a base", nil, shop("shop", "dev", "prod"), `
dev prod*
shop dev . at shop/overlays/dev
shop prod . at shop/overlays/prod
`},
		{"targets by name and by path", nil, shop("shop", "staging", "prod-eu", "prod-us/one", "prod-us/two"), `
staging prod*
shop staging . at shop/overlays/staging
shop prod eu at shop/overlays/prod-eu
shop prod us/one at shop/overlays/prod-us/one in shop/overlays/prod-us
shop prod us/two at shop/overlays/prod-us/two in shop/overlays/prod-us
`},
		{"no production by name: the last is", nil, shop("shop", "dev", "staging"), `
dev staging*
shop dev . at shop/overlays/dev
shop staging . at shop/overlays/staging
`},
		{"two spellings in one tree", nil, shop("web", "production").With(shop("shop", "stg", "prod")), `
stg prod*
shop stg . at shop/overlays/stg
shop prod . at shop/overlays/prod
web prod . at web/overlays/production
`},
		{"two directories for one place", nil, shop("shop", "prod", "production"), `
prod*
shop prod shop/overlays/prod at shop/overlays/prod
shop prod shop/overlays/production at shop/overlays/production
`},
		{"a part of others below the environment", nil, Files{
			"overlays/prod/eu/kustomization.yaml":     "resources: [../common]\n",
			"overlays/prod/common/kustomization.yaml": builds,
			"overlays/prod/common/d.yaml":             deployment,
		}, `
prod*
. prod eu at overlays/prod/eu in overlays/prod
`},
		{"a component is a part, used or not", nil, shop("shop", "prod").With(Files{"shop/overlays/prod/more/kustomization.yaml": component}), `
prod*
shop prod . at shop/overlays/prod
`},
		{"only what an environment builds below itself is a part", nil, shop("shop", "dev").With(Files{
			"shop/overlays/prod/kustomization.yaml": "resources: [../dev]\n",
		}), `
dev prod*
shop dev . at shop/overlays/dev
shop prod . at shop/overlays/prod
`},
		{"a directory called base below an environment", nil, Files{
			"overlays/prod/base/kustomization.yaml": builds,
		}, `
prod*
. prod base at overlays/prod/base in overlays/prod
`},
		{"plain manifests", nil, Files{"apps/prod/a.yaml": deployment, "apps/prod/b.txt": "", "apps/prod/eu/c.json": "{}"}, `
prod*
apps prod . at apps/prod plain apps/prod/a.yaml
apps prod eu at apps/prod/eu in apps/prod plain apps/prod/eu/c.json
`},
		{"plain manifests that a kustomization is built from", nil, Files{
			"apps/prod/web/kustomization.yaml": "resources: [../shared/used.yaml]\n", "apps/prod/web/extra.yaml": deployment,
			"apps/prod/shared/used.yaml": deployment, "apps/prod/shared/unused.yaml": deployment,
		}, `
prod*
apps prod shared at apps/prod/shared in apps/prod plain apps/prod/shared/unused.yaml
apps prod web at apps/prod/web in apps/prod
`},
		{"values files over a chart's", nil, Files{
			"shop/Chart.yaml": "", "shop/values.yaml": "", "shop/values-prod.yaml": "", "shop/values/staging.yaml": "",
		}, `
staging prod*
shop staging . at shop/values/staging.yaml on shop/Chart.yaml shop/values.yaml shop/values.yml shop/shop.yaml
shop prod . at shop/values-prod.yaml on shop/Chart.yaml shop/values.yaml shop/values.yml shop/shop.yaml
`},
		{"a values file that a kustomization is built from", nil, shop("shop", "prod").With(Files{
			"shop/overlays/prod/kustomization.yaml": "resources: [../../values-prod.yaml]\n", "shop/values-prod.yaml": deployment,
		}), `
prod*
shop prod . at shop/overlays/prod
`},
		{"environment files", nil, Files{"prod.env": "A=1\n", "shop/dev.env": "A=1\n"}, `
dev prod*
. prod . at prod.env on ` + `
shop dev . at shop/dev.env on ` + `
`},
		{"a directory that no pattern takes in", nil, Files{"shop/live/kustomization.yaml": builds, "notes/prod/readme.md": ""}, `

outside shop/live: no overlay pattern matches its path
`},
		{"the outermost of several", nil, Files{"prod/prod/prod/kustomization.yaml": builds}, `

outside prod: no overlay pattern matches its path
`},
		{"files beside environments in a directory that is called like one", nil, shop("test/shop", "prod").With(Files{"test/job.yaml": deployment}), `
prod*
test/shop prod . at test/shop/overlays/prod
outside test: no overlay pattern matches its path
`},
		{"an app that is called like an environment", nil, shop("integration-tests", "prod").With(Files{"test/readme.md": ""}), `
prod*
integration-tests prod . at integration-tests/overlays/prod
`},
		{"a name of two environments", nil, Files{"overlays/dev-prod/kustomization.yaml": builds}, `

outside overlays/dev-prod: its name does not say which one environment it is
`},
		{"an outside directory that an overlay is built from", nil, shop("shop", "prod").With(Files{
			"shop/overlays/prod/kustomization.yaml": "resources: [../../../common/live]\n", "common/live/kustomization.yaml": builds,
		}), `
prod*
shop prod . at shop/overlays/prod
`},
		{"a link to an environment", nil, Files{"apps/prod": Link("../real"), "real/d.yaml": deployment, "real/again": Link("../real")}, `
prod*
apps prod . at apps/prod plain apps/prod/d.yaml
`},
		{"a link that leads nowhere, and a submodule", nil, Files{"apps/prod": Link("../gone"), "apps/dev": Submodule("other"), "apps/qa": Link("dev")}, `
dev qa prod*
apps dev . at apps/dev
apps qa . at apps/qa
apps prod . at apps/prod
`},
		{"a values file that is a link that leads nowhere", nil, Files{"shop/values-prod.yaml": Link("nowhere.yaml")}, `
prod*
shop prod . at shop/values-prod.yaml on shop/Chart.yaml shop/values.yaml shop/values.yml shop/shop.yaml
`},
		{"configured environments and patterns", &config.Config{
			Environments: []config.Environment{{Name: "canary"}, {Name: "main", Match: []string{"main-*"}}},
			Overlays:     []config.Pattern{{Text: "deploy/{app}/{env}"}},
		}, Files{
			"deploy/shop/canary/kustomization.yaml": builds, "deploy/shop/main-eu/kustomization.yaml": builds,
			"deploy/shop/prod/kustomization.yaml": builds, "shop/overlays/main/kustomization.yaml": builds,
		}, `
canary main*
shop canary . at deploy/shop/canary
shop main eu at deploy/shop/main-eu
outside deploy/shop/prod: its name is none of the configured environments'
outside shop/overlays/main: no overlay pattern matches its path
`},
		{"an environment that is called base", &config.Config{
			Environments: []config.Environment{{Name: "base"}},
			Overlays:     []config.Pattern{{Text: "deploy/{app}/{env}"}},
		}, Files{"deploy/shop/base/kustomization.yaml": builds}, `
base*
shop base . at deploy/shop/base
`},
		{"a usual pattern that is configured", &config.Config{Overlays: []config.Pattern{{Text: "clusters/{env}"}}},
			Files{"clusters/prod/d.yaml": deployment}, `
prod*
clusters prod . at clusters/prod plain clusters/prod/d.yaml
`},
		{"an environment of two words, with a target", nil, shop("shop", "eu-pre-prod"), `
preprod*
shop preprod eu at shop/overlays/eu-pre-prod
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := wordsOf(layoutOf(t, finderOf(t, test.config), New().Tree(t, test.files)))
			if want := strings.TrimPrefix(test.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestName requires that environments are found whatever they are called elsewhere.
func TestName(t *testing.T) {
	layout := layoutOf(t, finderOf(t, nil), New().Tree(t, shop("shop", "stg", "pre_prod", "prod", "production")))
	for asked, want := range map[string]string{
		"staging": "stg", "stg": "stg", "preprod": "pre_prod", "pre-prod": "pre_prod", "live": "prod", "testing": "test", "elsewhere": "elsewhere",
	} {
		if got := layout.Name(asked); got != want {
			t.Errorf("%s is called %s, not %s", asked, got, want)
		}
	}
	configured := &config.Config{Environments: []config.Environment{{Name: "stage"}, {Name: "staging", Match: []string{"stg"}}}}
	layout = layoutOf(t, finderOf(t, configured), New().Tree(t, shop("shop", "stg")))
	for asked, want := range map[string]string{"stage": "stage", "staging": "staging", "prod": "prod"} {
		if got := layout.Name(asked); got != want {
			t.Errorf("configured, %s is called %s, not %s", asked, got, want)
		}
	}
}
