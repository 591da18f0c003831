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
