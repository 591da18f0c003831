package argocd

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Override is a file beside what a source deploys that changes the source.
type Override struct {
	Path string
	Root *yaml.Node // what it says; nil where there is no such file, or none that can be read
	// Broken is set where it is there and no YAML.
	Broken bool
}

// overridden is a source with what files beside what it deploys change of it: one for all applications, then one for the
// application alone. What they take away stays all the same, and so does where the source is.
func (r *reading) overridden(source *yaml.Node, application *yaml.Node) (*yaml.Node, []Override, []Problem) {
	dir := document.Text(document.Get(source, "path"))
	if dir == "" || strings.Contains(dir, "{{") || !r.isHere(source) {
		return source, nil, nil
	}
	var overrides []Override
	var problems []Problem
	for _, name := range r.overrideNames(path.Join(".", strings.TrimLeft(dir, "/")), application) {
		roots, err := r.readIfThere(name)
		if err != nil {
			problems = append(problems, Problem{"/" + path.Base(name), nil, "is changed by " + name + ", which cannot be read: " + err.Error()})
		}
		override := Override{Path: name, Broken: err != nil}
		if len(roots) > 0 && document.IsMapping(roots[0]) {
			override.Root = roots[0]
			source = document.Merge(source, changing(roots[0], document.Get(source, "helm", "valuesObject")))
		}
		overrides = append(overrides, override)
	}
	slices.Reverse(overrides)
	return source, overrides, problems
}

// overrideNames are the files that may change a source of an application. One in another namespace than Argo CD's own is
// called by that, too.
func (r *reading) overrideNames(dir string, application *yaml.Node) []string {
	text := func(key string) string { return document.Text(document.Get(application, "metadata", key)) }
	names := []string{path.Join(dir, ".argocd-source.yaml")}
	name, namespace := text("name"), text("namespace")
	if name == "" || strings.Contains(name, "{{") {
		return names
	}
	own := path.Join(dir, ".argocd-source-"+name+".yaml")
	if namespace == "" || namespace == "argocd" || strings.Contains(namespace, "{{") {
		return append(names, own)
	}
	elsewhere := path.Join(dir, ".argocd-source-"+namespace+"_"+name+".yaml")
	if _, err := r.repo.Files.ReadFile(elsewhere); err == nil {
		own, elsewhere = elsewhere, own
	}
	r.Taken.Files = append(r.Taken.Files, elsewhere)
	return append(names, own)
}

// whereItIs are the fields of a source that no file changes.
var whereItIs = []string{"repoURL", "path", "targetRevision", "chart"}

// changing is what of an override has an effect: Argo CD lays it over what it has read already, where what is null changes
// nothing, but for an object of values, which it reads anew: there it takes away what the source had.
func changing(override, values *yaml.Node) *yaml.Node {
	given := document.Get(override, "helm", "valuesObject")
	override = withoutNews(override, nil)
	if document.IsMapping(given) {
		override = document.Merge(override, document.Below([]string{"helm", "valuesObject"}, withoutNews(given, values)))
	}
	kept := *override
	kept.Content = nil
	for content := override.Content; len(content) > 1; content = content[2:] {
		if !slices.Contains(whereItIs, content[0].Value) {
			kept.Content = append(kept.Content, content[:2]...)
		}
	}
	return &kept
}

// withoutNews is what is laid over some values, without nulls for what those have not.
func withoutNews(over, values *yaml.Node) *yaml.Node {
	over = document.Get(over)
	if !document.IsMapping(over) {
		return over
	}
	kept := *over
	kept.Content = nil
	for content := over.Content; len(content) > 1; content = content[2:] {
		under := document.Get(values, content[0].Value)
		if under != nil || document.Get(content[1]).ShortTag() != yaml.NodeTagNull {
			kept.Content = append(kept.Content, content[0], withoutNews(content[1], under))
		}
	}
	return &kept
}

// readIfThere is like read for a file that need not be there.
func (r *reading) readIfThere(name string) ([]*yaml.Node, error) {
	roots, err := r.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return roots, err
}
