package deploy

import (
	"path"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/document"
)

// applications reads an Application of Argo CD, or those that a set generates.
func (r *reading) applications(w written) []*Deployer {
	if r.repo == nil {
		r.repo = &argocd.Repo{URLs: r.self.addresses(), Files: r.tree}
	}
	deployed := argocd.Read(w.root, r.repo)
	var all []*Deployer
	for _, application := range deployed.Applications {
		of := written{application.Node, w.file}
		d := w.deployer()
		d.ID = ID{"Application", w.text("metadata", "namespace"), of.text("metadata", "name")}
		if w.text("kind") == "ApplicationSet" {
			d.Reads = deployed.Taken.Files
		}
		for _, text := range []string{d.Name, of.text("spec", "destination", "name"), of.text("spec", "destination", "namespace")} {
			if text != "" && !strings.Contains(text, "{{") {
				d.Says = append(d.Says, text)
			}
		}
		for _, source := range application.Sources {
			if s, ok := r.source(source); ok {
				d.Sources = append(d.Sources, s)
			}
		}
		if len(d.Sources) > 0 {
			all = append(all, d)
		}
	}
	return all
}

// source reads a source that is a path of this repository; false for what is none, and for one that only has values.
func (r *reading) source(from argocd.Source) (Source, bool) {
	text := func(keys ...string) string { return document.Text(document.Get(from.Node, keys...)) }
	dir, inside := inTree(text("path"))
	if text("path") == "" || text("chart") != "" || !inside || strings.Contains(dir, "{{") || !r.isThere(dir) {
		return Source{}, false
	}
	s := Source{Name: path.Base(from.Part), Path: dir, Elsewhere: r.otherThan(text("repoURL"), text("targetRevision"))}
	directory := document.Get(from.Node, "directory")
	s.Files = Files{
		Plain: directory != nil, Recurse: text("directory", "recurse") == "true",
		Include: text("directory", "include"), Exclude: text("directory", "exclude"),
	}
	if s.Elsewhere == "" {
		s.Elsewhere = r.otherTool(from.Node, dir)
		s.Ours = s.Elsewhere != ""
	}
	return s, true
}

// otherTool says which tool makes what is deployed of a directory, where that is none that is followed.
func (r *reading) otherTool(source *yaml.Node, dir string) string {
	switch has := func(key string) bool { return document.Get(source, key) != nil }; {
	case has("plugin"):
		return "a plugin makes what it deploys of that"
	case has("kustomize"), has("directory"):
		return ""
	case has("helm"):
		return "Helm makes what it deploys of that, as a chart"
	}
	if found, err := r.tree.Resolve(path.Join(dir, "Chart.yaml")); err == nil && found.Entry.Mode.IsFile() {
		return "Helm makes what it deploys of that, as a chart"
	}
	return ""
}
