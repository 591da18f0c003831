package overlay

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/tree"
	. "github.com/promocheck/promocheck/internal/treetest"
)

// TestApp goes through made-up histories of a tree. At each step, an app must have just what the layout of the
// whole tree has of it, whatever the finder remembers; and where nothing differs that the app watches, it must
// have what it had before.
func TestApp(t *testing.T) {
	patterns := func(texts ...string) *config.Config {
		c := &config.Config{}
		for _, text := range texts {
			c.Overlays = append(c.Overlays, config.Pattern{Text: text})
		}
		return c
	}
	for name, c := range map[string]*config.Config{
		"usual":     config.Default(),
		"any depth": patterns("**/{env}", "**/{env}.env"),
		"by glob":   patterns("teams/*/{app}/{env}", "x-{app}/overlays/{env}", "{shop,apps}/**/{app}-*/{env}", "{app**}/o*/{env}"),
		"by target": patterns("{app**}/overlays/{target}/{env}", "{app**}/overlays/{env}"),
	} {
		t.Run(name, func(t *testing.T) {
			withSites, still, same := 0, 0, 0
			for seed := range uint64(8) {
				m := made{Rand: rand.New(rand.NewPCG(seed, 13)), files: Files{"readme": ""}}
				for range 12 {
					m.change()
				}
				w := watching{t: t, config: c, finder: finderOf(t, c), known: map[string]*App{}}
				store := New()
				for range 25 {
					w.step(store.Tree(t, m.files))
					m.change()
				}
				withSites, still, same = withSites+w.withSites, still+w.still, same+w.same
			}
			if withSites == 0 || still == 0 || same == 0 {
				t.Errorf("%d apps had sites, %d were not to change, %d layouts were the same: that is no test", withSites, still, same)
			}
		})
	}
}

// TestWatchLinks requires that a change of where a symbolic link leads to is seen.
func TestWatchLinks(t *testing.T) {
	c := &config.Config{Overlays: []config.Pattern{{Text: "teams/*/{app}/{env}"}}}
	files := Files{"teams/a/shop/prod/d.yaml": deployment, "elsewhere/shop/prod/d.yaml": deployment, "readme": ""}
	for name, test := range map[string]struct{ before, change Files }{
		"another directory":           {Files{"teams/b": Link("a")}, Files{"teams/b": Link("../elsewhere")}},
		"by way of another link":      {Files{"teams/b": Link("../way"), "way": Link("teams/a")}, Files{"way": Link("elsewhere")}},
		"nothing, until it is there":  {Files{"teams/b": Link("../later")}, Files{"later/shop/prod/d.yaml": deployment}},
		"an app's own":                {Files{"teams/a/shop/dev": Link("../../../way"), "way": Link("elsewhere/shop")}, Files{"way": Link("elsewhere/shop/prod")}},
		"what is below such a link":   {Files{"teams/b": Link("../elsewhere")}, Files{"elsewhere/shop/dev/d.yaml": deployment}},
		"what is in an app's own":     {Files{"teams/a/shop/dev": Link("../../../own"), "own/d.yaml": deployment}, Files{"own/e.yaml": deployment}},
		"a file, and then directory":  {Files{"teams/b": Link("../own"), "own": ""}, Files{"own": Gone, "own/shop/prod/d.yaml": deployment}},
		"nothing for a directory now": {Files{"teams/b": Link("../own"), "own/shop/prod/d.yaml": deployment}, Files{"own/shop/prod/d.yaml": Gone}},
	} {
		t.Run(name, func(t *testing.T) {
			store, finder, watch := New(), finderOf(t, c), &tree.Watch{}
			before, after := store.Tree(t, files.With(test.before)), store.Tree(t, files.With(test.before).With(test.change))
			app, err := layoutOf(t, finder, before).App(before, "shop")
			if err != nil {
				t.Fatal(err)
			}
			app.Watch(watch)
			if differs, err := watch.Differs(before, after); !differs || err != nil {
				t.Errorf("seen: %v, %v", differs, err)
			}
			unrelated := store.Tree(t, files.With(test.before).With(Files{"readme": "more"}))
			if differs, err := watch.Differs(before, unrelated); differs || err != nil {
				t.Errorf("seen in what does not matter: %v, %v", differs, err)
			}
		})
	}
}

// watching follows all apps from tree to tree.
type watching struct {
	t      *testing.T
	config *config.Config
	finder *Finder
	at     *tree.Tree
	known  map[string]*App
	by     []*Layout // by which apps were looked for
	// How often an app had any sites, and how often it had some and could not change.
	withSites, still int
	// How often another layout had just as well served to look for an app by.
	same int
}

