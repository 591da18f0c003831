package deploy

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/idle"
)

const (
	gitRepository     = "source.toolkit.fluxcd.io/GitRepository"
	artifactGenerator = "source.extensions.fluxcd.io/ArtifactGenerator"
	fluxInstance      = "fluxcd.controlplane.io/FluxInstance"
)

// kustomization reads Flux's object of that name.
func (r *reading) kustomization(w written) []*Deployer {
	dir, inside := inTree(w.text("spec", "path"))
	if !inside || strings.Contains(dir, "${") {
		return nil
	}
	ref := document.Get(w.root, "spec", "sourceRef")
	kind, name := document.Text(document.Get(ref, "kind")), document.Text(document.Get(ref, "name"))
	namespace := document.Text(document.Get(ref, "namespace"))
	if namespace == "" {
		namespace = w.text("metadata", "namespace")
	}
	sources := []Source{{Path: dir}}
	r.asked = nil
	switch kind {
	case "GitRepository":
		sources[0].Elsewhere, sources[0].Stands = r.elsewhere(w, namespace, name)
	case "ExternalArtifact":
		sources = r.artifact(w, namespace, name, dir)
	case "":
		sources[0].Elsewhere = "its source is not said"
	default:
		sources[0].Elsewhere = fmt.Sprintf("its source is %s %s, which is not followed", article(kind), name)
	}
	sources = slices.DeleteFunc(sources, func(s Source) bool { return !r.tree.IsDir(s.Path) })
	if len(sources) == 0 {
		return nil
	}
	d := w.deployer(sources...)
	d.Whole = len(sources) == 1 && sources[0].Elsewhere == ""
	for i := range d.Sources {
		s := &d.Sources[i]
		s.As, s.From, s.Edits, s.Files.Below = dir, fluxSource(ref), setBy(w), !s.Files.Plain
	}
	r.askedFor(d)
	d.reaches(document.Get(w.root, "spec", "kubeConfig"))
	d.Keeps, d.Forces = w.text("spec", "prune") != "true", w.text("spec", "force") == "true"
	return []*Deployer{d}
}

func article(kind string) string {
	if strings.HasPrefix(kind, "O") || strings.HasPrefix(kind, "E") {
		return "an " + kind
	}
	return "a " + kind
}

// elsewhere says why a source is not this repository at the branch that the change goes into; empty if it is. One that is
// nowhere in the tree was made when the cluster was, and is this one. stands says why it has not what this tree has by now, though
// it is this repository.
func (r *reading) elsewhere(by written, namespace, name string) (elsewhere, stands string) {
	if w, ok := r.called(by, gitRepository, namespace, name); ok {
		r.asked = append(r.asked, w.named())
		address, revision := w.text("spec", "url"), branchOf(document.Get(w.root, "spec", "ref"))
		stands = r.standsAt(address, revision)
		if why := idle.Of(w.root, document.Identify(w.root, w.file)).Why; stands == "" && why != "" && r.self.is(address) {
			stands = "has a source that stands still: " + why
		}
		return r.otherThan(address, revision), stands
	}
	for _, w := range r.ofKind(by, fluxInstance) {
		if syncName(w) == name {
			r.asked = append(r.asked, w.named())
			address, revision := w.text("spec", "sync", "url"), w.text("spec", "sync", "ref")
			return r.otherThan(address, revision), r.standsAt(address, revision)
		}
	}
	return "", ""
}

// branchOf is the revision that a reference of Flux stands for, by the key that counts.
func branchOf(ref *yaml.Node) string {
	for _, key := range []string{"commit", "name", "semver", "tag", "branch"} {
		if text := document.Text(document.Get(ref, key)); text != "" {
			return text
		}
	}
	return ""
}

// otherThan says why an address and a revision are not those of this repository; empty if they are.
func (r *reading) otherThan(address, revision string) string {
	switch {
	case !r.self.is(address):
		return fmt.Sprintf("its source, %s, is none of the addresses that this repository is known by", address)
	case !r.self.follows(revision):
		return fmt.Sprintf("its source is followed at %s, which is not the branch that the change goes into", revision)
	}
	return ""
}

// standsAt says that an address is this repository's and a revision not the branch that the change goes into; empty if not so.
func (r *reading) standsAt(address, revision string) string {
	if !r.self.is(address) || r.self.follows(revision) {
		return ""
	}
	return fmt.Sprintf("follows %s, which is not the branch that the change goes into", revision)
}

// syncName is what the source is called that an instance of Flux makes.
func syncName(w written) string {
	for _, name := range []string{w.text("spec", "sync", "name"), w.text("metadata", "namespace")} {
		if name != "" {
			return name
		}
	}
	return "flux-system"
}
