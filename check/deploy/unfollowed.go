package deploy

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// unfollowed are the kinds of other tools that have paths of a Git repository deployed, with where they say which. What those
// make of them is not followed: who points there is told.
var paths = map[string]func(spec *yaml.Node) []*yaml.Node{
	"fleet.cattle.io/GitRepo":                 func(spec *yaml.Node) []*yaml.Node { return document.Items(document.Get(spec, "paths")) },
	"configsync.gke.io/RootSync":              at("git", "dir"),
	"configsync.gke.io/RepoSync":              at("git", "dir"),
	"gitops.kluctl.io/KluctlDeployment":       at("source", "git", "path"),
	"kappctrl.k14s.io/App":                    func(spec *yaml.Node) []*yaml.Node { return each(spec, "fetch", "git", "subPath") },
	"config.projectsveltos.io/ClusterProfile": func(spec *yaml.Node) []*yaml.Node { return each(spec, "kustomizationRefs", "path") },
	"config.projectsveltos.io/Profile":        func(spec *yaml.Node) []*yaml.Node { return each(spec, "kustomizationRefs", "path") },
}

func at(keys ...string) func(spec *yaml.Node) []*yaml.Node {
	return func(spec *yaml.Node) []*yaml.Node { return []*yaml.Node{document.Get(spec, keys...)} }
}

func each(spec *yaml.Node, list string, keys ...string) []*yaml.Node {
	var found []*yaml.Node
	for _, item := range document.Items(document.Get(spec, list)) {
		found = append(found, document.Get(item, keys...))
	}
	return found
}

// unfollowed reads an object of another tool.
func (r *reading) unfollowed(w written) []*Deployer {
	var sources []Source
	for _, written := range paths[kindOf(w.root)](document.Get(w.root, "spec")) {
		dir, inside := inTree(document.Text(written))
		if document.Text(written) != "" && inside && r.tree.IsDir(dir) {
			sources = append(sources, Source{Name: dir, Path: dir, As: dir, Files: Files{Below: true}, Elsewhere: "what it makes of that is not followed"})
		}
	}
	if len(sources) == 0 {
		return nil
	}
	return []*Deployer{w.deployer(sources...)}
}
