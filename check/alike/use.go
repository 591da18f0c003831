package alike

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/kustomization"
	"sigs.k8s.io/kustomize/api/types"
)

// role is what a file is to a kustomization.
type role int

const (
	unknown role = iota
	asKustomization
	asObjects
	asPatch
	asVariables // of which a ConfigMap or Secret is generated
	asData      // of a ConfigMap or Secret that is generated
	asSealed    // to a generator that is not run
)

// use is how a file is used.
type use struct {
	role role
	key  string // of the data
}

// usesOf lists how a closure uses a file; nil where one use is not understood.
func usesOf(c *kustomization.Closure, file string) []use {
	var uses []use
	for _, k := range c.Files {
		if k.Path == file {
			uses = append(uses, use{role: asKustomization})
		}
	}
	for _, named := range c.UsesOf(file) {
		switch named.Field {
		case kustomization.Resources:
			uses = append(uses, use{role: asObjects})
		case kustomization.Patches, kustomization.Merges, kustomization.JSONPatches:
			uses = append(uses, use{role: asPatch})
		case kustomization.ConfigMaps, kustomization.Secrets:
			generated := generatedOf(named, file)
			if generated == nil {
				return nil
			}
			uses = append(uses, generated...)
		case kustomization.Generators:
			uses = append(uses, use{role: asSealed})
		default:
			return nil
		}
	}
	return uses
}

// generatedOf lists how a generator uses a file.
func generatedOf(named kustomization.Use, file string) []use {
	var sources types.KvPairSources
	switch {
	case named.Field == kustomization.ConfigMaps && named.Index < len(named.File.ConfigMapGenerator):
		sources = named.File.ConfigMapGenerator[named.Index].KvPairSources
	case named.Field == kustomization.Secrets && named.Index < len(named.File.SecretGenerator):
		sources = named.File.SecretGenerator[named.Index].KvPairSources
	}
	is := func(source string) bool { return path.Join(named.File.Dir, source) == file }
	var uses []use
	if slices.ContainsFunc(append(slices.Clone(sources.EnvSources), sources.EnvSource), is) {
		uses = append(uses, use{role: asVariables})
	}
	for _, source := range sources.FileSources {
		key, source, given := strings.Cut(source, "=")
		if !given {
			key, source = path.Base(key), key
		}
		if is(source) {
			uses = append(uses, use{role: asData, key: key})
		}
	}
	return uses
}
