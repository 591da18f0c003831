package locate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/locate"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/internal/treetest"
)

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - {name: shop, image: ghcr.io/acme/shop:v1}
`

func prodOf(t *testing.T, files treetest.Files) (*tree.Tree, *overlay.Overlay) {
	t.Helper()
	at := treetest.New().Tree(t, files)
	const dir = "shop/overlays/prod"
	return at, &overlay.Overlay{Dir: dir, Closure: kustomization.NewReader(at, kustomization.Cache{}).Closure(dir)}
}

func stateOf(t *testing.T, at *tree.Tree, o *overlay.Overlay) *state.State {
	t.Helper()
	s, err := state.Of(t.Context(), at, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestLocate requires of each form of a version that the place is where a person would edit it. The
// place is marked by "<", the column of what stands before it.
func TestLocate(t *testing.T) {
	const (
		dir    = "shop/overlays/prod/"
		digest = "sha256:0000000000000000000000000000000000000000000000000000000000000001"
	)
	workload := func(image string) string {
		return strings.Replace(deployment, "image: ghcr.io/acme/shop:v1", "image: "+image, 1)
	}
	for _, test := range []struct {
		name    string
		files   treetest.Files
		version string // that is looked for: tag or digest
	}{
		{"an image in a manifest", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\n", dir + "d.yaml": workload("<ghcr.io/acme/shop:v1")}, "v1"},
		{"an image in a plain manifest", treetest.Files{dir + "d.yaml": workload("<ghcr.io/acme/shop:v1")}, "v1"},
		{"a quoted image", treetest.Files{dir + "d.yaml": workload("<'ghcr.io/acme/shop:v1'")}, "v1"},
		{"a tag", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\nimages:\n- name: ghcr.io/acme/shop\n  newTag: <v2\n", dir + "d.yaml": deployment}, "v2"},
		{"a quoted tag", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\nimages:\n- name: ghcr.io/acme/shop\n  newTag: <\"1095650\"\n", dir + "d.yaml": deployment}, "1095650"},
		{"a digest", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\nimages:\n- {name: ghcr.io/acme/shop, digest: <'" + digest + "'}\n", dir + "d.yaml": deployment}, digest},
		{"imageTags", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\nimageTags: [{name: ghcr.io/acme/shop, newTag: <v2}]\n", dir + "d.yaml": deployment}, "v2"},
		{"a renamed image", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\nimages: [{name: ghcr.io/acme/shop, newName: quay.io/acme/shop, newTag: <v2}]\n", dir + "d.yaml": deployment}, "v2"},
		{"a tag in a base", treetest.Files{dir + "kustomization.yaml": "resources: [../../base]\n", "shop/base/kustomization.yaml": "resources: [d.yaml]\nimages: [{name: ghcr.io/acme/shop, newTag: <v2}]\n", "shop/base/d.yaml": deployment}, "v2"},
		{"a tag in a base that the overlay repeats", treetest.Files{dir + "kustomization.yaml": "resources: [../../base]\nimages: [{name: ghcr.io/acme/shop, newTag: <v2}]\n", "shop/base/kustomization.yaml": "resources: [d.yaml]\nimages: [{name: ghcr.io/acme/shop, newTag: v2}]\n", "shop/base/d.yaml": deployment}, "v2"},
		{"a tag in a component", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\ncomponents: [../../part]\n", "shop/part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages: [{name: ghcr.io/acme/shop, newTag: <v2}]\n", dir + "d.yaml": deployment}, "v2"},
		{"a patch file", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\npatches: [{path: p.yaml}]\n", dir + "p.yaml": workload("<ghcr.io/acme/shop:v2"), dir + "d.yaml": deployment}, "v2"},
		{"a strategic-merge patch file", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\npatchesStrategicMerge: [p.yaml]\n", dir + "p.yaml": workload("<ghcr.io/acme/shop:v2"), dir + "d.yaml": deployment}, "v2"},
		{"an inline patch", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\npatches:\n- patch: |\n    " + strings.ReplaceAll(strings.TrimSpace(workload("<ghcr.io/acme/shop:v2")), "\n", "\n    ") + "\n", dir + "d.yaml": deployment}, "v2"},
		{"an inline JSON patch", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: <ghcr.io/acme/shop:v2\n", dir + "d.yaml": deployment}, "v2"},
		{"a JSON patch file", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\npatchesJson6902: [{path: p.yaml, target: {version: v1, group: apps, kind: Deployment, name: shop}}]\n", dir + "p.yaml": "- {op: replace, path: /spec/template/spec/containers/0/image, value: <'ghcr.io/acme/shop:v2'}\n", dir + "d.yaml": deployment}, "v2"},
		{"carriage returns", treetest.Files{dir + "d.yaml": strings.ReplaceAll(workload("<ghcr.io/acme/shop:v1"), "\n", "\r\n")}, "v1"},
		{"a byte order mark", treetest.Files{dir + "d.yaml": "\xef\xbb\xbf" + workload("<ghcr.io/acme/shop:v1")}, "v1"},
		{"after characters of several bytes", treetest.Files{dir + "d.yaml": strings.Replace(workload("<ghcr.io/acme/shop:v1"), "{name: shop, image", "{name: shop, \"ü\": \"ö\", image", 1)}, "v1"},
		{"the second document", treetest.Files{dir + "d.yaml": "a: b\n---\n" + workload("<ghcr.io/acme/shop:v1")}, "v1"},
		{"a manifest that is a symbolic link", treetest.Files{dir + "kustomization.yaml": "resources: [d.yaml]\n", dir + "d.yaml": treetest.Link("../../shared.yaml"), "shop/shared.yaml": workload("<ghcr.io/acme/shop:v1")}, "v1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var want state.Location
			for path, content := range test.files {
				before, after, marked := strings.Cut(content, "<")
				if !marked {
					continue
				}
				line := before[strings.LastIndex(before, "\n")+1:]
				want = state.Location{Path: path, Line: strings.Count(before, "\n") + 1, Column: len([]rune(strings.TrimPrefix(line, "\xef\xbb\xbf"))) + 1}
				test.files[path] = before + after
			}
			at, o := prodOf(t, test.files)
			if o.Closure.Files == nil {
				o.Manifests = []string{dir + "d.yaml"}
			}
			s := stateOf(t, at, o)
			if len(s.Held) == 0 {
				t.Fatalf("holds nothing: %+v", s.Unresolved)
			}
			held := s.Held[0]
			if held.Version.Tag != test.version && held.Version.Digest != test.version {
				t.Fatalf("holds %+v", held)
			}
			if got := locate.NewReader().Of(at, o, held, nil); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

// TestLocateRemote is about revisions of remote bases.
func TestLocateRemote(t *testing.T) {
	at, o := prodOf(t, treetest.Files{
		"shop/overlays/prod/kustomization.yaml": "resources:\n- ../../base\n",
		"shop/base/kustomization.yaml":          "resources:\n  - https://github.com/org/repo?ref=v1\n",
	})
	held := stateOf(t, at, o).Held
	if len(held) != 1 {
		t.Fatal(held)
	}
	if got := fmt.Sprint(locate.NewReader().Of(at, o, held[0], nil)); got != "{shop/base/kustomization.yaml 2 5}" {
		t.Error(got)
	}
}

// FuzzPlain requires that whatever stands in a manifest, reading it ends well, and finds versions at
// places that are there.
func FuzzPlain(f *testing.F) {
	for _, seed := range []string{
		deployment, "kind: List\nitems: [{kind: Pod, spec: {containers: [{image: a}]}}]\n", "a: [\n", "- a\n- {image: b}\n", "x: &x {image: 'a:1'}\nspec: {containers: [{<<: *x}]}\n",
		"kind: CronJob\nspec: {volumes: [{image: {reference: a/b}}]}\n", "image: ':'\nkind: X\n", "\xff", "kind: [a]\nmetadata: b\n", "kind: Application\nspec: {source: {targetRevision: v1, repoURL: a}}\n",
		"kind: HelmRelease\nspec: {values: {image: {repository: a, tag: 1}}}\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		at, o := prodOf(t, treetest.Files{"shop/overlays/prod/d.yaml": string(data)})
		o.Manifests = []string{"shop/overlays/prod/d.yaml"}
		s := stateOf(t, at, o)
		for _, held := range s.Held {
			location := locate.NewReader().Of(at, o, held, nil)
			if location.Line > strings.Count(string(data), "\n")+strings.Count(string(data), "\r")+strings.Count(string(data), "\u0085")+strings.Count(string(data), "\u2028")+strings.Count(string(data), "\u2029")+1 {
				t.Errorf("%+v is at %+v", held, location)
			}
		}
		again := stateOf(t, at, o)
		for i, object := range s.Objects {
			if !object.Equal(again.Objects[i]) {
				t.Errorf("%s is not equal to itself", object.Key())
			}
		}
	})
}

// TestLocateByObject requires of two objects that run the same version that each is found where it is said of
// that very object.
func TestLocateByObject(t *testing.T) {
	const dir = "shop/overlays/prod/"
	web := strings.ReplaceAll(deployment, "{name: shop}", "{name: web}")
	at, o := prodOf(t, treetest.Files{
		dir + "kustomization.yaml": "resources: [web.yaml, shop.yaml]\npatches: [{path: p-web.yaml}, {path: p-shop.yaml}]\n",
		dir + "web.yaml":           web, dir + "shop.yaml": deployment,
		dir + "p-web.yaml": strings.Replace(web, "shop:v1", "shop:v2", 1), dir + "p-shop.yaml": strings.Replace(deployment, "shop:v1", "shop:v2", 1),
	})
	for _, held := range stateOf(t, at, o).Held {
		name := held.Slot.Object[strings.LastIndex(held.Slot.Object, "/")+1:]
		if got := locate.NewReader().Of(at, o, held, nil); got.Path != dir+"p-"+name+".yaml" {
			t.Errorf("what %s runs is at %+v", name, got)
		}
	}
}
