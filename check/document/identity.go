package document

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Identity names an object of Kubernetes.
type Identity struct {
	Group, Kind, Namespace, Name string
}

// KindFile is the kind of a document that is no object of Kubernetes, such as Helm values.
const KindFile = "File"

// Identify tells which object a document is. What is none is named by its file.
func Identify(root *yaml.Node, file string) Identity {
	kind := Text(Get(root, "kind"))
	if kind == "" {
		return Identity{Kind: KindFile, Name: file}
	}
	group, _, found := strings.Cut(Text(Get(root, "apiVersion")), "/")
	if !found {
		group = ""
	}
	return Identity{
		Group:     group,
		Kind:      kind,
		Namespace: Text(Get(root, "metadata", "namespace")),
		Name:      Text(Get(root, "metadata", "name")),
	}
}

// Key is the identity as one text.
func (i Identity) Key() string {
	return i.Group + "/" + i.Kind + "/" + i.Namespace + "/" + i.Name
}
