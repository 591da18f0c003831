package document

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Get returns the value of a key in a mapping, nil if there is none. Aliases are followed.
func Get(node *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		node = follow(node)
		if node == nil || node.Kind != yaml.MappingNode {
			return nil
		}
		var found *yaml.Node
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				found = node.Content[i+1]
			}
		}
		node = found
	}
	return follow(node)
}

// Items returns the elements of a sequence, nil for any other node.
func Items(node *yaml.Node) []*yaml.Node {
	node = follow(node)
	if node == nil || node.Kind != yaml.SequenceNode {
		return nil
	}
	return node.Content
}

// IsMapping reports whether a node is a mapping.
func IsMapping(node *yaml.Node) bool {
	node = follow(node)
	return node != nil && node.Kind == yaml.MappingNode
}

// Text returns a scalar's text to the letter, empty for any other node.
func Text(node *yaml.Node) string {
	node = follow(node)
	if node == nil || node.Kind != yaml.ScalarNode || node.ShortTag() == yaml.NodeTagNull {
		return ""
	}
	return node.Value
}

// Scalars calls visit for every scalar value below node, with the key that it stands under; elements
// of a sequence have the sequence's key. It goes into no alias, so that each is visited where it is
// written, and stops when visit returns false.
func Scalars(node *yaml.Node, visit func(key string, scalar *yaml.Node) bool) {
	scalars("", node, visit)
}

func scalars(key string, node *yaml.Node, visit func(string, *yaml.Node) bool) bool {
	switch node.Kind {
	case yaml.ScalarNode:
		return visit(key, node)
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !scalars(node.Content[i].Value, node.Content[i+1], visit) {
				return false
			}
		}
	case yaml.SequenceNode, yaml.DocumentNode:
		for _, child := range node.Content {
			if !scalars(key, child, visit) {
				return false
			}
		}
	}
	return true
}

// Expanded calls visit for every scalar value below node as a reader of the document sees it: aliases
// are gone into, with the key that the alias stands under.
func Expanded(node *yaml.Node, visit func(key string, scalar *yaml.Node)) {
	expand("", node, visit)
}

func expand(key string, node *yaml.Node, visit func(string, *yaml.Node)) {
	switch node.Kind {
	case yaml.ScalarNode:
		visit(key, node)
	case yaml.AliasNode:
		expand(key, node.Alias, visit)
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			expand(node.Content[i].Value, node.Content[i+1], visit)
		}
	case yaml.SequenceNode, yaml.DocumentNode:
		for _, child := range node.Content {
			expand(key, child, visit)
		}
	}
}

func follow(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}
