package deploy

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
)

// applications reads an Application of Argo CD, or those that a set generates.
func (r *reading) applications(w written) []*Deployer {
	if r.repo == nil {
		r.repo = r.self.Repo(r.tree)
		r.repo.Clusters = r.clusters()
	}
	deployed := argocd.Read(w.root, r.repo)
	var set *Set
	if w.text("kind") == "ApplicationSet" {
		set = &Set{ID: w.id(), Whole: len(deployed.Problems) == 0, Reads: deployed.Taken.Files, reads: map[string]bool{}}
		for _, file := range set.Reads {
			set.reads[file] = true
		}
		for _, w := range r.byKind[cluster] {
			if set.reads[w.file] {
				set.Names = append(set.Names, w.named())
			}
		}
	}
	var all []*Deployer
	for _, application := range deployed.Applications {
		if application.Others { // nobody knows whether there are any
			set.Others = true
			continue
		}
		d := r.application(w, application, deployed.Taken)
		d.Set = set
		switch {
		case len(d.Sources) > 0:
			all = append(all, d)
		case set != nil:
			set.Whole = false
		}
	}
	r.beyond = r.beyond || set != nil && (set.Others || !set.Whole)
	return all
}

// application reads an application that is written somewhere, itself or as a set.
func (r *reading) application(w written, application argocd.Application, taken argocd.Taken) *Deployer {
	of := written{root: application.Node, file: w.file}
	d := w.deployer()
	d.root = application.Node
	d.ID = ID{"Application", w.text("metadata", "namespace"), of.text("metadata", "name")}
	for _, text := range []string{d.Name, of.text("spec", "destination", "name"), of.text("spec", "destination", "namespace")} {
		if text != "" && !strings.Contains(text, "{{") {
			d.Says = append(d.Says, text)
		}
	}
	asks := application.Asks()
	d.Asks = &asks
	d.Keeps = of.text("spec", "syncPolicy", "automated", "prune") != "true"
	d.Whole = true
	for _, source := range application.Sources {
		a := argoSource{node: source.Node, others: application.Sources, only: document.Get(application.Node, "spec", "sources") == nil, name: d.Name, destination: of.text("spec", "destination", "namespace"), project: of.text("spec", "project")}
		for _, override := range source.Overrides {
			d.Reads = append(d.Reads, override.Path)
			if override.Root != nil {
				a.written = append(a.written, kustomization.Written{Path: override.Path, Root: override.Root, Settings: document.Get(override.Root, "kustomize")})
			}
		}
		a.written = append(a.written, kustomization.Written{
			Path: w.file, Root: w.root, Settings: document.Get(source.Node, "kustomize"), Origin: originIn(w.file, application, taken),
		})
		s, ok := r.source(a, path.Base(source.Part))
		if application.Unknown != "" && s.Elsewhere == "" {
			s.Elsewhere, s.Ours = "its set "+application.Unknown, true
		}
		if broken := slices.IndexFunc(source.Overrides, func(o argocd.Override) bool { return o.Broken }); broken >= 0 && s.Elsewhere == "" {
			s.Elsewhere, s.Ours = source.Overrides[broken].Path+" is laid over it, which is no YAML", true
		}
		if ok {
			d.Sources = append(d.Sources, s)
		}
		onlyValues := a.has("ref") && !a.has("path") && !a.has("chart")
		d.Whole = d.Whole && (ok && s.Elsewhere == "" || onlyValues)
	}
	return d
}

// clusters are the clusters of Argo CD whose Secrets are in the tree.
func (r *reading) clusters() []argocd.Cluster {
	var clusters []argocd.Cluster
	for _, w := range r.byKind[cluster] {
		clusters = append(clusters, argocd.Cluster{File: w.file, Object: w.root})
	}
	return clusters
}

// originIn finds where what an application says comes from that a set generates: the parameter that says it, else the
// template.
func originIn(file string, application argocd.Application, taken argocd.Taken) func(*yaml.Node, string) (string, *yaml.Node) {
	return func(scalar *yaml.Node, text string) (string, *yaml.Node) {
		for _, from := range application.Origins[scalar] {
			if strings.Contains(from.Value, text) {
				return cmp.Or(taken.FileOf(from), file), from
			}
		}
		return cmp.Or(taken.FileOf(scalar), file), scalar
	}
}

// argoSource is a source of an application, with what the application says of itself.
type argoSource struct {
	node                       *yaml.Node
	others                     []argocd.Source // that may have files for it, and itself
	only                       bool            // the application says it as its one source
	name, destination, project string
	written                    []kustomization.Written // the places that it is written in
}

func (a argoSource) has(key string) bool {
	value := document.Get(a.node, key)
	return value != nil && value.ShortTag() != yaml.NodeTagNull
}

