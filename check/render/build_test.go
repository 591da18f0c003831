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

// TestTooLong requires the same of one that takes too long.
func TestTooLong(t *testing.T) {
	at := treetest.New().Tree(t, fanOut(30))
	for _, use := range []schemaUse{noSchema, bringsAnother} {
		left := newBudget()
		left.time = 20 * time.Millisecond
		if _, err := build(t.Context(), left, use, at, prod, nil); !errors.Is(err, errTooLong) {
			t.Error(err)
		}
		if r := renderProd(t, modest); r.Problem != nil {
			t.Errorf("after it: %+v", r.Problem)
		}
	}
}

// TestInterrupted requires that a build ends with its context, and is no verdict about what was built.
func TestInterrupted(t *testing.T) {
	at, closure := prodOf(t, fanOut(30))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if r, err := Overlay(ctx, at, closure); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%+v, %v", r, err)
	}
	if r := renderProd(t, modest); r.Problem != nil {
		t.Errorf("after it: %+v", r.Problem)
	}
}

// TestEndless requires of a build that nothing stops that it holds up nobody: what it is in the way of is given
// up, and rendered once it has ended after all.
func TestEndless(t *testing.T) {
	defer func(was time.Duration) { patience = was }(patience)
	patience = time.Millisecond
	left := newBudget()
	left.time = time.Millisecond
	release, ended := make(chan struct{}), make(chan struct{})
	o := withSchema(t.Context(), bringsAnother, left, func(context.Context) ([]*yaml.Node, error) {
		defer close(ended)
		<-release
		return nil, nil
	})
	if !errors.Is(o.err, errTooLong) {
		t.Error(o.err)
	}
	if r := renderProd(t, modest); r.Problem == nil || !strings.Contains(r.Problem.Reason, "takes longer") {
		t.Errorf("beside it: %+v", r.Problem)
	}
	close(release)
	<-ended
	for range 100 { // it ends its turn a moment later
		if renderProd(t, modest).Problem == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("nothing is rendered after it")
}
