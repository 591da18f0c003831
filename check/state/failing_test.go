package state

import (
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/internal/treetest"
)

// TestLeavesOutWhatFails provokes each message of Kustomize that is understood, in the overlay itself,
// two bases below it and in a component: beside a remote base, what cannot do without it is left out,
// and the rest is rendered.
func TestLeavesOutWhatFails(t *testing.T) {
	const remote = "https://github.com/org/repo?ref=v1"
	for _, test := range []struct {
		name, text string
		field      kustomization.Field // that is left out
	}{
		{"a patch", "patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: cart}\n    spec: {replicas: 2}\n", kustomization.Patches},
		{"a patch with a namespace", "patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: cart, namespace: a}\n    spec: {replicas: 2}\n", kustomization.Patches},
		{"a patch of an object without a group", "patches:\n- patch: |\n    apiVersion: v1\n    kind: Service\n    metadata: {name: cart.x}\n    spec: {type: NodePort}\n", kustomization.Patches},
		{"a patch file", "patches: [{path: patch.yaml}]\n", kustomization.Patches},
		{"a strategic-merge patch", "patchesStrategicMerge: [patch.yaml]\n", kustomization.Merges},
		{"a strategic-merge patch, inline", "patchesStrategicMerge:\n- |\n  apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: cart}\n  spec: {replicas: 2}\n", kustomization.Merges},
		{"a ConfigMap to merge into", "configMapGenerator: [{name: cart, behavior: merge, literals: [a=b]}]\n", kustomization.ConfigMaps},
		{"a ConfigMap to replace", "configMapGenerator: [{name: cart, behavior: replace, literals: [a=b]}]\n", kustomization.ConfigMaps},
		{"a Secret to merge into", "secretGenerator: [{name: cart, behavior: merge, literals: [a=b]}]\n", kustomization.Secrets},
		{"a number of replicas", "replicas: [{name: cart, count: 2}]\n", kustomization.Replicas},
		{"a replacement's source", "replacements: [{source: {kind: ConfigMap, name: cart, fieldPath: data.a}, targets: [{select: {kind: Deployment}, fieldPaths: [metadata.name]}]}]\n", kustomization.Replacements},
	} {
		patch := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\nspec: {replicas: 2}\n"
		component := "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
		for place, files := range map[string]treetest.Files{
			"the overlay": {
				"shop/overlays/prod/kustomization.yaml": "resources: ['" + remote + "', deployment.yaml]\n" + test.text,
				"shop/overlays/prod/patch.yaml":         patch,
			},
			"a base below a base": {
				"shop/overlays/prod/kustomization.yaml": "resources: [../../one, deployment.yaml]\n",
				"shop/one/kustomization.yaml":           "resources: [../two]\n",
				"shop/two/kustomization.yaml":           "resources: ['" + remote + "']\n" + test.text,
				"shop/two/patch.yaml":                   patch,
			},
			"a component": {
				"shop/overlays/prod/kustomization.yaml": "resources: ['" + remote + "', deployment.yaml]\ncomponents: [../../part]\n",
				"shop/part/kustomization.yaml":          component + test.text,
				"shop/part/patch.yaml":                  patch,
			},
			"a component of a base's component": {
				"shop/overlays/prod/kustomization.yaml": "resources: [../../one, deployment.yaml]\n",
				"shop/one/kustomization.yaml":           "resources: ['" + remote + "']\ncomponents: [../outer]\n",
				"shop/outer/kustomization.yaml":         component + "components: [../part]\n",
				"shop/part/kustomization.yaml":          component + test.text,
				"shop/part/patch.yaml":                  patch,
			},
		} {
			t.Run(test.name+" in "+place, func(t *testing.T) {
				s := Of(prodOf(t, files.With(treetest.Files{"shop/overlays/prod/deployment.yaml": deployment})))
				if s.Fidelity != Partial || len(s.Unresolved) > 0 {
					t.Fatalf("%s %v", s.Fidelity, s.Unresolved)
				}
				kinds := map[string]bool{}
				for _, object := range s.Objects {
					kinds[object.Kind] = true
				}
				if !kinds["Deployment"] || !kinds[string(test.field)] {
					t.Errorf("%v", kinds)
				}
			})
		}
	}
}