// names reports whether the source says which tool makes of it what is deployed. Argo CD takes away what an only source says
// of a tool and leaves at its zero values; of several sources it looks at copies, and so leaves them as they are.
func (a argoSource) names(tool string) bool {
	return a.has(tool) && (tool == "plugin" || !a.only || !isZero(document.Get(a.node, tool)))
}

// isZero reports whether a setting says nothing that would be otherwise without it.
func isZero(node *yaml.Node) bool {
	switch {
	case node == nil:
		return true
	case document.IsMapping(node):
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !isZero(document.Get(node.Content[i+1])) {
				return false
			}
		}
		return true
	case node.Kind == yaml.SequenceNode:
		return len(node.Content) == 0
	}
	text := document.Text(node)
	return node.ShortTag() == yaml.NodeTagNull || text == "" || text == "false"
}

// fileOf is the file that a part of the source stands in: what is laid over the application may say it.
func (a argoSource) fileOf(node *yaml.Node) string {
	for _, written := range a.written {
		if isIn(node, written.Root) {
			return written.Path
		}
	}
	return a.written[len(a.written)-1].Path
}

// origin is the scalar that says what one of the source's does, and its file: a set may have put it there.
func (a argoSource) origin(scalar *yaml.Node) (string, *yaml.Node) {
	last := a.written[len(a.written)-1]
	if file := a.fileOf(scalar); file != last.Path || last.Origin == nil || scalar == nil {
		return file, scalar
	}
	return last.Origin(scalar, scalar.Value)
}

// firstScalar is the first scalar below a node; nil if there is none.
func firstScalar(node *yaml.Node) (first *yaml.Node) {
	document.Scalars(node, func(_ string, scalar *yaml.Node) bool {
		first = scalar
		return false
	})
	return first
}

// isIn reports whether a node is one of those below another.
func isIn(node, root *yaml.Node) bool {
	return node != nil && node == root || root != nil && slices.ContainsFunc(root.Content, func(child *yaml.Node) bool { return isIn(node, child) })
}

// source reads a source that is a path of this repository; false for what is none, and for one that only has values.
func (r *reading) source(a argoSource, name string) (Source, bool) {
	text := func(keys ...string) string { return document.Text(document.Get(a.node, keys...)) }
	dir, inside := inTree(text("path"))
	if text("path") == "" || text("chart") != "" || !inside || strings.Contains(dir, "{{") || !r.tree.IsDir(dir) {
		return Source{}, false
	}
	s := Source{Name: name, Path: dir, As: dir, From: a.from(), Edits: a.edits()}
	s.Elsewhere, s.Stands = r.otherThan(text("repoURL"), text("targetRevision")), r.standsAt(text("repoURL"), text("targetRevision"))
	s.Files = Files{
		Plain: a.names("directory"), Recurse: text("directory", "recurse") == "true",
		Include: text("directory", "include"), Exclude: text("directory", "exclude"),
		Jsonnet: r.hasJsonnet(dir) || !isZero(document.Get(a.node, "directory", "jsonnet")),
	}
	if s.Elsewhere != "" && s.Stands == "" {
		return s, true
	}
	if r.tool(a, dir) == "helm" {
		s.Edits = &Edits{Release: r.argoRelease(a, dir)}
	}
	if s.Elsewhere != "" {
		return s, true
	}
	s.Elsewhere = r.otherTool(a, dir)
	s.Ours = s.Elsewhere != ""
	return s, true
}

// otherTool says which tool makes what is deployed of a directory, where that is none that is followed.
func (r *reading) otherTool(a argoSource, dir string) string {
	switch tool := r.tool(a, dir); {
	case tool == "plugin":
		return "a plugin makes what it deploys of that"
	case tool == "helm" && !r.isChart(dir):
		return "Helm makes what it deploys of that, which is no chart"
	case a.edits() != nil && !r.isKustomization(dir):
		return "its settings are for Kustomize, which finds no kustomization file there"
	}
	return ""
}

// tool is what makes of a directory what is deployed: the one that the source names, else the one that the directory is for.
func (r *reading) tool(a argoSource, dir string) string {
	for _, tool := range []string{"plugin", "kustomize", "directory", "helm"} {
		if a.names(tool) {
			return tool
		}
	}
	switch {
	case r.isKustomization(dir):
		return "kustomize"
	case r.isChart(dir):
		return "helm"
	}
	return "directory"
}

func (r *reading) isChart(dir string) bool { return r.tree.IsFile(path.Join(dir, "Chart.yaml")) }

func (r *reading) isKustomization(dir string) bool {
	return slices.ContainsFunc(kustomization.Names, func(name string) bool { return r.tree.IsFile(path.Join(dir, name)) })
}

func (r *reading) hasJsonnet(dir string) bool {
	entries, err := r.tree.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e tree.DirEntry) bool { return path.Ext(e.Name) == ".jsonnet" })
}
