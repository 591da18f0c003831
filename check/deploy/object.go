package deploy

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// Said is what a deployer says of one of its sources.
type Said struct {
	Kind  string
	Path  string // as it says it, from the top; of a release, its namespace and name
	Edits string // the key of what it puts into a kustomization
}

// Said is what the deployer says of a source.
func (d *Deployer) Said(s Source) Said {
	if s.As == "" {
		return Said{Kind: d.Kind, Path: d.Namespace + "/" + d.Name}
	}
	return Said{d.Kind, s.As, s.Edits.kustomKey()}
}

// SaidBy is what an object says of a source that it has: a node within an Application, or the specification of what has but
// one. It is false where that is no path.
func SaidBy(object, source *yaml.Node) (Said, bool) {
	w := written{root: object}
	kind := w.text("kind")
	if kind == "HelmRelease" {
		return Said{Kind: kind, Path: w.text("metadata", "namespace") + "/" + w.text("metadata", "name")}, true
	}
	dir, inside := inTree(document.Text(document.Get(source, "path")))
	switch {
	case !inside:
		return Said{}, false
	case kind == "Kustomization":
		return Said{kind, dir, setBy(w).kustomKey()}, true
	case kind != "Application" || document.Text(document.Get(source, "path")) == "":
		return Said{}, false
	}
	a := argoSource{
		node: source, name: w.text("metadata", "name"), destination: w.text("spec", "destination", "namespace"), project: w.text("spec", "project"),
	}
	return Said{kind, dir, a.edits().kustomKey()}, true
}
