package render

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/promocheck/promocheck/internal/treetest"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// written is what a rendering consists of, as YAML.
func written(t *testing.T, r *Rendering) string {
	t.Helper()
	var all strings.Builder
	for _, object := range r.Objects {
		text, err := yaml.String(object)
		if err != nil {
			t.Error(err)
		}
		all.WriteString("---\n" + text)
	}
	return all.String()
}

// resetSchema has it as it is when a process starts.
func resetSchema() {
	openapi.ResetOpenAPI()
	schemaParsed.Store(false)
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
	byItself := map[string]*Rendering{}
	of := func(name string) *Rendering {
		return renderProd(t, treetest.Files{
			"shop/overlays/prod/kustomization.yaml": "resources: [deployment.yaml, crd.yaml]\n" + texts[name],
			"shop/overlays/prod/deployment.yaml":    deployment,
			"shop/overlays/prod/crd.yaml":           crd,
			"shop/overlays/prod/patch.yaml":         patch,
			"shop/overlays/prod/[patch]":            patch,
			"shop/overlays/prod/schema.json":        other,
			"brings/kustomization.yaml":             "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nopenapi: {path: schema.json}\n",
			"brings/schema.json":                    other,
			"says/kustomization.yaml":               "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nopenapi: {version: " + usualSchema + "}\n",
		})
	}
	for name := range texts {
		byItself[name] = of(name)
		if r := byItself[name]; r.Problem != nil || r.Partial {
			t.Fatalf("%s: %v", name, r.Problem)
		}
	}
	resetSchema()
	var all sync.WaitGroup
	for range 5 {
		for name := range texts {
			all.Go(func() {
				if r := of(name); r.Problem != nil || r.Partial || written(t, r) != written(t, byItself[name]) {
					t.Errorf("%s: %v\n%s", name, r.Problem, written(t, r))
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
		o := withSchema(t.Context(), use, func(context.Context) ([]*yaml.Node, error) {
			found = append(found, openapi.GetSchemaVersion())
			return nil, openapi.SetSchema(nil, []byte("{}"), true)
		})
		if o.err != nil || !slices.Equal(found, []string{usualSchema, usualSchema}) || openapi.GetSchemaVersion() != usualSchema {
			t.Errorf("%d: built with %q, leaves %q, %v", use, found, openapi.GetSchemaVersion(), o.err)
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
			renderProd(t, plain.With(treetest.Files{
				"shop/overlays/prod/kustomization.yaml": "resources: [deployment.yaml]\npatches: [{path: patch.yaml}]\nopenapi: {path: schema.json}\n",
				"shop/overlays/prod/schema.json":        schema,
			}))
			r := renderProd(t, plain)
			if r.Problem != nil || r.Partial || strings.Count(written(t, r), "image:") != 2 {
				t.Errorf("%v\n%s", r.Problem, written(t, r))
			}
		})
	}
}
