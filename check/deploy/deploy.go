// Package deploy reads what tells a cluster to deploy paths of a repository: the objects of Flux and of Argo CD that a
// tree has in it as text. Where they are deployed themselves is for the layout to find out.
package deploy

import "cmp"

// ID names a deployer among those of one cluster.
type ID struct{ Kind, Namespace, Name string }

// Deployer is an object that has paths deployed.
type Deployer struct {
	ID
	File string // that it is written in
	Line int
	// Says are the texts in which it may name the environment itself: an Application's name and destination. Flux has
	// none; its objects deploy to where they are.
	Says []string
	// Remote is set where another cluster than its own gets what it deploys.
	Remote  bool
	Sources []Source
	// Reads are files that decide, beside its own, what it deploys: an ApplicationSet may be generated from some, and a
	// source stand elsewhere.
	Reads []string
}

// Source is a path that a deployer takes in.
type Source struct {
	Name  string // tells it from the deployer's others
	Path  string // in the tree; "." is the top
	Files Files
	// Elsewhere says why the path is not that of this tree, though there is one of that name, or is not followed: a clause
	// about the deployer. Empty where it is followed.
	Elsewhere string
	// Ours is set where it is this tree's all the same, and not followed.
	Ours bool
	// Edits is what is changed of what is there before it is deployed; nil: nothing.
	Edits *Edits
}

// Same reports whether another takes in the same, whatever is changed of it.
func (s Source) Same(other Source) bool {
	s.Edits, other.Edits = nil, nil
	return s == other
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
}

// Written are the files that say what it deploys.
func (d *Deployer) Written() []string { return append([]string{d.File}, d.Reads...) }

func (d *Deployer) compare(other *Deployer) int {
	return cmp.Or(cmp.Compare(d.File, other.File), cmp.Compare(d.Line, other.Line), cmp.Compare(d.Kind, other.Kind), cmp.Compare(d.Namespace, other.Namespace), cmp.Compare(d.Name, other.Name))
}
