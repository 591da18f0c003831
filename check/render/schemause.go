package render

import (
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// schemaUse tells what building does with the schema. Whatever is not known for certain has it for itself:
// where something is wrong, Kustomize may read files that the closure does not have.
func (b *builder) schemaUse() schemaUse {
	use := noSchema
	if len(b.closure.Problems) > 0 {
		use = anything
	}
	for _, file := range b.closure.Files {
		switch {
		case len(file.OpenAPI) > 0:
			return bringsAnother
		case !plain(b.rendered(file)):
			use = max(use, mayMerge)
		case b.merges(file):
			use = max(use, mergesBy)
		}
	}
	return use
}

// rendered is a file without those entries for which a program would be run: they are left out.
func (b *builder) rendered(file *kustomization.File) types.Kustomization {
	k := file.Kustomization
	k.Generators = b.notOut(file, kustomization.Generators, k.Generators)
	k.Transformers = b.notOut(file, kustomization.Transformers, k.Transformers)
	k.Validators = b.notOut(file, kustomization.Validators, k.Validators)
	k.HelmCharts = nil
	return k
}

func (b *builder) notOut(file *kustomization.File, field kustomization.Field, entries []string) []string {
	var left []string
	for i, entry := range entries {
		if !b.isOut(file, field, i) {
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
func (b *builder) merges(file *kustomization.File) bool {
	return len(file.PatchesStrategicMerge) > 0 || slices.ContainsFunc(file.Patches, func(patch types.Patch) bool {
		text := []byte(patch.Patch)
		if strings.TrimSpace(patch.Patch) == "" {
			if path.IsAbs(patch.Path) {
				return true
			}
			text, _ = b.tree.ReadFile(file.Join(patch.Path)) // what cannot be read is no list
		}
		return !isOperations(text)
	})
}

// isOperations reports whether a patch is a list of operations, which need no schema.
func isOperations(patch []byte) bool {
	documents, err := document.Parse(patch)
	return err == nil && len(documents) == 1 && documents[0].Kind == yaml.SequenceNode
}
