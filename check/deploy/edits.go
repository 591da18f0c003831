package deploy

import (
	"encoding/json"
	"sync"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/flux"
	"github.com/promocheck/promocheck/check/kustomization"
)

// Edits is what a source changes of what it deploys; nil: nothing.
type Edits struct {
	// Kustomization is what is put into the kustomization at the source's path, or into the one that is made there; nil:
	// nothing is.
	Kustomization *kustomization.Edits
	// Variables are put into what is built; nil: none are.
	Variables *flux.Substitution
	// Release is what Helm makes of the source's path; nil where that is no chart.
	Release *Release

	key string // of what is put into the kustomization
}

// Kustom is what is put into the kustomization; nil for nothing.
func (e *Edits) Kustom() *kustomization.Edits {
	if e == nil {
		return nil
	}
	return e.Kustomization
}

// Below are the edits where another substitution is put into their deployer.
func (e *Edits) Below(above *flux.Substitution) *Edits {
	below, variables := *e, *e.Variables
	variables.Above = above
	below.Variables, below.key = &variables, e.key+"\nbelow"+above.Key()
	return &below
}

// Substitution is what is put into what is built; nil for nothing.
func (e *Edits) Substitution() *flux.Substitution {
	if e == nil {
		return nil
	}
	return e.Variables
}

// Made is what Helm makes of a chart; nil where there is none.
func (e *Edits) Made() *Release {
	if e == nil {
		return nil
	}
	return e.Release
}

// Key is the same for edits that change the same, whoever has them, and empty for none.
func (e *Edits) Key() string {
	if e == nil {
		return ""
	}
	return e.key + e.Release.Key()
}

// kustomKey is that of what is put into the kustomization.
func (e *Edits) kustomKey() string {
	if e.Kustom() == nil {
		return ""
	}
	return e.Kustomization.Key()
}

// editsOf are those that are put into a kustomization; nil if they change nothing.
func editsOf(k kustomization.Edits) *Edits {
	key := k.Key()
	if key == keyOfNothing() {
		return nil
	}
	return &Edits{Kustomization: &k, key: key}
}

// keyOfNothing is the key of edits that change nothing, as most deployers have them.
var keyOfNothing = sync.OnceValue(func() string { return (&kustomization.Edits{}).Key() })

// textOf is a patch as text: it may stand there as YAML.
func textOf(patch *yaml.Node) string {
	if document.Text(patch) != "" {
		return document.Text(patch)
	}
	return string(asJSON(patch))
}

// asJSON is a node as JSON, empty where it is nothing that JSON can say.
func asJSON(node *yaml.Node) []byte {
	var value any
	if node == nil || node.Decode(&value) != nil {
		return nil
	}
	data, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return data
}

// targetOf reads what a patch is for.
func targetOf(node *yaml.Node) *types.Selector {
	if node == nil {
		return nil
	}
	text := func(key string) string { return document.Text(document.Get(node, key)) }
	target := &types.Selector{AnnotationSelector: text("annotationSelector"), LabelSelector: text("labelSelector")}
	target.Group, target.Version, target.Kind = text("group"), text("version"), text("kind")
	target.Name, target.Namespace = text("name"), text("namespace")
	return target
}

// optionsOf reads what a patch may change beside values.
func optionsOf(node *yaml.Node) *types.PatchArgs {
	if node == nil {
		return nil
	}
	is := func(key string) bool { return document.Text(document.Get(node, key)) == "true" }
	return &types.PatchArgs{AllowNameChange: is("allowNameChange"), AllowKindChange: is("allowKindChange")}
}

// textsOf reads labels, or the like; nil for none.
func textsOf(node *yaml.Node) map[string]string {
	if !document.IsMapping(node) || len(document.Get(node).Content) == 0 {
		return nil
	}
	texts := map[string]string{}
	for content := document.Get(node).Content; len(content) > 1; content = content[2:] {
		texts[content[0].Value] = document.Text(content[1])
	}
	return texts
}
