package state

import (
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Kustomize keeps its OpenAPI schema for the whole process, and reads it without a lock. Builds go on side
// by side as long as none of them changes it: it is parsed at the first patch that merges by it, which takes
// longer than most builds, and replaced by a kustomization that brings one of its own.
var schema struct {
	inUse  sync.RWMutex // held for reading by builds side by side
	parsed bool         // all of it: it is only read from then on
}

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

// withSchema runs a build when nothing else gets in its way.
func withSchema[T any](use schemaUse, build func() (T, error)) (T, error) {
	if use <= mergesBy || use == mayMerge && schemaParsed() {
		if result, clean, err := beside(use, build); clean {
			return result, err
		}
		// Another schema came in where no file had told of one. What was built meanwhile may have been merged by it.
		use = bringsAnother
	}
	schema.inUse.Lock()
	defer schema.inUse.Unlock()
	// A schema that is brought replaces Kustomize's own unless that is in use already, and Kustomize would merge
	// the patches of others by it afterwards.
	reset := func() {
		if use == bringsAnother || openapi.GetSchemaVersion() != usualSchema {
			openapi.ResetOpenAPI()
		}
		schema.parsed = false // not for certain; if it is, parsing it takes no time
	}
	reset()
	defer reset()
	return build()
}

// beside runs a build beside others, and reports whether the usual schema was in use all the time: whoever
// replaces it has to wait for those that were at it.
func beside[T any](use schemaUse, build func() (T, error)) (result T, clean bool, err error) {
	schema.inUse.RLock()
	for use > noSchema && !schema.parsed {
		schema.inUse.RUnlock()
		parseSchema()
		schema.inUse.RLock()
	}
	defer schema.inUse.RUnlock()
	result, err = build()
	return result, openapi.GetSchemaVersion() == usualSchema, err
}

func schemaParsed() bool {
	schema.inUse.RLock()
	defer schema.inUse.RUnlock()
	return schema.parsed
}

func parseSchema() {
	schema.inUse.Lock()
	defer schema.inUse.Unlock()
	openapi.SchemaForResourceType(yaml.TypeMeta{})
	schema.parsed = true
}

// schemaUse tells what building does with the schema. Whatever is not known for certain has it for itself:
// where something is wrong, Kustomize may read files that the closure does not have.
func (r *rendering) schemaUse() schemaUse {
	use := noSchema
	if len(r.closure.Problems) > 0 {
		use = anything
	}
	for _, file := range r.closure.Files {
		switch {
		case len(file.OpenAPI) > 0:
			return bringsAnother
		case !plain(r.rendered(file)):
			use = max(use, mayMerge)
		case r.merges(file):
			use = max(use, mergesBy)
		}
	}
	return use
}

// rendered is a file without those entries for which a program would be run: they are left out.
func (r *rendering) rendered(file *kustomization.File) types.Kustomization {
	k := file.Kustomization
	k.Generators = r.notOut(file, kustomization.Generators, k.Generators)
	k.Transformers = r.notOut(file, kustomization.Transformers, k.Transformers)
	k.Validators = r.notOut(file, kustomization.Validators, k.Validators)
	k.HelmCharts = nil
	return k
}

func (r *rendering) notOut(file *kustomization.File, field kustomization.Field, entries []string) []string {
	var left []string
	for i, entry := range entries {
		if !r.isOut(file, field, i) {
			left = append(left, entry)
		}
	}
	return left
}

// plain reports whether a kustomization has nothing, patches aside, but what is applied without a schema.
func plain(k types.Kustomization) bool {
	k.TypeMeta, k.MetaData, k.BuildMetadata, k.SortOptions = types.TypeMeta{}, nil, nil, nil
	k.Resources, k.Components, k.Images, k.Replicas = nil, nil, nil, nil
	k.Namespace, k.NamePrefix, k.NameSuffix = "", "", ""
	k.Labels, k.CommonLabels, k.CommonAnnotations = nil, nil, nil //nolint:staticcheck // old, and still read
	k.ConfigMapGenerator, k.SecretGenerator, k.GeneratorOptions = nil, nil, nil
	k.Patches, k.PatchesStrategicMerge, k.PatchesJson6902 = nil, nil, nil //nolint:staticcheck // likewise
	return reflect.DeepEqual(k, types.Kustomization{})
}

// merges reports whether a file has patches other than lists of operations.
func (r *rendering) merges(file *kustomization.File) bool {
	return len(file.PatchesStrategicMerge) > 0 || slices.ContainsFunc(file.Patches, func(patch types.Patch) bool {
		text := []byte(patch.Patch)
		if strings.TrimSpace(patch.Patch) == "" {
			if path.IsAbs(patch.Path) {
				return true
			}
			text, _ = r.tree.ReadFile(file.Join(patch.Path)) // what cannot be read is no list
		}
		documents, err := document.Parse(text)
		return err != nil || len(documents) != 1 || documents[0].Kind != yaml.SequenceNode
	})
}
