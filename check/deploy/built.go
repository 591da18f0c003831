package deploy

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
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

// note notes of a document whether it is one, with the objects that can be read of it.
func (c *content) note(text []byte, objects []*yaml.Node) {
	if !ofBuilt.Match(text) || !ofGroups.Match(text) && !hides(text) {
		return
	}
	c.deploys = true
	c.varies = c.varies || slices.ContainsFunc(objects, varies) || len(objects) == 0 && bytes.Contains(text, []byte("${"))
}

// varies reports whether a deployer has a variable in what it says, but for its own variables: what they are by then is known.
func varies(object *yaml.Node) bool {
	spec := document.Get(object, "spec")
	for i := 0; document.IsMapping(spec) && i+1 < len(spec.Content); i += 2 {
		if spec.Content[i].Value != "postBuild" && hasVariable(spec.Content[i+1]) {
			return true
		}
	}
	return hasVariable(document.Get(object, "metadata", "name")) || hasVariable(document.Get(object, "metadata", "namespace"))
}

func hasVariable(node *yaml.Node) bool {
	return node != nil && (strings.Contains(node.Value, "${") || hasVariable(node.Alias) || slices.ContainsFunc(node.Content, hasVariable))
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
