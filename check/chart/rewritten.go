package chart

import (
	"strconv"

	"github.com/promocheck/promocheck/check/document"
	helm "helm.sh/helm/v4/pkg/chart/v2"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	helmyaml "sigs.k8s.io/yaml"
)

// rewritten notes which scalars of values Helm takes for something that prints as something else.
func (l *loader) rewritten(data []byte, place Rewritten) {
	documents, _ := document.Parse(data)
	for _, root := range documents {
		l.rewrittenBelow(root, "", place)
	}
}

func (l *loader) rewrittenBelow(node *yaml.Node, at string, place Rewritten) {
	switch node.Kind {
	case yaml.AliasNode:
		l.rewrittenBelow(node.Alias, at, place)
	case yaml.SequenceNode:
		for i, child := range node.Content {
			l.rewrittenBelow(child, below(at, strconv.Itoa(i)), place)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			l.rewrittenBelow(node.Content[i+1], below(at, node.Content[i].Value), place)
		}
	case yaml.ScalarNode:
		if printed := document.Printed(node); printed != "" && printed != node.Value {
			l.note(node, at, printed, place)
		}
	}
}

// rewrittenVersions notes which versions in a Chart.yaml Helm takes for a number, and so for another text.
func (l *loader) rewrittenVersions(data []byte, place Rewritten) {
	var read helm.Metadata
	if helmyaml.Unmarshal(data, &read) != nil {
		return
	}
	documents, _ := document.Parse(data)
	for _, root := range documents {
		for _, version := range []struct{ key, printed string }{{"version", read.Version}, {"appVersion", read.AppVersion}} {
			if scalar := document.Get(root, version.key); scalar != nil && scalar.Value != version.printed {
				l.note(scalar, version.key, version.printed, place)
			}
		}
	}
}

func (l *loader) note(scalar *yaml.Node, at, printed string, place Rewritten) {
	place.Line, place.Column, place.Path = scalar.Line, scalar.Column, at
	place.Written, place.Printed = scalar.Value, printed
	l.rendering.Rewritten = append(l.rendering.Rewritten, place)
}

func below(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}
