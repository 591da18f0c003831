// Package render builds kustomizations with Kustomize, in process and straight from the tree: it touches
// neither network nor disk, and runs no program. What would have to be fetched or executed is left out, and so
// is what cannot do without that; the rest is built, and what was left out is told.
package render

import (
	"context"
	"errors"
	"path"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Rendering is what an overlay builds to.
type Rendering struct {
	Objects []*yaml.Node
	// Partial is set where something was left out, or else differs from what the files say.
	Partial bool
	// LeftOut is what was left out and, beside it, what Kustomize passes over without a word if nothing
	// matches: no one can tell whether it would match something in there.
	LeftOut []Part
	// Images are what images entries do to whatever was left out.
	Images []*kustomization.Declaration
	// Charts are those of the tree whose objects are among these.
	Charts []Inflated
	// Problem is why nothing could be built; nil if it was.
	Problem *kustomization.Problem
}

// Overlay renders the directory of a tree that a closure is of, with what edits it. The error is the context's, once that is
// done, or about a chart that takes more than it may.
func Overlay(ctx context.Context, t *tree.Tree, closure *kustomization.Closure) (*Rendering, error) {
	b := newBuilder(t, closure)
	if err := b.inflate(ctx); err != nil {
		return nil, err
	}
	objects, err := b.build(ctx, closure.Dir)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		problem := whyNot(t, err, closure)
		return &Rendering{Problem: &problem}, nil
	}
	r := &Rendering{Objects: objects, Partial: b.partial(), Charts: b.inflated}
	if r.Partial {
		for _, part := range append(b.leftOut, b.silent()...) {
			r.LeftOut = append(r.LeftOut, b.describe(part))
		}
		r.Images = kustomization.Declarations(b.applied())
	}
	return r, nil
}

// whyNot finds the place to go to: what the walk through the files found wrong is closer to it than
// Kustomize's own error.
func whyNot(t *tree.Tree, err error, closure *kustomization.Closure) kustomization.Problem {
	if len(closure.Problems) > 0 {
		return closure.Problems[0]
	}
	if broken, ok := brokenFile(t, err, closure); ok {
		return broken
	}
	file := path.Join(closure.Dir, kustomization.Names[0])
	if len(closure.Files) > 0 {
		file = closure.Files[0].Path
	}
	return kustomization.Problem{Path: file, Reason: "does not build: " + plainError(err)}
}

// brokenFile finds a file that is no YAML among those of an overlay that does not build: Kustomize's
// errors leave out its directory, and which document of it they count lines in.
func brokenFile(t *tree.Tree, err error, closure *kustomization.Closure) (kustomization.Problem, bool) {
	var refused *refusal
	if errors.As(err, &refused) {
		return kustomization.Problem{Path: refused.path, Line: refused.mistake.Line, Reason: refused.mistake.Problem}, true
	}
	for _, file := range closure.Named() {
		switch path.Ext(file) {
		case ".yaml", ".yml", ".json":
		default:
			continue
		}
		data, readErr := t.ReadFile(file)
		if readErr != nil {
			continue
		}
		var wrong *mistake.Error
		if _, err := document.Parse(data); errors.As(err, &wrong) {
			return kustomization.Problem{Path: file, Line: wrong.Line, Reason: "is not valid YAML: " + wrong.Problem}, true
		}
	}
	return kustomization.Problem{}, false
}
