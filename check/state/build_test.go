package state

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/promocheck/promocheck/internal/treetest"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// TestFanOut requires that kustomizations that fan out exponentially are given up in time, and that
// nothing is rendered while one goes on in the background.
func TestFanOut(t *testing.T) {
	longest = 50 * time.Millisecond
	running := runtime.NumGoroutine()
	t.Cleanup(func() {
		longest = time.Minute
		stuck = make(chan struct{})
		getStuck = sync.OnceFunc(func() { close(stuck) })
		for runtime.NumGoroutine() > running { // other tests must not meet what goes on in the background
			time.Sleep(10 * time.Millisecond)
		}
	})
	files := treetest.Files{"shop/overlays/prod/kustomization.yaml": "resources: [../../f0/a, ../../f0/b]\n"}
	const levels = 8
	for i := range levels {
		for _, side := range []string{"a", "b"} {
			files[fmt.Sprintf("shop/f%d/%s/kustomization.yaml", i, side)] =
				fmt.Sprintf("namePrefix: %s\nresources: [../../f%d/a, ../../f%d/b]\n", side, i+1, i+1)
		}
	}
	for _, side := range []string{"a", "b"} {
		dir := fmt.Sprintf("shop/f%d/%s/", levels, side)
		files[dir+"kustomization.yaml"] = "namePrefix: " + side + "\nresources: [deployment.yaml]\n"
		files[dir+"deployment.yaml"] = deployment
	}
	s := Of(prodOf(t, files))
	if s.Fidelity != Declared || len(s.Unresolved) != 1 || !strings.Contains(s.Unresolved[0].Reason, "takes longer") {
		t.Errorf("%s %v", s.Fidelity, s.Unresolved)
	}
	plain := Of(prodOf(t, treetest.Files{
		"shop/overlays/prod/kustomization.yaml": "resources: [deployment.yaml]\n",
		"shop/overlays/prod/deployment.yaml":    deployment,
	}))
	if plain.Fidelity != Declared {
		t.Errorf("something is rendered beside: %s", plain.Fidelity)
	}
}

// resetSchema has it as it is when a process starts.
func resetSchema() {
	openapi.ResetOpenAPI()
	schema.parsed = false
}

// TestSideBySide requires of builds side by side, of which each does something else with the schema, that each
// gives what it gives alone. It is for the race detector too: nothing else would see most of what goes wrong.
func TestSideBySide(t *testing.T) {
	const crd = "apiVersion: example.com/v1\nkind: Sidecar\nmetadata: {name: s}\nspec: {image: acme/side:v1}\n"
	const patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {template: {spec: {containers: [{name: side, image: acme/side}]}}}\n"
	const other = `{"definitions": {"v1.CronTab": {"type": "object", "x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "CronTab", "version": "v1"}]}}}`
	texts := map[string]string{
		"plain":     "namespace: a\nnamePrefix: b-\nlabels: [{pairs: {a: b}, includeSelectors: true}]\nimages: [{name: acme/side, newTag: v2}]\nreplicas: [{name: shop, count: 2}]\n",
		"generated": "configMapGenerator: [{name: c, literals: [a=b]}]\nsecretGenerator: [{name: s, literals: [a=b]}]\n",
		"operation": "patches: [{target: {kind: Deployment}, patch: '[{\"op\": \"add\", \"path\": \"/metadata/labels\", \"value\": {\"a\": \"b\"}}]'}]\n",
		"merged":    "patches: [{path: patch.yaml}]\n",
		"unusual":   "replacements: [{source: {kind: Deployment, name: shop}, targets: [{select: {kind: Sidecar}, fieldPaths: [metadata.name]}]}]\n",
		"other":     "patches: [{path: patch.yaml}]\nopenapi: {path: schema.json}\n",

		// What looks like one of those, and is another.
		"list by name": "patches: [{path: '[patch]'}]\n",
		"blank":        "patches: [{patch: ' ', path: patch.yaml}]\n",
		"outside":      "patches: [{path: /.promocheck/shop/overlays/prod/patch.yaml}]\n",
		"brought in":   "components: [../../../../.promocheck/brings]\n",
		"version":      "components: [../../../../.promocheck/says]\n",
	}
	alone := map[string]*State{}
	of := func(name string) *State {
		return Of(prodOf(t, treetest.Files{
			"shop/overlays/prod/kustomization.yaml": "resources: [deployment.yaml, crd.yaml]\n" + texts[name],
			"shop/overlays/prod/deployment.yaml":    deployment,
			"shop/overlays/prod/crd.yaml":           crd,
			"shop/overlays/prod/patch.yaml":         patch,
			"shop/overlays/prod/[patch]":            patch,
			"shop/overlays/prod/schema.json":        other,
			"brings/kustomization.yaml":             "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nopenapi: {path: schema.json}\n",
			"brings/schema.json":                    other,
			"says/kustomization.yaml":               "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nopenapi: {version: " + usualSchema + "}\n",
		}))
	}
	for name := range texts {
		alone[name] = of(name)
		if alone[name].Fidelity != Rendered {
			t.Fatalf("%s: %v", name, alone[name].Unresolved)
		}
	}
	resetSchema()
	var all sync.WaitGroup
	for range 5 {
		for name := range texts {
			all.Go(func() {
				if s := of(name); s.Fidelity != Rendered || !slices.Equal(s.Held, alone[name].Held) || !slices.EqualFunc(s.Objects, alone[name].Objects, Object.Equal) {
					t.Errorf("%s: %s %+v %v", name, s.Fidelity, s.Held, s.Unresolved)
				}
			})
		}
	}
	all.Wait()
}

