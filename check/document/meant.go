package document

import (
	"encoding/base64"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Meant has keys and texts below a node be written as what they stand for: what !!binary encodes is a text, and an alias
// that is a key is the key. All who deploy a document take them so in the end. Kustomize keeps them as they are written while
// it builds, which is why it does not find them.
func Meant(node *yaml.Node) {
	decodeText(node)
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 && child.Kind == yaml.AliasNode && child.Alias.Kind == yaml.ScalarNode {
			key := *child.Alias
			key.Anchor, key.Line, key.Column = "", child.Line, child.Column
			child = &key
			node.Content[i] = child
		}
		Meant(child)
	}
}

// decodeText has a scalar of !!binary be the text that it encodes, if it encodes one.
func decodeText(node *yaml.Node) {
	if node.Kind != yaml.ScalarNode || node.ShortTag() != binaryTag {
		return
	}
	data, err := base64.StdEncoding.DecodeString(node.Value)
	if err != nil || !utf8.Valid(data) {
		return
	}
	node.Value, node.Tag, node.Style = string(data), yaml.NodeTagString, yaml.DoubleQuotedStyle
}

const binaryTag = "!!binary"
