// Package form knows the forms in which deployed objects and values files carry versions: one file a
// form. It reads YAML as it stands and decides nothing.
package form

import (
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Found is a version that something carries, or a place that should say one and does not.
type Found struct {
	Artifact artifact.Artifact
	Version  artifact.Version
	Part     string       // where within the object, by names rather than places in lists
	Scalars  []*yaml.Node // what says the version; the one that a person would edit comes first
	Problem  string       // why the place says no version; Artifact and Version are empty then
}

// Object finds the versions that a Kubernetes object carries, whatever its kind.
func Object(root *yaml.Node) []Found {
	group, _, _ := strings.Cut(document.Text(document.Get(root, "apiVersion")), "/")
	kind := document.Text(document.Get(root, "kind"))
	found := images(root)
	if read, ok := forms[group+"/"+kind]; ok {
		found = append(found, read(root)...)
	}
	return found
}

// forms are the kinds that carry more than images, by API group: a version of the API does not
// change what they mean.
var forms = map[string]func(root *yaml.Node) []Found{
	"image.openshift.io/ImageStream":            imageStream,
	"image.openshift.io/ImageStreamTag":         imageStreamTag,
	"source.toolkit.fluxcd.io/GitRepository":    gitRepository,
	"source.toolkit.fluxcd.io/OCIRepository":    ociRepository,
	"source.toolkit.fluxcd.io/HelmChart":        helmChart,
	"helm.toolkit.fluxcd.io/HelmRelease":        helmRelease,
	"argoproj.io/Application":                   application,
	"argoproj.io/ApplicationSet":                applicationSet,
	"kustomize.toolkit.fluxcd.io/Kustomization": fluxKustomization,
}

// SaysVersion reports whether what stands under a key is a version by itself, without the name of what
// it is a version of.
func SaysVersion(key string) bool {
	switch key {
	case "tag", "digest", "version", "targetRevision", "semver", "branch", "commit", "newTag":
		return true
	}
	return false
}

// scalars keeps the nodes that are there.
func scalars(nodes ...*yaml.Node) []*yaml.Node {
	var there []*yaml.Node
	for _, node := range nodes {
		if document.Text(node) != "" {
			there = append(there, node)
		}
	}
	return there
}

// image reads an image reference.
func image(node *yaml.Node, part string) Found {
	a, version, err := artifact.ParseImage(strings.TrimSpace(document.Text(node)))
	if err != nil {
		return Found{Part: part, Scalars: scalars(node), Problem: "runs " + quoted(document.Text(node)) + ", which is no image reference"}
	}
	return Found{Artifact: a, Version: version, Part: part, Scalars: scalars(node)}
}

// quoted shows a scalar in a message, cut to a length that a message can take.
func quoted(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return `"` + text + `"`
}
