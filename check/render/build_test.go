package render

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/promocheck/promocheck/internal/treetest"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// fanOut is an overlay that is built from 2 to the power of the given number of objects.
func fanOut(levels int) treetest.Files {
	files := treetest.Files{"shop/overlays/prod/kustomization.yaml": "resources: [../../f0/a, ../../f0/b]\n"}
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
	return files
}

var modest = treetest.Files{
	"shop/overlays/prod/kustomization.yaml": "resources: [deployment.yaml]\n",
	"shop/overlays/prod/deployment.yaml":    deployment,
}

// TestFanOut requires that an overlay that fans out exponentially is given up for the work that it is, and that
// others are rendered beside and after it.
func TestFanOut(t *testing.T) {
	var beside sync.WaitGroup
	beside.Go(func() {
		for range 20 {
			if r := renderProd(t, modest); r.Problem != nil || len(r.Objects) != 1 {
				t.Errorf("beside it: %+v", r.Problem)
			}
		}
	})
	left := newBudget()
	left.again = mostAgain / 10 // it goes on doubling, and the test is to end soon
	if _, err := build(t.Context(), left, noSchema, treetest.New().Tree(t, fanOut(30)), prod, nil); !errors.Is(err, errTooMuch) {
		t.Error(err)
	}
	beside.Wait()
	if r := renderProd(t, modest); r.Problem != nil || len(r.Objects) != 1 {
		t.Errorf("after it: %+v", r.Problem)
	}
}

// TestCopies requires that a patch whose every operation doubles what is there is given up.
func TestCopies(t *testing.T) {
	var operations strings.Builder
	for i := range 20 {
		fmt.Fprintf(&operations, "- {op: copy, from: /data, path: /data/b%d}\n", i)
	}
	r := renderProd(t, treetest.Files{
		"shop/overlays/prod/kustomization.yaml": "resources: [c.yaml]\npatches: [{target: {kind: ConfigMap}, path: p.yaml}]\n",
		"shop/overlays/prod/c.yaml":             "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: " + strings.Repeat("a", 100) + "}\n",
		"shop/overlays/prod/p.yaml":             operations.String(),
	})
	if r.Problem == nil || !strings.Contains(r.Problem.Reason, "copy") {
		t.Errorf("%+v", r.Problem)
	}
}

// TestInterrupted requires that a build ends with its context, and is no verdict about what was built.
func TestInterrupted(t *testing.T) {
	at, o := prodOf(t, fanOut(30))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if r, err := Overlay(ctx, at, o); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%+v, %v", r, err)
	}
	for _, use := range []schemaUse{noSchema, bringsAnother} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if _, err := build(ctx, newBudget(), use, at, prod, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		cancel()
	}
	if r := renderProd(t, modest); r.Problem != nil {
		t.Errorf("after it: %+v", r.Problem)
	}
}

// TestEndless requires of a build that nothing stops that nobody waits for it whose context is over, and that what it is
// in the way of is rendered once it has ended after all.
func TestEndless(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	release := make(chan struct{})
	o := withSchema(ctx, bringsAnother, func(context.Context) ([]*yaml.Node, error) {
		<-release
		return nil, nil
	})
	if !errors.Is(o.err, context.DeadlineExceeded) {
		t.Error(o.err)
	}
	at, beside := prodOf(t, modest)
	if r, err := Overlay(ctx, at, beside); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("beside it: %+v, %v", r, err)
	}
	close(release)
	if r := renderProd(t, modest); r.Problem != nil || len(r.Objects) != 1 {
		t.Errorf("after it: %+v", r.Problem)
	}
}
