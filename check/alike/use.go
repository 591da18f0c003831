package alike

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
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
		case kustomization.Patches, kustomization.Merges:
			uses = append(uses, use{role: asPatch})
		case kustomization.ConfigMaps, kustomization.Secrets:
			generated := generatedOf(named, file)
			if generated == nil {
				return nil
			}
			uses = append(uses, generated...)
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

// Traits are what an overlay's kustomizations have that decides how much its files tell. The zero value tells
// that every change has to be rendered.
type Traits struct {
	known bool // values stay where they are
	open  bool // no JSON patch counts on what there is
}

var (
	// operation is an operation of a JSON patch, and copying is one that looks at values, or takes them
	// elsewhere, or renames what has one.
	operation = regexp.MustCompile(`["']?\bop["']?\s*:`)
	copying   = regexp.MustCompile(`\bop["']?\s*:\s*["']?(?:test|copy|move)|/env\b|/data\b|/(?:name|kind|apiVersion)["']?\s*(?:$|[,}\n])|allowKindChange|allowNameChange|tagSuffix`)
	isName    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// TraitsOf reads what decides from a closure's files in the tree.
func TraitsOf(c *kustomization.Closure, t *tree.Tree) Traits {
	if len(c.Files) == 0 || len(c.Remotes)+len(c.Missing)+len(c.Problems) > 0 || c.Takes() || c.Composes() {
		return Traits{}
	}
	var patches []string
	for _, k := range c.Files {
		if len(k.Replacements)+len(k.Vars)+len(k.Transformers)+len(k.Generators)+len(k.Validators)+len(k.Configurations)+
			len(k.Crds)+len(k.OpenAPI)+len(k.HelmCharts)+len(k.HelmChartInflationGenerator) > 0 || k.HelmGlobals != nil {
			return Traits{}
		}
		patches = append(patches, string(k.Data))
	}
	for _, file := range c.PatchFiles() {
		data, err := t.ReadFile(file)
		if err != nil {
			return Traits{}
		}
		patches = append(patches, string(data))
	}
	traits := Traits{known: true, open: true}
	for _, patch := range patches {
		if copying.MatchString(patch) {
			return Traits{}
		}
		traits.open = traits.open && !operation.MatchString(patch)
	}
	return traits
}
