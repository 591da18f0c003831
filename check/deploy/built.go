package deploy

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Object is one that something builds, and the file that a person would look for it in; empty where that is not known.
type Object struct {
	Root *yaml.Node
	File string
}

// Kinds are those of the objects that have paths deployed, and that are read once they are built where something may change
// them: releases say in their own objects what they install.
var Kinds = []string{"Kustomization", "FluxInstance", "Application", "ApplicationSet"}

// IsRead reports whether an object has to do with deploying.
func IsRead(root *yaml.Node) bool {
	kind := kindOf(root)
	_, ok := readers[kind]
	return ok && kind != "helm.toolkit.fluxcd.io/HelmRelease"
}

// ofBuilt is the line of a document that says one of those kinds.
var ofBuilt = regexp.MustCompile(`kind["']?\s*:\s*["']?(?:` + strings.Join(Kinds, "|") + `)\b`)

// Deploying are the files of a tree that have deployers in them, be they objects or what a template makes into some.
type Deploying struct {
	Files  []string
	Varied []string // those in which they have variables
}

// note notes of a document whether it is one, and whether it has variables.
func (c *content) note(document []byte) {
	if ofBuilt.Match(document) && ofGroups.Match(document) {
		c.deploys, c.varies = true, c.varies || bytes.Contains(document, []byte("${"))
	}
}

// Built reads the deployers among objects that something builds from some of the tree's files. What they name may be among
// them, or stand in the tree. reads are all files that decide what they are.
func (f *Found) Built(objects []Object, isFrom func(file string) bool, main string, reads []string) []*Deployer {
	in := &reading{Reader: f.in.Reader, tree: f.in.tree, byKind: map[string][]written{}}
	for _, object := range objects {
		w := written{root: unplaced(object.Root), file: object.File}
		if was, ok := f.writtenAs(w, isFrom); ok {
			w.file, w.line = was.file, was.deployer().Line
		}
		if w.file == "" {
			w.file = main
		}
		kind := kindOf(object.Root)
		in.written, in.byKind[kind] = append(in.written, w), append(in.byKind[kind], w)
	}
	for kind, all := range f.in.byKind {
		in.byKind[kind] = append(in.byKind[kind], all...)
	}
	all := in.deployers()
	for _, d := range all {
		d.Reads = slices.Compact(slices.Sorted(slices.Values(append(d.Reads, reads...))))
	}
	return all
}

// unplaced is a node that is in no file: what is built has the lines of nothing.
func unplaced(node *yaml.Node) *yaml.Node {
	if node == nil {
		return nil
	}
	copied := *node
	copied.Line, copied.Column, copied.Alias, copied.Content = 0, 0, unplaced(node.Alias), nil
	for _, child := range node.Content {
		copied.Content = append(copied.Content, unplaced(child))
	}
	return &copied
}

// writtenAs is the object of a file that one is built from: what builds it may give its name another beginning and end.
func (f *Found) writtenAs(w written, isFrom func(file string) bool) (best written, ok bool) {
	for _, was := range f.in.byKind[kindOf(w.root)] {
		name := was.text("metadata", "name")
		if name != "" && strings.Contains(w.text("metadata", "name"), name) && isFrom(was.file) && (!ok || len(name) > len(best.text("metadata", "name"))) {
			best, ok = was, true
		}
	}
	return best, ok
}
