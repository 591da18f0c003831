package state

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/internal/treetest"
)

// TestFanOut requires that kustomizations that fan out exponentially are given up in time, and that
// nothing is rendered while one goes on in the background.
func TestFanOut(t *testing.T) {
	longest = 50 * time.Millisecond
	running := runtime.NumGoroutine()
	t.Cleanup(func() {
		longest = time.Minute
		stuck.Store(false)
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
