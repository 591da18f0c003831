package unclaimed

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// source keeps where an object of Flux or Argo CD takes charts or manifests from: what is there has versions of its own, which
// the object does not say.
func (w *walker) source(root *yaml.Node) {
	spec := document.Get(root, "spec")
	switch document.Text(document.Get(root, "kind")) {
	case "HelmRelease":
		if ref := document.Get(spec, "chartRef"); ref != nil {
			w.addSource("spec.chart", ref)
		} else {
			w.addSource("spec.chart", document.Get(spec, "chart", "spec", "sourceRef"))
		}
		if document.Text(document.Get(spec, "chart", "spec", "sourceRef", "kind")) == "HelmRepository" { // its own files
			w.addAt("spec.chart.spec.valuesFiles", document.Items(document.Get(spec, "chart", "spec", "valuesFiles"))...)
		}
	case "Application":
		for _, source := range append(document.Items(document.Get(spec, "sources")), document.Get(spec, "source")) {
			if document.Get(source, "chart") != nil { // a chart's own files, beside those of this repository
				w.addAt("spec.source.helm.valueFiles", slices.DeleteFunc(slices.Clone(document.Items(document.Get(source, "helm", "valueFiles"))), IsReferred)...)
			}
		}
	case "GitRepository":
		for _, included := range document.Items(document.Get(spec, "include")) {
			w.included(included)
		}
	case "HelmChart", "Kustomization":
		w.addSource("spec.sourceRef", document.Get(spec, "sourceRef"))
	case "ArtifactGenerator":
		for _, source := range document.Items(document.Get(spec, "sources")) {
			w.addSource("spec.sources."+document.Text(document.Get(source, "alias")), source)
		}
	case "HelmRepository":
		if url := document.Get(spec, "url"); url != nil {
			w.add(place{path: "spec.url", line: url.Line}, strings.TrimRight(document.Text(url), "/"), Source) // with a slash or without
		}
	case "Bucket":
		w.addAt("spec.endpoint", document.Get(spec, "endpoint"), document.Get(spec, "bucketName"))
	}
}

// IsReferred reports whether a file of values is one of another source, or has an address of its own.
func IsReferred(file *yaml.Node) bool {
	return strings.HasPrefix(document.Text(file), "$") || strings.Contains(document.Text(file), "://")
}

// included keeps a repository of which files are laid over those of another.
func (w *walker) included(entry *yaml.Node) {
	text := func(keys ...string) string { return document.Text(document.Get(entry, keys...)) }
	if name := document.Get(entry, "repository", "name"); name != nil {
		at := place{path: "spec.include", line: name.Line}
		w.add(at, "GitRepository/"+document.Text(name)+" ("+text("fromPath")+" to "+text("toPath")+")", Directory)
	}
}

// addSource keeps a reference to a source.
func (w *walker) addSource(path string, ref *yaml.Node) {
	w.addAt(path, document.Get(ref, "kind"), document.Get(ref, "namespace"), document.Get(ref, "name"))
}

// addAt keeps an address that some nodes say together, at the place of the last of them.
func (w *walker) addAt(path string, nodes ...*yaml.Node) {
	var parts []string
	line := 0
	for _, node := range nodes {
		if text := document.Text(node); text != "" {
			parts, line = append(parts, text), node.Line
		}
	}
	if len(parts) > 0 {
		w.add(place{path: path, line: line}, strings.Join(parts, "/"), Source)
	}
}

// besideSource are the keys that say, beside an address, that charts or manifests are taken from there.
var besideSource = []string{"chart", "chartName", "chartVersion", "version", "targetRevision", "revision", "branch", "ref"}

// isRepository reports whether a key, and what stands beside it, say that an address is of a repository that charts or manifests
// are taken from. Where the directory there is said, that is told with it.
func isRepository(key string, beside map[string]string) bool {
	parts := split(key)
	if len(parts) > 1 && parts[len(parts)-1] == "url" {
		parts = parts[:len(parts)-1]
	}
	isOne := len(parts) > 0 && slices.Contains([]string{"repo", "repository", "url"}, parts[len(parts)-1])
	return isOne && (key != "repoURL" || beside["path"] == "") &&
		slices.ContainsFunc(besideSource, func(key string) bool { return beside[key] != "" })
}
