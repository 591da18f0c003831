package deploy

import (
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// Pointing is how a deployer points to one of its sources, in its own words. What builds a deployer may call it something else,
// and mostly leaves this as it is written.
type Pointing struct {
	Kind  string
	From  string // where the path is: an address and a revision, or the object that has them
	Path  string // from the top
	Edits string // the key of what it puts into a kustomization
}

// Pointing is how the deployer points to a source.
func (d *Deployer) Pointing(s Source) Pointing {
	return Pointing{d.Kind, s.From, s.As, s.Edits.kustomKey()}
}

// PointingOf is how an object points to a source that it has: a node within an Application, or the specification of what has but
// one. It is false where that is no path.
func PointingOf(object, source *yaml.Node) (Pointing, bool) {
	w := written{root: object}
	kind := w.text("kind")
	if kind == "HelmRelease" {
		from, dir, ok := chartOf(w)
		return Pointing{Kind: kind, From: from, Path: dir}, ok
	}
	dir, inside := inTree(document.Text(document.Get(source, "path")))
	switch {
	case !inside:
		return Pointing{}, false
	case kind == "Kustomization":
		return Pointing{kind, fluxSource(document.Get(source, "sourceRef")), dir, setBy(w).kustomKey()}, true
	case kind != "Application" || document.Text(document.Get(source, "path")) == "":
		return Pointing{}, false
	}
	a := argoSource{
		node: source, name: w.text("metadata", "name"), destination: w.text("spec", "destination", "namespace"), project: w.text("spec", "project"),
	}
	return Pointing{kind, a.from(), dir, a.edits().kustomKey()}, true
}

// chartOf is where a release of Flux takes its chart from, and which: false where that is nothing that a Git repository has. Of
// an object that says it in the release's place, it is that object.
func chartOf(w written) (from, dir string, ok bool) {
	if ref := document.Get(w.root, "spec", "chartRef"); document.Text(document.Get(ref, "kind")) == "HelmChart" {
		return fluxSource(ref), "", true
	}
	template := document.Get(w.root, "spec", "chart", "spec")
	ref := document.Get(template, "sourceRef")
	dir, inside := inTree(document.Text(document.Get(template, "chart")))
	return fluxSource(ref), dir, inside && document.Text(document.Get(ref, "kind")) == "GitRepository"
}

// fluxSource is an object that one of Flux names as its source.
func fluxSource(ref *yaml.Node) string {
	text := func(key string) string { return document.Text(document.Get(ref, key)) }
	return path.Join(text("kind"), text("namespace"), text("name"))
}

// from is the address and the revision of a source.
func (a argoSource) from() string {
	text := func(key string) string { return document.Text(document.Get(a.node, key)) }
	return strings.TrimSpace(text("repoURL")) + "@" + text("targetRevision")
}

// Written is the deployer that a release of Flux is, among those that are written in the files which it is built from; nil where
// it is none of them. It points to the same chart, or is called the same, or alike for a chart at the same path. Of several, it is
// the one that is called most like it: what builds it may give its name another beginning and end.
func Written(release *yaml.Node, among []*Deployer) (best *Deployer) {
	id := written{root: release}.id()
	pointing, points := PointingOf(release, nil)
	var most [3]int
	for _, d := range among {
		if d.Kind != id.Kind || len(d.Sources) == 0 {
			continue
		}
		var is [3]int
		if points && d.Pointing(d.Sources[0]) == pointing {
			is[0] = 1
		}
		if d.Name == id.Name && (d.Namespace == id.Namespace || d.Namespace == "") {
			is[1] = 1
		}
		if is != [3]int{} || points && d.Sources[0].As == pointing.Path {
			is[2] = lengthIn(id.Name, d.Name)
		}
		if slices.Compare(is[:], most[:]) > 0 {
			best, most = d, is
		}
	}
	return best
}

// lengthIn is how long a text is, if it is in another.
func lengthIn(text, part string) int {
	if strings.Contains(text, part) {
		return len(part)
	}
	return 0
}