// TestBrokenIsNotPartial requires that the same mistakes are mistakes where nothing remote is about.
func TestBrokenIsNotPartial(t *testing.T) {
	for _, text := range []string{
		"patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: cart}\n",
		"configMapGenerator: [{name: cart, behavior: merge, literals: [a=b]}]\n",
		"replacements: [{source: {kind: ConfigMap, name: cart, fieldPath: data.a}, targets: [{select: {kind: Deployment}, fieldPaths: [metadata.name]}]}]\n",
		"replicas: [{name: cart, count: 2}]\n",
	} {
		s := Of(prodOf(t, treetest.Files{
			"shop/overlays/prod/kustomization.yaml": "resources: [deployment.yaml]\n" + text,
			"shop/overlays/prod/deployment.yaml":    deployment,
		}))
		if s.Fidelity != Declared || len(s.Unresolved) != 1 {
			t.Errorf("%s%s %v", text, s.Fidelity, s.Unresolved)
		}
	}
}

func TestDeclarations(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	for _, test := range []struct {
		name          string
		overlay, base string // images entries
		want          string
	}{
		{"a tag", "[{name: acme/shop, newTag: v1}]", "", "acme/shop docker.io/acme/shop:v1"},
		{"a number", "[{name: shop, newTag: 1.10}]", "", ""}, // Kustomize refuses the file
		{"a digest", "[{name: acme/shop, digest: '" + digest + "'}]", "", "acme/shop docker.io/acme/shop@" + digest},
		{"a tag and a digest", "[{name: acme/shop, newTag: v1, digest: '" + digest + "'}]", "", "acme/shop docker.io/acme/shop:v1@" + digest},
		{"a new name", "[{name: acme/shop, newName: quay.io/acme/shop, newTag: v1}]", "", "acme/shop quay.io/acme/shop:v1"},
		{"only a new name", "[{name: acme/shop, newName: quay.io/acme/shop}]", "", ""},
		{"a suffix", "[{name: acme/shop, newTag: v1, tagSuffix: -x}]", "", "acme/shop docker.io/acme/shop:v1-x"},
		{"the overlay over its base", "[{name: acme/shop, newTag: v2}]", "[{name: acme/shop, newTag: v1}]", "acme/shop docker.io/acme/shop:v2"},
		{"by the name that the base gave", "[{name: quay.io/acme/shop, newTag: v2}]", "[{name: shop, newName: quay.io/acme/shop, newTag: v1}]", "shop quay.io/acme/shop:v2"},
		{"a tag over a digest", "[{name: acme/shop, newTag: v2}]", "[{name: acme/shop, digest: '" + digest + "'}]", "acme/shop docker.io/acme/shop:v2"},
		{"a new name over a tag", "[{name: acme/shop, newName: quay.io/acme/shop}]", "[{name: acme/shop, newTag: v1}]", "acme/shop quay.io/acme/shop:v1"},
		{"two", "[{name: a/a, newTag: v1}, {name: b/b, newTag: v2}]", "", "a/a docker.io/a/a:v1, b/b docker.io/b/b:v2"},
		{"no name", "[{newTag: v1}]", "", ""},
		{"no image's name", "[{name: 'A B', newTag: v1}]", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := treetest.Files{
				"shop/overlays/prod/kustomization.yaml": "resources: [../../base, nothing]\nimages: " + test.overlay + "\n",
				"shop/base/kustomization.yaml":          "images: " + test.base + "\n",
			}
			if test.base == "" {
				files["shop/base/kustomization.yaml"] = "namePrefix: a\n"
			}
			s := Of(prodOf(t, files))
			if s.Fidelity != Declared {
				t.Fatal(s.Fidelity)
			}
			var got []string
			for _, held := range s.Held {
				text := held.Artifact.Name + " " + held.Version.Repository
				if held.Version.Tag != "" {
					text += ":" + held.Version.Tag
				}
				if held.Version.Digest != "" {
					text += "@" + held.Version.Digest
				}
				got = append(got, text)
			}
			if text := strings.Join(got, ", "); text != test.want {
				t.Errorf("%s, want %s", text, test.want)
			}
		})
	}
}
