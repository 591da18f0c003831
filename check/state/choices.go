package state

import (
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/render"
	"github.com/promocheck/promocheck/check/unclaimed"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// numbered is how operations of a patch are told apart that change the same place.
var numbered = regexp.MustCompile(`#\d+`)

// whereOf is the place at which something that is not rendered gets a version. Another place is another container that runs it.
func whereOf(a artifact.Artifact, target *yaml.Node, part string) Text {
	where := numbered.ReplaceAllString(part, "")
	if target != nil {
		where = unclaimed.InOneLine(target) + " " + where
	}
	return Text{Text: unclaimed.Text{Path: "the place of " + a.Name, Value: where, Kind: unclaimed.Choice}}
}

// choice adds what decides which versions run, if it is there.
func choice(texts []Text, path string, node *yaml.Node) []Text {
	if node == nil {
		return texts
	}
	return append(texts, Text{Text: unclaimed.Text{Path: path, Value: unclaimed.InOneLine(node), Kind: unclaimed.Choice, Line: node.Line}})
}

// all are the objects of some documents, those of lists one by one.
func all(documents []*yaml.Node) []*yaml.Node {
	var objects []*yaml.Node
	for _, root := range documents {
		objects = append(objects, objectsIn(root)...)
	}
	return objects
}

// choices are what decides which versions come of a part that is not rendered, and names none: of a chart, which of its values go
// over others, and whether unfinished versions count; of a patch, where it points deployers to; of a program that makes or changes
// objects, all that it is told, but for what one decrypts.
func choices(p render.Part) []Text {
	var texts []Text
	switch p.Field {
	case kustomization.Charts:
		for _, key := range []string{"valuesMerge", "devel"} {
			texts = choice(texts, key, document.Get(p.Says[0], key))
		}
	case kustomization.Transformers, kustomization.Generators:
		for _, root := range all(p.Says) {
			group, _, _ := strings.Cut(document.Text(document.Get(root, "apiVersion")), "/")
			kind := document.Text(document.Get(root, "kind"))
			isSecret := strings.Contains(strings.ToLower(kind), "sops") || group == "v1" && kind == "Secret"
			if group != "builtin" && kind != "" && !isSecret {
				texts = choice(texts, kind+"/"+document.Text(document.Get(root, "metadata", "name")), root)
			}
		}
	case kustomization.Patches, kustomization.Merges, kustomization.JSONPatches:
		says := slices.Concat(p.Says, document.Items(document.Get(p.Says[0], "patch")))
		texts = append(texts, repointed(says, document.Get(p.Says[0], "target"))...)
	}
	return texts
}
