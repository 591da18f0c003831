package state

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/unclaimed"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// points are the fields by which deployers and their sources say what is deployed from where, beside versions, by kind.
var points = map[string][]string{
	"Application": {
		"spec.source.repoURL", "spec.source.path", "spec.source.chart", "spec.source.helm.valueFiles", "spec.source.directory", "spec.source.plugin", "spec.sources",
	},
	"ApplicationSet": {"spec.generators", "spec.template", "spec.templatePatch"},
	"Kustomization":  {"spec.path", "spec.sourceRef", "spec.components", "spec.patches", "spec.postBuild"},
	"HelmRelease":    {"spec.valuesFrom", "spec.postRenderers"},
	"HelmRepository": {"spec.url"},
	"GitRepository":  {"spec.url", "spec.include", "spec.ignore"},
	"Bucket":         {"spec.endpoint", "spec.bucketName", "spec.prefix"},
}

// repointed is what a patch over something that is nowhere here says of where that is deployed from: of one that looks like an
// object, by its kind, and of one of operations by the kind of its target.
func repointed(says []*yaml.Node, target *yaml.Node) []Text {
	var texts []Text
	say := func(kind, path string, node *yaml.Node) {
		text := unclaimed.Text{Path: kind + "." + path, Value: unclaimed.InOneLine(node), Kind: unclaimed.Taken, Line: node.Line}
		texts = append(texts, Text{Text: text})
	}
	for _, root := range all(says) {
		kind := document.Text(document.Get(root, "kind"))
		for _, field := range points[kind] {
			if node := document.Get(root, strings.Split(field, ".")...); node != nil {
				say(kind, field, node)
			}
		}
		for _, operation := range document.Items(root) {
			kind := document.Text(document.Get(target, "kind"))
			at := strings.ReplaceAll(strings.TrimPrefix(document.Text(document.Get(operation, "path")), "/"), "/", ".")
			isPoint := slices.ContainsFunc(points[kind], func(field string) bool {
				return isBelow(at, field) || isBelow(field, at)
			})
			if node := document.Get(operation, "value"); isPoint && node != nil {
				say(kind, at, node)
			}
		}
	}
	return texts
}

// isBelow reports whether a path of keys is another or leads on from there.
func isBelow(path, above string) bool { return path == above || strings.HasPrefix(path, above+".") }
