package state

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/unclaimed"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// elsewhere are the directories of other repositories that Flux is told to deploy, and those that a set of applications does, and
// what decides beside them what these deploy.
func (c *collector) elsewhere(o *observed) []Text {
	if o.kept.Group == "argoproj.io" {
		return c.sourcesElsewhere(o)
	}
	spec := document.Get(o.root, "spec")
	switch o.kept.Group + "/" + o.kept.Kind {
	case "kustomize.toolkit.fluxcd.io/Kustomization":
		return c.directoryOf("spec.path", spec, "path")
	case "source.toolkit.fluxcd.io/HelmChart":
		return c.directoryOf("spec.chart", spec, "chart")
	case "helm.toolkit.fluxcd.io/HelmRelease":
		return c.directoryOf("spec.chart.spec.chart", document.Get(spec, "chart", "spec"), "chart")
	}
	return nil
}

// directoryOf is the directory that something is taken from, if it is one of a source that is elsewhere.
func (c *collector) directoryOf(name string, spec *yaml.Node, key string) []Text {
	at, source := document.Get(spec, key), document.Get(spec, "sourceRef")
	kind := document.Text(document.Get(source, "kind"))
	if at == nil || source == nil || kind == "HelmRepository" {
		return nil
	}
	dir := path.Clean(strings.TrimPrefix(document.Text(at), "/"))
	if strings.Contains(dir, "${") || c.tree.IsDir(dir) {
		return nil
	}
	from := kind + "/" + document.Text(document.Get(source, "name"))
	texts := []Text{{Text: unclaimed.Text{Path: name, Value: from + "//" + dir, Kind: unclaimed.Directory, Line: at.Line}}}
	return choice(texts, name+".valuesFiles", document.Get(spec, "valuesFiles"))
}

// sourcesElsewhere are the directories of sources that a set of applications has, and what decides beside them what sources deploy
// that are not followed: which values of theirs a chart gets, what a program makes of them, and what generates them.
func (c *collector) sourcesElsewhere(o *observed) []Text {
	if o.deployed == nil {
		return nil
	}
	var texts []Text
	isSet, isOpen := o.kept.Kind == "ApplicationSet", false
	for _, application := range o.deployed.Applications {
		isOpen = isOpen || isSet && !isFilled(application.Node)
		for _, source := range application.Sources {
			if isSet && document.Text(document.Get(source.Node, "path")) != "" {
				texts = append(texts, Text{Text: unclaimed.Text{Path: source.Part + ".path", Value: unclaimed.TakenFrom(source.Node), Kind: unclaimed.Directory}})
			}
			if c.settings.Follows != nil && c.settings.Follows(application.Node, source.Node) {
				continue
			}
			texts = choice(texts, source.Part+".helm.valueFiles", c.filesElsewhere(application, source))
			texts = choice(texts, source.Part+".kustomize.patches", patchesByPath(source))
			for _, keys := range [][]string{{"plugin"}, {"directory", "jsonnet"}, {"directory", "recurse"}, {"helm", "fileParameters"}} {
				texts = choice(texts, source.Part+"."+strings.Join(keys, "."), document.Get(source.Node, keys...))
			}
			if document.Get(source.Node, "chart") == nil && !c.settings.Repo.Has(source.Node) {
				texts = choice(texts, source.Part+".helm.valueFiles", ownFiles(document.Get(source.Node, "helm", "valueFiles")))
			}
		}
	}
	isTold := slices.ContainsFunc(c.Unresolved, func(u Unresolved) bool { return u.Slot.Object == o.key })
	if isOpen && !isTold { // what is filled in is known nowhere here
		texts = choice(texts, "spec.generators", document.Get(o.root, "spec", "generators"))
		texts = choice(texts, "spec.templatePatch", document.Get(o.root, "spec", "templatePatch"))
	}
	return texts
}

// filesElsewhere are the files of values of a source that are at an address of their own, or in a repository elsewhere that another
// source of the application is; nil where it has none.
func (c *collector) filesElsewhere(application argocd.Application, source argocd.Source) *yaml.Node {
	return list(document.Items(document.Get(source.Node, "helm", "valueFiles")), func(file *yaml.Node) bool {
		text := document.Text(file)
		reference, _, refers := strings.Cut(strings.TrimPrefix(text, "$"), "/")
		return strings.Contains(text, "://") || refers && strings.HasPrefix(text, "$") && slices.ContainsFunc(application.Sources, func(other argocd.Source) bool {
			return document.Text(document.Get(other.Node, "ref")) == reference && !c.settings.Repo.Has(other.Node)
		})
	})
}

// patchesByPath are the patches of a source that are files of it; nil where it has none.
func patchesByPath(source argocd.Source) *yaml.Node {
	return list(document.Items(document.Get(source.Node, "kustomize", "patches")), func(patch *yaml.Node) bool {
		return document.Text(document.Get(patch, "path")) != ""
	})
}

// list is a list of some nodes; nil where none is one of those.
func list(nodes []*yaml.Node, isOne func(*yaml.Node) bool) *yaml.Node {
	of := &yaml.Node{Kind: yaml.SequenceNode}
	for _, node := range nodes {
		if isOne(node) {
			of.Content, of.Line = append(of.Content, node), node.Line
		}
	}
	if len(of.Content) == 0 {
		return nil
	}
	return of
}

// ownFiles are those of the files of values that are the source's own, and no other source's; nil where it has none.
func ownFiles(files *yaml.Node) *yaml.Node {
	return list(document.Items(files), func(file *yaml.Node) bool { return !unclaimed.IsReferred(file) })
}

// isFilled reports whether nothing is left to be filled into what a set has generated.
func isFilled(application *yaml.Node) bool {
	filled := true
	document.Scalars(application, func(_ string, scalar *yaml.Node) bool {
		filled = filled && !strings.Contains(scalar.Value, "{{")
		return filled
	})
	return filled
}
