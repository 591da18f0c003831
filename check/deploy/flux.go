package deploy

import (
	"fmt"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

const (
	gitRepository     = "source.toolkit.fluxcd.io/GitRepository"
	artifactGenerator = "source.extensions.fluxcd.io/ArtifactGenerator"
	secret            = "v1/Secret"
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
	source := Source{Path: dir, As: dir, Files: Files{Below: true}, Edits: setBy(w)}
	r.asked = nil
	switch kind {
	case "GitRepository":
		source.Elsewhere = r.elsewhere(w, namespace, name)
	case "ExternalArtifact":
		source.Path, source.Elsewhere = r.artifact(w, namespace, name, dir)
	case "":
		source.Elsewhere = "its source is not said"
	default:
		source.Elsewhere = fmt.Sprintf("its source is %s %s, which is not followed", article(kind), name)
	}
	if !r.tree.IsDir(source.Path) {
		return nil
	}
	d := w.deployer(source)
	d.Whole = source.Elsewhere == ""
	d.Reads = r.asked
	d.Remote = document.Get(w.root, "spec", "kubeConfig") != nil
	return []*Deployer{d}
}

func article(kind string) string {
	if strings.HasPrefix(kind, "O") || strings.HasPrefix(kind, "E") {
		return "an " + kind
	}
	return "a " + kind
}

// elsewhere says why a source is not this repository at the branch that the change goes into; empty if it is. One that is
// nowhere in the tree was made when the cluster was, and is this one.
func (r *reading) elsewhere(by written, namespace, name string) string {
	for _, w := range r.ofKind(by, gitRepository) {
		if w.text("metadata", "name") == name && w.isIn(namespace) {
			r.asked = append(r.asked, w.file)
			return r.otherThan(w.text("spec", "url"), branchOf(document.Get(w.root, "spec", "ref")))
		}
	}
	for _, w := range r.ofKind(by, fluxInstance) {
		if syncName(w) == name {
			r.asked = append(r.asked, w.file)
			return r.otherThan(w.text("spec", "sync", "url"), w.text("spec", "sync", "ref"))
		}
	}
	return ""
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

// syncName is what the source is called that an instance of Flux makes.
func syncName(w written) string {
	for _, name := range []string{w.text("spec", "sync", "name"), w.text("metadata", "namespace")} {
		if name != "" {
			return name
		}
	}
	return "flux-system"
}

// artifact finds the directory of the tree that a path of a generated artifact is copied from, and says why it cannot be
// told, or is none of this tree.
func (r *reading) artifact(by written, namespace, name, dir string) (from, elsewhere string) {
	for _, generator := range r.ofKind(by, artifactGenerator) {
		for _, artifact := range document.Items(document.Get(generator.root, "spec", "artifacts")) {
			if document.Text(document.Get(artifact, "name")) == name && generator.isIn(namespace) {
				r.asked = append(r.asked, generator.file)
				return r.copied(generator, document.Items(document.Get(artifact, "copy")), dir)
			}
		}
	}
	return dir, fmt.Sprintf("its source is an ExternalArtifact %s, which nothing here generates", name)
}

// copied finds a path in what a generator copies. What is copied later goes over what was before.
func (r *reading) copied(generator written, copies []*yaml.Node, dir string) (from, elsewhere string) {
	for i := len(copies) - 1; i >= 0; i-- {
		source, into, ok := copiedFrom(copies[i])
		if !ok {
			continue
		}
		rest, within := below(dir, into)
		if !within {
			continue
		}
		alias, inside, _ := strings.Cut(strings.TrimPrefix(source, "@"), "/")
		for _, s := range document.Items(document.Get(generator.root, "spec", "sources")) {
			if document.Text(document.Get(s, "alias")) != alias {
				continue
			}
			from := path.Join(".", inside, rest)
			if kind := document.Text(document.Get(s, "kind")); kind != "GitRepository" {
				return from, fmt.Sprintf("its source is generated from %s, which is not followed", article(kind))
			}
			namespace := document.Text(document.Get(s, "namespace"))
			if namespace == "" {
				namespace = generator.text("metadata", "namespace")
			}
			return from, r.elsewhere(generator, namespace, document.Text(document.Get(s, "name")))
		}
	}
	return dir, "its path is put together of several, which is not followed"
}

// copiedFrom is what one step copies: the directory that is copied, and where to. With /** it is what the directory has in
// it, else the directory itself.
func copiedFrom(step *yaml.Node) (from, into string, ok bool) {
	from, whole := strings.CutSuffix(document.Text(document.Get(step, "from")), "/**")
	into, named := strings.CutPrefix(document.Text(document.Get(step, "to")), "@artifact")
	if !named || !strings.HasPrefix(from, "@") || strings.ContainsAny(from, "*?[{") {
		return "", "", false
	}
	into, _ = inTree(into)
	if from = strings.TrimSuffix(from, "/"); !whole {
		into = path.Join(into, path.Base(from))
	}
	return from, into, true
}

// below is what is left of a path below a directory.
func below(p, dir string) (string, bool) {
	if dir == "." || p == dir {
		return strings.TrimPrefix(strings.TrimPrefix(p, dir), "/"), true
	}
	return strings.CutPrefix(p, dir+"/")
}
