package render

import (
	"context"
	"sync/atomic"

	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Kustomize keeps its OpenAPI schema for the whole process, and reads it without a lock. Builds go on side
// by side as long as none of them changes it: it is parsed at the first patch that merges by it, which takes
// longer than most builds, and replaced by a kustomization that brings one of its own.

// schemaUse is what a build does with the schema.
type schemaUse int

const (
	noSchema      schemaUse = iota
	mergesBy                // by the usual one
	mayMerge                // not known to do without
	anything                // not known at all: files may be built in that are not known
	bringsAnother           // in place of the usual one
)

// usualSchema is what Kustomize calls the OpenAPI schema that it brings along.
var usualSchema = openapi.GetSchemaVersion()

// schemaParsed tells that the usual schema is there, all of it: it is only read from then on.
var schemaParsed atomic.Bool

// withSchema runs a build when nothing else gets in its way.
func withSchema(ctx context.Context, use schemaUse, build func(context.Context) ([]*yaml.Node, error)) outcome {
	ended := func(ctx context.Context) (o outcome) {
		o.objects, o.err = build(ctx)
		o.foreign = openapi.GetSchemaVersion() != usualSchema
		return o
	}
	if use <= mergesBy || use == mayMerge && schemaParsed.Load() {
		turn, err := takeBeside(ctx, use)
		if err != nil {
			return outcome{err: err}
		}
		// Whoever replaces the schema has to wait for those that are at it: if it is the usual one at the end of
		// a build, it was so all the time.
		if o := attend(ctx, turn, ended); !o.foreign {
			return o
		}
		// Another came in where no file had told of one. What was built meanwhile may have been merged by it.
		use = bringsAnother
	}
	turn, err := take(ctx, alone)
	if err != nil {
		return outcome{err: err}
	}
	return attend(ctx, turn, func(ctx context.Context) outcome {
		// A schema that is brought replaces Kustomize's own unless that is in use already, and Kustomize would
		// merge the patches of others by it afterwards.
		reset := func() {
			if use == bringsAnother || openapi.GetSchemaVersion() != usualSchema {
				openapi.ResetOpenAPI()
			}
			schemaParsed.Store(false) // not for certain; if it is, parsing it takes no time
		}
		reset()
		defer reset()
		return ended(ctx)
	})
}

// takeBeside takes a turn beside others, with the schema parsed for a build that merges by it.
func takeBeside(ctx context.Context, use schemaUse) (*turn, error) {
	for {
		turn, err := take(ctx, beside)
		if err != nil || use == noSchema || schemaParsed.Load() {
			return turn, err
		}
		turn.end()
		if turn, err = take(ctx, alone); err != nil {
			return nil, err
		}
		openapi.SchemaForResourceType(yaml.TypeMeta{})
		schemaParsed.Store(true)
		turn.end()
	}
}