// TestSchemaNobodyToldOf requires that a build beside which another schema came in is built again, alone and with
// the usual one, and that the next finds that one too.
func TestSchemaNobodyToldOf(t *testing.T) {
	defer resetSchema()
	for _, use := range []schemaUse{noSchema, mergesBy} {
		var found []string
		_, err := withSchema(use, func() (struct{}, error) {
			found = append(found, openapi.GetSchemaVersion())
			return struct{}{}, openapi.SetSchema(nil, []byte("{}"), true)
		})
		if err != nil || !slices.Equal(found, []string{usualSchema, usualSchema}) || openapi.GetSchemaVersion() != usualSchema {
			t.Errorf("%d: built with %q, leaves %q, %v", use, found, openapi.GetSchemaVersion(), err)
		}
	}
}

// TestSchemaStaysWithItsOverlay requires that a schema that one overlay brings has no say in how the
// next one is rendered: without merge keys, the patch there would hide the base's image.
func TestSchemaStaysWithItsOverlay(t *testing.T) {
	plain := treetest.Files{
		"shop/overlays/prod/kustomization.yaml": "resources: [deployment.yaml]\npatches: [{path: patch.yaml}]\n",
		"shop/overlays/prod/deployment.yaml":    deployment,
		"shop/overlays/prod/patch.yaml":         "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {template: {spec: {containers: [{name: side, image: acme/side}]}}}\n",
	}
	for name, schema := range map[string]string{
		"another schema": `{"definitions": {"v1.CronTab": {"type": "object", "x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "CronTab", "version": "v1"}]}}}`,
		"no schema":      `[`,
	} {
		t.Run(name, func(t *testing.T) {
			Of(prodOf(t, plain.With(treetest.Files{
				"shop/overlays/prod/kustomization.yaml": "resources: [deployment.yaml]\npatches: [{path: patch.yaml}]\nopenapi: {path: schema.json}\n",
				"shop/overlays/prod/schema.json":        schema,
			})))
			s := Of(prodOf(t, plain))
			if s.Fidelity != Rendered || len(s.Held) != 2 {
				t.Errorf("%s %+v %v", s.Fidelity, s.Held, s.Unresolved)
			}
		})
	}
}
