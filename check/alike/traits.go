package alike

import (
	"fmt"
	"maps"
	"path"
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
	known     bool // values stay where they are
	renames   bool // an image may get another name
	patches   []patch
	mentioned map[of]mentioned // as far as it was asked
}

// patch is what a patch applies to: a kind and a name, empty for any.
type patch struct {
	kind, name string
	keys       []string // the fields that it mentions
	byPlace    bool     // it is a JSON patch, which goes by where things stand
	renames    bool
}

// TraitsOf reads what decides from a closure's files in the tree.
func TraitsOf(c *kustomization.Closure, t *tree.Tree) *Traits {
	if len(c.Files) == 0 || len(c.Missing)+len(c.Problems) > 0 || c.Takes() || c.Composes() || slices.ContainsFunc(c.Files, carriesOver) {
		return &Traits{}
	}
	traits := &Traits{known: true, mentioned: map[of]mentioned{}}
	for _, k := range c.Files {
		traits.renames = traits.renames || slices.ContainsFunc(k.Images, func(i types.Image) bool { return i.NewName != "" })
		for _, p := range slices.Concat(k.Patches, k.PatchesJson6902, merges(k)) {
			patches, ok := patchesIn(t, k, p)
			if !ok {
				return &Traits{}
			}
			traits.patches = append(traits.patches, patches...)
		}
	}
	for i, p := range traits.patches {
		if slices.ContainsFunc(c.Files, renames) || slices.ContainsFunc(traits.patches, func(o patch) bool {
			return o.renames && (o.kind == p.kind || o.kind == "" || p.kind == "")
		}) {
			traits.patches[i].name = "" // it may be the new one
		}
	}
	return traits
}

func renames(k *kustomization.File) bool { return k.NamePrefix+k.NameSuffix != "" }

// merges are patches that are only named.
func merges(k *kustomization.File) []types.Patch {
	var patches []types.Patch
	for _, merge := range k.PatchesStrategicMerge {
		if strings.Contains(string(merge), "\n") {
			patches = append(patches, types.Patch{Patch: string(merge)})
		} else {
			patches = append(patches, types.Patch{Path: string(merge)})
		}
	}
	return patches
}

// patchesIn reads the patches of an entry; false if one takes values from one place to another, or cannot be read.
func patchesIn(t *tree.Tree, k *kustomization.File, p types.Patch) ([]patch, bool) {
	data := []byte(p.Patch)
	if p.Path != "" {
		var err error
		if data, err = t.ReadFile(path.Join(k.Dir, p.Path)); err != nil {
			return nil, false
		}
	}
	roots, err := document.Parse(data)
	if err != nil {
		return nil, false
	}
	var patches []patch
	for _, root := range roots {
		isJSON := root.Kind == yaml.SequenceNode
		if isJSON && slices.ContainsFunc(root.Content, movesValues) {
			return nil, false
		}
		to := patch{keys: keysOf(root), kind: document.Text(document.Get(root, "kind")), name: document.Text(document.Get(root, "metadata", "name")), byPlace: isJSON}
		if p.Target != nil {
			to.kind, to.name = p.Target.Kind, p.Target.Name
		}
		to.kind, to.name = plainly(to.kind), plainly(to.name)
		to.renames = isJSON && slices.ContainsFunc(root.Content, namesAnew) || p.Options != nil && p.Options.AllowNameChange
		patches = append(patches, to)
	}
	return patches, true
}

// plainly is a name, or nothing where it is a pattern.
func plainly(name string) string {
	if isPlainName.MatchString(name) {
		return name
	}
	return ""
}

var isPlainName = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

// keysOf are the fields that a patch mentions.
func keysOf(root *yaml.Node) []string {
	if root.Kind != yaml.SequenceNode {
		return keysBelow(root)
	}
	var keys []string
	for _, operation := range root.Content {
		for _, pointer := range []string{"path", "from"} {
			for element := range strings.SplitSeq(document.Text(document.Get(operation, pointer)), "/") {
				keys = append(keys, unescape.Replace(element))
			}
		}
	}
	return keys
}

// unescape makes a key of an element of a JSON pointer.
var unescape = strings.NewReplacer("~1", "/", "~0", "~")

func keysBelow(node *yaml.Node) []string {
	var keys []string
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 {
			keys = append(keys, child.Value)
		} else {
			keys = append(keys, keysBelow(child)...)
		}
	}
	return keys
}

// mentioned are the fields that patches of an object mention.
type mentioned struct {
	all     bool
	keys    map[string]bool
	byPlace bool // by JSON patches
	id      string
}

func (m mentioned) has(key string) bool { return m.all || m.keys[key] }

// of is something in a role.
type of struct {
	role
	part
}

// mentionedIn are the fields that patches mention of an object, or of all objects where it is a patch itself.
func (t *Traits) mentionedIn(r role, object part) mentioned {
	if known, ok := t.mentioned[of{r, object}]; ok {
		return known
	}
	m := mentioned{all: r == asPatch, keys: map[string]bool{}}
	for _, p := range t.patches {
		if r == asPatch || r == asObjects && p.mayConcern(object) {
			m.byPlace = m.byPlace || p.byPlace
			for _, key := range p.keys {
				m.keys[key] = true
			}
		}
	}
	m.id = fmt.Sprintf("%v %v %q", m.byPlace, m.all, slices.Sorted(maps.Keys(m.keys)))
	t.mentioned[of{r, object}] = m
	return m
}

func (p patch) mayConcern(object part) bool {
	return (p.kind == "" || p.kind == object.kind) && (p.name == "" || p.name == object.name)
}

// carriesOver reports whether a kustomization takes values from one place to another, or has Kustomize read objects
// in ways of its own.
func carriesOver(k *kustomization.File) bool {
	return len(k.Replacements)+len(k.Vars)+len(k.Transformers)+len(k.Validators)+len(k.Configurations)+len(k.Crds)+len(k.OpenAPI)+
		len(k.HelmCharts)+len(k.HelmChartInflationGenerator) > 0 || k.HelmGlobals != nil ||
		slices.ContainsFunc(k.Images, func(i types.Image) bool { return i.TagSuffix != "" }) ||
		slices.ContainsFunc(k.Patches, func(p types.Patch) bool { return p.Options != nil && p.Options.AllowKindChange })
}

var (
	// identity is what no value stands under that may be left out.
	identity = regexp.MustCompile(`^/metadata/(?:name|generateName|namespace|labels(?:/[^/]*)?)$`)
	// naming is where a patch may give a value another meaning.
	naming = regexp.MustCompile(`^$|^/$|/env(?:/|$)|/data(?:/|$)|/(?:name|kind|apiVersion)$`)
)

// namesAnew reports whether an operation of a JSON patch gives an object another name, or takes it away.
func namesAnew(operation *yaml.Node) bool {
	return slices.ContainsFunc([]string{"path", "from"}, func(key string) bool {
		at := document.Text(document.Get(operation, key))
		return at == "" && key == "path" || at == "/metadata" || strings.HasPrefix(at, "/metadata/name")
	})
}

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
