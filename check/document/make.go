package document

import "sigs.k8s.io/kustomize/kyaml/yaml"

// NewText is a scalar that is a text, and stands in no file.
func NewText(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: text}
}

// Below is a mapping that has a value at the end of a path of keys, and nothing else.
func Below(keys []string, value *yaml.Node) *yaml.Node {
	for i := len(keys) - 1; i >= 0; i-- {
		value = &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{NewText(keys[i]), value}}
	}
	return value
}

// Origins tells which scalars of a file those come from that stand in none themselves, since they were read
// from a text, or put together from others.
type Origins map[*yaml.Node][]*yaml.Node

// Add notes that a document was read from a text: its nodes have no place in the file, but the text as a
// whole has one.
func (o Origins) Add(root, text *yaml.Node) {
	Scalars(root, func(_ string, scalar *yaml.Node) bool {
		o[scalar] = []*yaml.Node{text}
		return true
	})
}
