package alike

import (
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Traits are what an overlay's kustomizations have that decides how much its files tell. The zero value tells
// that every change has to be rendered.
type Traits struct {
	known bool // values stay where they are
	open  bool // no JSON patch counts on what there is
}

// TraitsOf reads what decides from a closure's files in the tree.
func TraitsOf(c *kustomization.Closure, t *tree.Tree) Traits {
	if len(c.Files) == 0 || len(c.Missing)+len(c.Problems) > 0 || c.Takes() || c.Composes() || slices.ContainsFunc(c.Files, carriesOver) {
		return Traits{}
	}
	traits := Traits{known: true, open: true}
	for _, patch := range patchesOf(c, t) {
		roots, err := document.Parse(patch)
		if err != nil {
			return Traits{}
		}
		for _, root := range roots {
			if root.Kind != yaml.SequenceNode {
				continue // it is merged, by names
			}
			traits.open = false
			if slices.ContainsFunc(root.Content, movesValues) {
				return Traits{}
			}
		}
	}
	return traits
}

// carriesOver reports whether a kustomization takes values from one place to another, or has Kustomize read objects
// in ways of its own.
func carriesOver(k *kustomization.File) bool {
	return len(k.Replacements)+len(k.Vars)+len(k.Transformers)+len(k.Validators)+len(k.Configurations)+len(k.Crds)+len(k.OpenAPI)+
		len(k.HelmCharts)+len(k.HelmChartInflationGenerator) > 0 || k.HelmGlobals != nil ||
		slices.ContainsFunc(k.Images, func(i types.Image) bool { return i.TagSuffix != "" }) ||
		slices.ContainsFunc(k.Patches, func(p types.Patch) bool { return p.Options != nil && p.Options.AllowKindChange })
}

// patchesOf lists the patches of a closure, as they stand in files or in kustomizations.
func patchesOf(c *kustomization.Closure, t *tree.Tree) [][]byte {
	var patches [][]byte
	for _, k := range c.Files {
		for _, p := range slices.Concat(k.Patches, k.PatchesJson6902) {
			patches = append(patches, []byte(p.Patch))
		}
	}
	for _, file := range c.PatchFiles() {
		data, err := t.ReadFile(file)
		if err != nil {
			data = []byte("[{op: unknown}]")
		}
		patches = append(patches, data)
	}
	return patches
}

var (
	// identity is what no value stands under that may be left out.
	identity = regexp.MustCompile(`^/metadata/(?:name|generateName|namespace|labels(?:/[^/]*)?)$`)
	// naming is where a patch may give a value another meaning.
	naming = regexp.MustCompile(`^$|^/$|/env(?:/|$)|/data(?:/|$)|/(?:name|kind|apiVersion)$`)
)

// movesValues reports whether an operation of a JSON patch looks at values, takes them elsewhere, or has what they
// stand beside mean something else.
func movesValues(operation *yaml.Node) bool {
	path, from := document.Text(document.Get(operation, "path")), document.Text(document.Get(operation, "from"))
	switch strings.TrimSpace(document.Text(document.Get(operation, "op"))) {
	case "add", "replace", "remove":
		return naming.MatchString(path) && !identity.MatchString(path)
	case "move", "copy":
		return !identity.MatchString(path) || !identity.MatchString(from)
	case "test":
		return !identity.MatchString(path)
	}
	return true
}