func (w *watching) step(next *tree.Tree) {
	layout := layoutOf(w.t, finderOf(w.t, w.config), next)
	by := layoutOf(w.t, w.finder, next)
	others := slices.DeleteFunc(slices.Clone(w.by), func(other *Layout) bool {
		as, known := other.Sameness()
		is, _ := by.Sameness()
		return !known || as != is
	})
	others = others[:min(1, len(others))] // the oldest, which is of the tree that differs most
	w.by = append(w.by, by)
	w.same += len(others)
	for _, app := range append(slices.Clone(apps), places...) {
		had := w.known[app]
		has, err := by.App(next, app)
		if err != nil {
			w.t.Fatal(err)
		}
		var want []Site
		for _, site := range layout.Sites {
			if site.App == app {
				want = append(want, site)
			}
		}
		for i := range has.Sites {
			has.Sites[i].Environment = layout.Name(has.Sites[i].Environment)
		}
		// Who asks for an app that does not show to be one takes it for one.
		isAsked := len(want) == 0 && strings.HasPrefix(app, "apps/")
		if diff := cmp.Diff(builtFrom(want, next), builtFrom(has.Sites, next)); diff != "" && !isAsked {
			w.t.Fatalf("%s is not as in the layout (-layout +app):\n%s", app, diff)
		}
		for _, other := range others {
			alike, err := other.App(next, app)
			if err != nil {
				w.t.Fatal(err)
			}
			if diff := cmp.Diff(unnamed(builtFrom(has.Sites, next)), unnamed(builtFrom(alike.Sites, next))); diff != "" {
				w.t.Fatalf("%s is something else by a layout that is the same (-own +other):\n%s", app, diff)
			}
		}
		w.withSites += min(1, len(want))
		if had != nil {
			watch := &tree.Watch{}
			had.Watch(watch)
			differs, err := watch.Differs(w.at, next)
			if err != nil {
				w.t.Fatal(err)
			}
			if !differs && !isAsked {
				w.still += min(1, len(want))
				if diff := cmp.Diff(unnamed(builtFrom(had.Sites, w.at)), unnamed(builtFrom(has.Sites, next))); diff != "" {
					w.t.Fatalf("%s changed unwatched (-before +after):\n%s", app, diff)
				}
			}
		}
		w.known[app] = has
	}
	w.at = next
}

// builtFrom says what sites are, and names what they are built from.
func builtFrom(sites []Site, at *tree.Tree) []string {
	var words []string
	for _, s := range sites {
		key := s.Closure.Key(at)
		words = append(words, siteWords([]Site{s})+fmt.Sprintf("%x", key[:6]))
	}
	return words
}

// unnamed leaves out what environments are called, which other apps have a say in.
func unnamed(words []string) []string {
	var rest []string
	for _, word := range words {
		fields := strings.Fields(word)
		rest = append(rest, strings.Join(append(fields[:1:1], fields[2:]...), " "))
	}
	return rest
}

var (
	apps   = []string{"shop", "shop/web", "team", "team/a/shop"}
	places = []string{".", "apps", "clusters", "web", "a/shop", "x-shop", "apps/web", "apps/api"} // other names that apps can have
)

// made is a tree that is made up at random.
type made struct {
	*rand.Rand
	files Files
}

func (m made) pick(from ...string) string { return from[m.IntN(len(from))] }

// change adds a file, replaces one, or removes one.
func (m made) change() {
	if m.IntN(4) == 0 && len(m.files) > 1 {
		paths := slices.Sorted(maps.Keys(m.files))
		delete(m.files, paths[m.IntN(len(paths))])
		return
	}
	app, env := m.pick(apps...), m.pick("dev", "prod", "production", "prod-eu", "pre_prod", "notes")
	dir := m.pick(
		app+"/overlays/"+env, app+"/overlays/"+env, app+"/overlays/eu/"+env, app+"/envs/"+env+"/eu", "components/"+app+"/"+env,
		"apps/"+env, "overlays/"+env, "teams/"+m.pick("a", "b")+"/"+app+"/"+env, "x-"+app+"/overlays/"+env, app+"-blue/"+env,
		app+"/base", app+"/common", app+"/common/"+env, "common", "common/"+env,
	)
	switch m.IntN(10) {
	case 0:
		m.put(m.pick(app+"/values-", app+"/values/", "apps/"+app+"/", "values-")+env+".yaml", m.pick("a: 1\n", "a: 2\n"))
	case 1:
		m.put(m.pick("image-tags/"+env+"/"+app, app+"/"+env+".env", env+".env"), m.pick("A=1\n", "A=2\n"))
	case 2:
		m.put(app+m.pick("/overlays/", "/envs/")+env, Link(m.pick("../base", "../common", "dev", "../../common", "../overlays/dev")))
	case 3:
		m.put(m.pick(app+"/overlays", app+"/envs", "teams"), Link(m.pick("overlays", "common", "../common", "nothing")))
	case 4:
		m.put(dir+"/more/"+m.pick("d.yaml", "readme.md", "kustomization.yaml"), m.pick("kind: Job\n", "kind: Component\n"))
	case 5:
		m.put(m.pick("readme", app+"/readme", "apps/readme"), m.pick("1", "2"))
	case 6:
		if m.IntN(2) == 0 {
			m.put(dir, Submodule("other"))
			return
		}
		name := m.pick("web", "api")
		m.put("apps/"+env+"/"+name+m.pick("/d.yaml", "/d.yaml", ".yaml"), fmt.Sprintf(
			"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: %s}\n", m.pick(name, name, "web", "other"),
		))
	case 7:
		m.put(dir+"/d.yaml", m.pick("kind: Deployment\n", "kind: Job\n"))
	default:
		m.put(dir+"/kustomization.yaml", "resources: ["+m.pick("d.yaml", "../../base", "../../../common", "more", "../dev")+"]\n"+m.pick("", "namePrefix: a-\n"))
	}
}

// put takes away what is in the way of a file.
func (m made) put(path, content string) {
	for other := range m.files {
		if strings.HasPrefix(other, path+"/") || strings.HasPrefix(path, other+"/") {
			delete(m.files, other)
		}
	}
	m.files[path] = content
}
