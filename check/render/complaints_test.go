package render

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/internal/treetest"
)

func TestPinned(t *testing.T) {
	requirements, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(requirements), "sigs.k8s.io/kustomize/api "+pinned+"\n") {
		t.Errorf("the words of Kustomize are those of %s, which is not the one that is built with: see what has changed", pinned)
	}
}

// heard has each complaint noted that leads to something, until the test ends.
func heard(t *testing.T) map[string]bool {
	t.Helper()
	was := complaints
	complaints = slices.Clone(was)
	t.Cleanup(func() { complaints = was })
	all := map[string]bool{}
	for i, c := range was {
		all[c.says.String()] = false
		complaints[i].leadsTo = func(b *builder, file *kustomization.File, matched []string) bool {
			left := c.leadsTo(b, file, matched)
			all[c.says.String()] = all[c.says.String()] || left
			return left
		}
	}
	return all
}

// TestEveryComplaint provokes each row of the table once, and requires that it leads to a rendering.
func TestEveryComplaint(t *testing.T) {
	const (
		beside  = "resources: ['https://github.com/org/repo?ref=v1', deployment.yaml]\n"
		unnames = "patches: [{target: {kind: Deployment}, patch: '[{\"op\": \"remove\", \"path\": \"/metadata/name\"}]'}]\n"
	)
	all := heard(t)
	for _, text := range []string{
		"resources: [deployment.yaml]\n" + unnames,
		"resources: [deployment.yaml, generated.yaml]\n",
		beside + "vars: [{name: A, objref: {apiVersion: v1, kind: Service, name: cart}}]\n",
		beside + "patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart}}'}]\n",
		beside + "configMapGenerator: [{name: cart, behavior: merge, literals: [a=b]}]\n",
		beside + "replicas: [{name: cart, count: 2}]\n",
		beside + "replacements: [{source: {kind: ConfigMap, name: cart}, targets: [{select: {kind: Deployment}, fieldPaths: [metadata.name]}]}]\n",
	} {
		r := renderProd(t, treetest.Files{
			"shop/overlays/prod/kustomization.yaml": text,
			"shop/overlays/prod/deployment.yaml":    deployment,
			"shop/overlays/prod/generated.yaml":     "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: migrate-}\n",
		})
		if r.Problem != nil || !r.Partial || !kindsOf(r)["Deployment"] {
			t.Errorf("%s: %v %v", text, r.Problem, kindsOf(r))
		}
	}
	for complaint, led := range all {
		if !led {
			t.Errorf("nothing came of %s", complaint)
		}
	}
}

// TestPlainError is about what a person reads of an error: the innermost cause, in one line.
func TestPlainError(t *testing.T) {
	r := renderProd(t, treetest.Files{
		"shop/overlays/prod/kustomization.yaml": "resources: [../../base]\n",
		"shop/base/kustomization.yaml":          "resources: [deployment.yaml]\nreplicas: [{name: cart, count: 2}]\n",
		"shop/base/deployment.yaml":             deployment,
	})
	const want = "does not build: resource with name cart does not match a config with the following GVK " +
		"[Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]"
	if r.Problem == nil || r.Problem.Reason != want || r.Problem.Path != "shop/overlays/prod/kustomization.yaml" {
		t.Errorf("%+v", r.Problem)
	}
}

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
				r := renderProd(t, files.With(treetest.Files{"shop/overlays/prod/deployment.yaml": deployment}))
				if r.Problem != nil || !r.Partial {
					t.Fatal(r.Problem)
				}
				if kinds := kindsOf(r); !kinds["Deployment"] || !kinds[string(test.field)] {
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
		r := renderProd(t, treetest.Files{
			"shop/overlays/prod/kustomization.yaml": "resources: [deployment.yaml]\n" + text,
			"shop/overlays/prod/deployment.yaml":    deployment,
		})
		if r.Problem == nil {
			t.Errorf("%sis rendered: %v", text, kindsOf(r))
		}
	}
}

// kindsOf are the kinds of what is rendered, and the fields of what is not.
func kindsOf(r *Rendering) map[string]bool {
	kinds := map[string]bool{}
	for _, object := range r.Objects {
		kinds[document.Identify(object, "").Kind] = true
	}
	for _, part := range r.LeftOut {
		kinds[string(part.Field)] = true
	}
	return kinds
}
