package overlay

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/deploy"
	. "github.com/promocheck/promocheck/internal/treetest"
)

func fluxed(path string) string {
	return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: " + path + ", sourceRef: {kind: GitRepository, name: here}}\n"
}

func followingFinder(t *testing.T) *Finder {
	t.Helper()
	finder := finderOf(t, nil)
	finder.Follow(deploy.NewReader(deploy.Cache{}, deploy.Self{Branch: "main"}), nil)
	return finder
}

// TestDeployedApp requires that one app's part of a layout has what only deployers take in, as long as those point there.
func TestDeployedApp(t *testing.T) {
	store, finder := New(), followingFinder(t)
	files := Files{"clusters/prod/apps.yaml": fluxed("./services"), "services/a/kustomization.yaml": builds, "services/a/d.yaml": deployment, "services/d.yaml": deployment}
	layout := layoutOf(t, finder, store.Tree(t, files))
	dirs := func(sites []Site) (all []string) {
		for _, site := range sites {
			all = append(all, site.App+" "+site.Target+" "+site.Dir)
		}
		return all
	}
	whole := []string{"clusters . clusters/prod", "clusters services services", "clusters services/a services/a"}
	if diff := cmp.Diff(whole, dirs(layout.Sites)); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	for _, test := range []struct {
		name string
		with Files
		want []string
	}{
		{"as it is", nil, whole},
		{"another interval", Files{"clusters/prod/apps.yaml": fluxed("./services") + "# later\n"}, whole},
		{"pointed elsewhere", Files{"clusters/prod/apps.yaml": fluxed("./other"), "other/d.yaml": deployment}, whole[:1]},
		{"one is not there", Files{"services/a/kustomization.yaml": Gone, "services/a/d.yaml": Gone}, whole[:2]},
		{"more manifests", Files{"services/e.yaml": deployment}, whole},
	} {
		t.Run(test.name, func(t *testing.T) {
			app, err := layout.App(store.Tree(t, files.With(test.with)), "clusters")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, dirs(app.Sites)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for path, decides := range map[string]bool{"clusters/prod/apps.yaml": true, "services/x/e.yaml": true, "services/README.md": false, "other/d.yaml": false} {
				if app.Decides(path) != decides {
					t.Errorf("%s decides: %v", path, !decides)
				}
			}
		})
	}
}

func TestWordsOf(t *testing.T) {
	usual := namer{}
	configured := namer{[]config.Environment{{Name: "stage"}, {Name: "live-eu"}, {Name: "live", Match: []string{"live-*"}}, {Name: "prod"}}}
	for _, test := range []struct {
		namer namer
		text  string
		want  []int
		clear bool
	}{
		{usual, "shop", nil, true},
		{usual, "shop-non-prod", nil, false},
		{usual, "prod-to-staging", nil, false},
		{configured, "shop-stage", []int{0}, true},
		{configured, "shop-staging", []int{0}, true},
		{configured, "shop-live-eu", []int{1}, true},
		{configured, "live-us-shop", []int{2}, true},
		{configured, "shop-prod", []int{3}, true},
		{configured, "shop-non-prod", nil, false},
		{configured, "stage-to-prod", []int{0, 3}, true},
		{configured, "shop", nil, true},
	} {
		steps, certain := test.namer.wordsOf(test.text)
		if !slices.Equal(steps, test.want) || certain != test.clear {
			t.Errorf("%s: %v, %v", test.text, steps, certain)
		}
	}
}
