// Package deploy reads what tells a cluster to deploy paths of a repository: the objects of Flux and of Argo CD that a
// tree has in it as text. Where they are deployed themselves is for the layout to find out.
package deploy

import (
	"bytes"
	"cmp"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/document"
)

// ID names a deployer among those of one cluster.
type ID struct{ Kind, Namespace, Name string }

// Named is an object that a deployer names, and the file that it stands in.
type Named struct {
	ID
	File string
}

// Deployer is an object that has paths deployed.
type Deployer struct {
	ID
	File string // that it is written in
	Line int
	// Says are the texts in which it may name the environment itself: an Application's name and destination, what an object of
	// Flux reaches another cluster by. Others of Flux deploy to where they are.
	Says []string
	// Asks is by what Argo CD finds its sync windows; nil where it is none of Argo CD's.
	Asks *argocd.Asks
	// Remote is set where another cluster than its own gets what it deploys.
	Remote  bool
	Sources []Source
	// Keeps is set where it leaves in the cluster what its source does not have any more, Forces where it makes anew what a
	// cluster refuses to change.
	Keeps, Forces bool
	// Whole is set where it deploys nothing but those sources, and all of them are followed.
	Whole bool
	// Reads are files that decide, beside its own, what it deploys: a source may stand elsewhere, or have files that change it.
	Reads []string
	// Names are the objects that it names which say where its sources are.
	Names []Named
	// Set is what generates it; nil where it is written itself.
	Set *Set

	root *yaml.Node // the object
}

// reaches notes the cluster that gets what it deploys, where that is another than its own.
func (d *Deployer) reaches(kubeConfig *yaml.Node) {
	d.Remote = kubeConfig != nil
	for _, by := range []string{"secretRef", "configMapRef"} {
		if name := document.Text(document.Get(kubeConfig, by, "name")); name != "" {
			d.Says = append(d.Says, name)
		}
	}
}

// rendered are the fields of a deployer's specification, and of its sources, that what it deploys is rendered with: what they say
// shows there.
var rendered = []string{
	"kustomize", "helm", "targetRevision", "images", "patches", "patchesStrategicMerge", "patchesJson6902", "components", "postBuild",
	"targetNamespace", "namePrefix", "nameSuffix", "commonMetadata", "chart", "values", "valuesFrom", "postRenderers",
}

// SaysAlike reports whether another object, before or after a change, says the same of itself: what it points to, and how that is
// kept in step.
func (d *Deployer) SaysAlike(other *Deployer) bool { return bytes.Equal(d.says(), other.says()) }

func (d *Deployer) says() []byte {
	spec := document.Get(d.root, "spec")
	if spec == nil {
		return nil
	}
	said := asJSON(without(spec, rendered))
	annotations := document.Get(d.root, "metadata", "annotations")
	for i := 0; document.IsMapping(annotations) && i+1 < len(annotations.Content); i += 2 {
		if key := annotations.Content[i].Value; argocd.PicksImages(key) {
			said = append(said, "\n"+key+" "+document.Text(annotations.Content[i+1])...)
		}
	}
	return said
}

// Root is the object.
func (d *Deployer) Root() *yaml.Node { return d.root }

// without is a node without some fields, at any depth.
func without(node *yaml.Node, fields []string) *yaml.Node {
	node = document.Get(node)
	if node == nil || node.Kind == yaml.ScalarNode {
		return node
	}
	kept := *node
	kept.Content = nil
	for i, child := range node.Content {
		switch {
		case node.Kind != yaml.MappingNode:
			kept.Content = append(kept.Content, without(child, fields))
		case i%2 == 0 && !slices.Contains(fields, child.Value):
			kept.Content = append(kept.Content, child, without(node.Content[i+1], fields))
		}
	}
	return &kept
}

// Set is a set of applications.
type Set struct {
	ID
	// Whole is set where all that it generates is known.
	Whole bool
	// Others is set where it may generate more than the repository determines.
	Others bool
	// Reads are files that it is generated from, and Names the objects in them that say no more than what is generated.
	Reads []string
	Names []Named

	reads map[string]bool
}

// Source is a path that a deployer takes in.
type Source struct {
	Name  string // tells it from the deployer's others
	Path  string // in the tree; "." is the top
	As    string // the path as the deployer says it, where its source is not the tree itself
	From  string // where that is, as the deployer says it
	Files Files
	// Within is set where what is made of the path is deployed together with the deployer's own object, and says what that
	// says once it is deployed.
	Within bool
	// Elsewhere says why the path is not that of this tree, though there is one of that name, or is not followed: a clause
	// about the deployer. Empty where it is followed.
	Elsewhere string
	// Stands says why it has not what this tree has by now, though it is of this repository: a clause about the deployer. Empty
	// where it has, as far as is known.
	Stands string
	// Ours is set where it is this tree's all the same, and not followed.
	Ours bool
	// Edits is what is changed of what is there before it is deployed; nil: nothing.
	Edits *Edits
}

// Same reports whether another takes in the same, by whatever name, and whatever is changed of it.
func (s Source) Same(other Source) bool {
	isChart := (s.Edits.Made() == nil) == (other.Edits.Made() == nil)
	s.Edits, other.Edits = nil, nil
	s.From, other.From = "", ""
	s.Stands, other.Stands = "", ""
	return s == other && isChart
}

// Files says which files of a directory without a kustomization are deployed.
type Files struct {
	// Below is set for all that Flux finds: everything below, where a directory with a kustomization is taken whole.
	Below bool
	// Plain is set where a kustomization counts for nothing.
	Plain bool
	// Recurse, Include and Exclude are Argo CD's for a plain directory.
	Recurse          bool
	Include, Exclude string
	// Jsonnet is set where there is some, too, of which only Argo CD can make objects.
	Jsonnet bool
}

// Written are the files that say what it deploys.
func (d *Deployer) Written() []string {
	files := append([]string{d.File}, d.Reads...)
	if d.Set != nil {
		files = append(files, d.Set.Reads...)
	}
	return files
}

// Installs reports whether a path decides what a chart is made of that it installs where it is itself.
func (d *Deployer) Installs(file string) bool {
	return slices.ContainsFunc(d.Sources, func(s Source) bool {
		r := s.Edits.Made()
		return s.Within && s.Elsewhere == "" && r != nil && (d.IsWrittenIn(file) || r.Has(file))
	})
}

// IsWrittenIn reports whether a file is one of those that say what it deploys.
func (d *Deployer) IsWrittenIn(file string) bool {
	return d.File == file || slices.Contains(d.Reads, file) || d.Set != nil && d.Set.reads[file]
}

func (d *Deployer) compare(other *Deployer) int {
	return cmp.Or(cmp.Compare(d.File, other.File), cmp.Compare(d.Line, other.Line), cmp.Compare(d.Kind, other.Kind), cmp.Compare(d.Namespace, other.Namespace), cmp.Compare(d.Name, other.Name))
}
