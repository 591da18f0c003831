package render

import (
	"cmp"
	"context"
	"fmt"
	"path"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// build renders a directory with Kustomize, with the given files standing in for the tree's own. Builds go on
// side by side as far as what they do with Kustomize's schema lets them.
func build(ctx context.Context, left *budget, use schemaUse, t *tree.Tree, dir string, standIns map[string][]byte) ([]*yaml.Node, error) {
	files := func() files { return tree.NewFileSystem(t, standIns) }
	return buildFrom(ctx, left, use, files, path.Join(tree.Mount, dir))
}

// files are where a build reads from. Their error is that what they say cannot be relied on.
type files interface {
	filesys.FileSystem
	Err() error
}

// buildFrom renders a directory of some files, which are asked for anew where it is rendered again.
func buildFrom(ctx context.Context, left *budget, use schemaUse, files func() files, dir string) ([]*yaml.Node, error) {
	Confine()
	Prepare() // waits for it, if it goes on
	o := withSchema(ctx, use, func(ctx context.Context) ([]*yaml.Node, error) {
		return buildNow(ctx, left, files(), dir)
	})
	return o.objects, o.err
}

func buildNow(ctx context.Context, left *budget, files files, dir string) (objects []*yaml.Node, err error) {
	// Kustomize panics on some malformed input; a panic there is a reason like any other.
	defer func() {
		if cause := recover(); cause != nil {
			objects, err = nil, fmt.Errorf("panic in Kustomize: %v", cause)
		}
	}()
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone // the tree is all there is to load from
	bounded := &bounded{FileSystem: files, ctx: ctx, left: left, seen: map[string]bool{}}
	rendered, err := krusty.MakeKustomizer(options).Run(bounded, dir)
	// A file that cannot be read looks like an absent one to Kustomize, which then may do without it.
	if err := cmp.Or(files.Err(), bounded.refused, err); err != nil {
		return nil, err
	}
	for _, resource := range rendered.Resources() {
		object := resource.YNode()
		document.Meant(object)
		objects = append(objects, object)
	}
	return objects, nil
}

// outcome is how a build ended.
type outcome struct {
	objects []*yaml.Node
	err     error
	foreign bool // another schema than Kustomize's usual one was in use at its end
}

// attend runs a build that has its turn, which ends with it, and waits for its end. Kustomize cannot be interrupted:
// what stops a build once the context is done is that it can read no more files, and it reads one every few
// milliseconds. Nobody waits for that.
func attend(ctx context.Context, turn *turn, build func(context.Context) outcome) outcome {
	done := make(chan outcome, 1)
	go func() {
		o := build(ctx)
		turn.end()
		done <- o
	}()
	select {
	case o := <-done:
		return o
	case <-ctx.Done():
		return outcome{err: ctx.Err()}
	}
}
