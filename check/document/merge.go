package document

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Merge returns a mapping that has what over says and, where that says nothing, what under does. Mappings
// merge at any depth; anything else is replaced, and taken away by null. The nodes of values stay those
// that they were read as.
func Merge(under, over *yaml.Node) *yaml.Node {
	under, over = follow(under), follow(over)
	if !IsMapping(under) || !IsMapping(over) {
		return over
	}
	merged := &yaml.Node{Kind: yaml.MappingNode, Line: over.Line, Column: over.Column}
	for i := 0; i+1 < len(under.Content); i += 2 {
		key, value := under.Content[i], under.Content[i+1]
		if replaced := Get(over, key.Value); replaced != nil {
			value = Merge(value, replaced)
		}
		if value.ShortTag() != yaml.NodeTagNull {
			merged.Content = append(merged.Content, key, value)
		}
	}
	for i := 0; i+1 < len(over.Content); i += 2 {
		if Get(under, over.Content[i].Value) == nil {
			merged.Content = append(merged.Content, over.Content[i], over.Content[i+1])
		}
	}
	return merged
}
