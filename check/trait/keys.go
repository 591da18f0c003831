package trait

import (
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

var _ = keep("keys", readKeys)

// Keys are what an object has to do with configuration: what it offers to containers, and what its own containers take. There
// are names in it, and never a value.
type Keys struct {
	Offers     []Offer
	Containers []Container
}

// Offer is a ConfigMap or Secret that is there because of an object: itself, or one that an operator makes of it.
type Offer struct {
	Kind, Namespace, Name string
	Keys                  []string
	Unknown               bool // there are others, or may be
	Anywhere              bool // it is in any namespace
}

// Container is one of a workload's.
type Container struct {
	Name string
	Refs []Ref
}

// How a container sees something.
const (
	Variable = "variable"
	File     = "file"
)

// Ref is something that a container sees, and what it comes from.
type Ref struct {
	As       string
	Shown    string // the name of the variable, or the path of the file; of a whole object what comes before its keys
	Kind     string // of the object; empty where the container has it from elsewhere
	Object   string // its name
	Key      string // empty: all keys of the object
	Optional bool
}

// KeysOf are those of an object with these traits; nil where it has none.
func (s Set) KeysOf() *Keys {
	keys, _ := s["keys"].(*Keys)
	return keys
}

func readKeys(root *yaml.Node, of document.Identity) *Keys {
	k := &Keys{Offers: offersOf(root, of)}
	if pod := Pod(root, of); pod != nil {
		volumes := volumesOf(pod)
		for _, field := range []string{"initContainers", "containers"} {
			for _, container := range document.Items(document.Get(pod, field)) {
				k.Containers = append(k.Containers, Container{text(container, "name"), append(variablesOf(container), filesOf(container, volumes)...)})
			}
		}
	}
	if len(k.Offers)+len(k.Containers) == 0 {
		return nil
	}
	return k
}

// Pod is what an object says of the pods that it runs; nil where it runs none.
func Pod(root *yaml.Node, of document.Identity) *yaml.Node {
	if of.Kind == "Pod" && of.Group == "" {
		return document.Get(root, "spec")
	}
	for _, keys := range [][]string{{"spec", "template", "spec"}, {"spec", "jobTemplate", "spec", "template", "spec"}} {
		if pod := document.Get(root, keys...); document.Get(pod, "containers") != nil {
			return pod
		}
	}
	return nil
}

// referredTo are the kinds that containers refer to, and what the fields that do so begin with. Where one has both, which no
// cluster takes, it is the last.
var referredTo = []struct{ field, name string }{{"configMap", "ConfigMap"}, {"secret", "Secret"}}

func variablesOf(container *yaml.Node) []Ref {
	var refs []Ref
	for _, variable := range document.Items(document.Get(container, "env")) {
		ref := Ref{As: Variable, Shown: text(variable, "name")}
		for _, kind := range referredTo {
			if from := document.Get(variable, "valueFrom", kind.field+"KeyRef"); from != nil {
				ref.Kind, ref.Object, ref.Key, ref.Optional = kind.name, text(from, "name"), text(from, "key"), isTrue(from, "optional")
			}
		}
		refs = append(refs, ref)
	}
	for _, all := range document.Items(document.Get(container, "envFrom")) {
		for _, kind := range referredTo {
			if from := document.Get(all, kind.field+"Ref"); from != nil {
				refs = append(refs, Ref{As: Variable, Shown: text(all, "prefix"), Kind: kind.name, Object: text(from, "name"), Optional: isTrue(from, "optional")})
			}
		}
	}
	return refs
}

// volumesOf are a pod's volumes, by name: of each, what of which object is in it, with paths within it.
func volumesOf(pod *yaml.Node) map[string][]Ref {
	volumes := map[string][]Ref{}
	for _, volume := range document.Items(document.Get(pod, "volumes")) {
		name := text(volume, "name")
		for _, source := range append([]*yaml.Node{volume}, document.Items(document.Get(volume, "projected", "sources"))...) {
			if from := document.Get(source, "configMap"); from != nil {
				volumes[name] = append(volumes[name], inVolume("ConfigMap", text(from, "name"), from)...)
			}
			if from := document.Get(source, "secret"); from != nil {
				called := text(from, "secretName")
				if called == "" {
					called = text(from, "name") // as a projected volume says it
				}
				volumes[name] = append(volumes[name], inVolume("Secret", called, from)...)
			}
		}
	}
	return volumes
}

func inVolume(kind, name string, from *yaml.Node) []Ref {
	all := Ref{As: File, Kind: kind, Object: name, Optional: isTrue(from, "optional")}
	items := document.Items(document.Get(from, "items"))
	if items == nil {
		return []Ref{all}
	}
	var refs []Ref
	for _, item := range items {
		ref := all
		ref.Key, ref.Shown = text(item, "key"), text(item, "path")
		refs = append(refs, ref)
	}
	return refs
}

func filesOf(container *yaml.Node, volumes map[string][]Ref) []Ref {
	var refs []Ref
	for _, mount := range document.Items(document.Get(container, "volumeMounts")) {
		at, sub := text(mount, "mountPath"), text(mount, "subPath")
		for _, ref := range volumes[text(mount, "name")] {
			switch {
			case document.Get(mount, "subPathExpr") != nil:
				continue
			case sub == "" && ref.Key == "":
				ref.Shown = strings.TrimSuffix(at, "/") + "/"
			case sub == "":
				ref.Shown = path.Join(at, ref.Shown)
			case ref.Key == "":
				ref.Key, ref.Shown = sub, at
			case ref.Shown == sub:
				ref.Shown = at
			default:
				continue
			}
			refs = append(refs, ref)
		}
	}
	return refs
}

// keysIn are the keys of a mapping.
func keysIn(mappings ...*yaml.Node) []string {
	keys := []string{}
	for _, mapping := range mappings {
		if document.IsMapping(mapping) {
			for i := 0; i+1 < len(mapping.Content); i += 2 {
				keys = append(keys, mapping.Content[i].Value)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
