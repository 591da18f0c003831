package deploy

import (
	"cmp"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/giturl"
)

// sourceKinds are the kinds of objects that Flux takes something from, by their groups.
var sourceKinds = map[string]string{
	"GitRepository":  gitRepository,
	"OCIRepository":  "source.toolkit.fluxcd.io/OCIRepository",
	"HelmRepository": "source.toolkit.fluxcd.io/HelmRepository",
	"Bucket":         "source.toolkit.fluxcd.io/Bucket",
	"HelmChart":      helmChart,
}

// deciding are the fields of sources that decide, beside their address and revision, what is taken from them.
var deciding = []string{
	"include", "ignore", "sparseCheckout", "layerSelector", "endpoint", "bucketName", "prefix", "chart", "version", "sourceRef", "valuesFiles",
}

// Own is what stands for this repository, at the branch that the change goes into.
const Own = "this repository"

// StandsFor is what a source of Flux stands for that something names which lies near a path: two names of one address are the
// same. Empty where the tree has no such object.
func (f *Found) StandsFor(source ID, near string) string {
	if f == nil {
		return ""
	}
	by := written{file: near}
	if source.Kind == "ExternalArtifact" {
		return f.generated(by, source)
	}
	if w, ok := f.in.called(by, sourceKinds[source.Kind], source.Namespace, source.Name); ok {
		return f.in.decided(w)
	}
	if source.Kind == "GitRepository" {
		for _, w := range f.in.ofKind(by, fluxInstance) {
			if syncName(w) == source.Name {
				return f.in.at(source.Kind, w.text("spec", "sync", "url"), document.Get(w.root, "spec", "sync", "ref"), w.text("spec", "sync", "ref"))
			}
		}
	}
	return ""
}

// generated is what an artifact stands for that is put together of others. What is made of this repository alone is followed
// there.
func (f *Found) generated(by written, source ID) string {
	for _, w := range f.in.ofKind(by, artifactGenerator) {
		for _, artifact := range document.Items(document.Get(w.root, "spec", "artifacts")) {
			if document.Text(document.Get(artifact, "name")) != source.Name || !w.isIn(source.Namespace) {
				continue
			}
			is := []string{source.Kind + " " + string(asJSON(artifact))}
			isOwn := true
			for _, from := range document.Items(document.Get(w.root, "spec", "sources")) {
				text := func(key string) string { return document.Text(document.Get(from, key)) }
				name := ID{text("kind"), cmp.Or(text("namespace"), w.text("metadata", "namespace")), text("name")}
				one := ""
				if name.Kind != source.Kind { // which may be the very same
					one = f.StandsFor(name, w.file)
				}
				isOwn = isOwn && (one == Own || one == "" && name.Kind == "GitRepository")
				is = append(is, text("alias")+" "+cmp.Or(one, fmt.Sprint(name)))
			}
			if isOwn {
				return Own
			}
			return strings.Join(is, "\n")
		}
	}
	return ""
}

// decided is what a source's own object says.
func (r *reading) decided(w written) string {
	kind, spec := w.text("kind"), document.Get(w.root, "spec")
	ref := document.Get(spec, "ref")
	said := []string{r.at(kind, document.Text(document.Get(spec, "url")), ref, branchOf(ref))}
	for _, field := range deciding {
		if node := document.Get(spec, field); node != nil {
			said = append(said, field+" "+string(asJSON(node)))
		}
	}
	return strings.Join(said, "\n")
}

// at is an address at a revision.
func (r *reading) at(kind, address string, ref *yaml.Node, revision string) string {
	if kind != "GitRepository" {
		return kind + " " + strings.TrimRight(address, "/") + " " + string(asJSON(ref))
	}
	if r.otherThan(address, revision) == "" {
		return Own
	}
	if repository := giturl.Parse(address).Repository(); repository != "" {
		address = repository
	}
	return kind + " " + address + " " + string(asJSON(ref))
}
