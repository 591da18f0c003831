package form

import (
	"regexp"
	"slices"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// template reads the objects of a template with its parameters in them, and its parameters that are versions by themselves.
// Whoever processes the template may give others: what it says itself is what is known.
func template(root *yaml.Node, s Settings) []Found {
	t := processing{values: map[string]*yaml.Node{}, filled: map[*yaml.Node]*yaml.Node{}, origins: document.Origins{}, left: mostFilled}
	for _, parameter := range document.Items(document.Get(root, "parameters")) {
		if value := document.Get(parameter, "value"); value != nil && value.Kind == yaml.ScalarNode {
			t.values[document.Text(document.Get(parameter, "name"))] = value
		}
	}
	processed := *root
	processed.Content = slices.Clone(root.Content)
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "objects" {
			processed.Content[i+1] = t.fill(root.Content[i+1])
		}
	}
	found := restore(t.origins, images(&processed, s))
	for _, parameter := range document.Items(document.Get(root, "parameters")) {
		name, value := document.Text(document.Get(parameter, "name")), document.Get(parameter, "value")
		if versionVariable.MatchString(name) && !namesTag(name) && document.Text(value) != "" {
			found = append(found, tagOf(name, value, "/parameters/"+name))
		}
	}
	return withoutShared(found)
}

// mostFilled bounds the text that parameters make of a template.
const mostFilled = 1 << 20

// parameter is where a template takes one.
var parameter = regexp.MustCompile(`\$\{\{(\w+)\}\}|\$\{(\w+)\}`)

// processing puts parameters into a template.
type processing struct {
	values  map[string]*yaml.Node
	filled  map[*yaml.Node]*yaml.Node // so that what aliases stand for is filled once
	origins document.Origins
	left    int
}

// fill is a node with parameters in it, where it has places for them that are known.
func (p *processing) fill(node *yaml.Node) *yaml.Node {
	if known, ok := p.filled[node]; ok {
		return known
	}
	p.filled[node] = node // an anchor that contains itself
	switch node.Kind {
	case yaml.ScalarNode:
		p.filled[node] = p.scalar(node)
	case yaml.AliasNode:
		p.filled[node] = p.fill(node.Alias)
	default:
		filled := *node
		filled.Content = make([]*yaml.Node, len(node.Content))
		for i, child := range node.Content {
			filled.Content[i] = p.fill(child)
		}
		p.filled[node] = &filled
	}
	return p.filled[node]
}

func (p *processing) scalar(node *yaml.Node) *yaml.Node {
	var from []*yaml.Node
	text := parameter.ReplaceAllStringFunc(node.Value, func(place string) string {
		match := parameter.FindStringSubmatch(place)
		value := p.values[match[1]+match[2]]
		if value == nil || p.left < len(value.Value) {
			return place
		}
		p.left -= len(value.Value)
		from = append(from, value)
		return document.Text(value)
	})
	if from == nil {
		return node
	}
	filled := *node
	filled.Value = text
	p.origins[&filled] = append(from, node)
	return &filled
}
