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

// Differ reports whether documents say more, or something else, together than the first does alone.
func Differ(roots []*yaml.Node) bool {
	for _, root := range roots[min(1, len(roots)):] {
		if !Equal(Merge(roots[0], root), roots[0]) {
			return true
		}
	}
	return false
}

// Equal reports whether two nodes mean the same: keys in any order, any quoting that leaves a text one, no comments.
func Equal(a, b *yaml.Node) bool {
	a, b = follow(a), follow(b)
	if a == nil || b == nil || a.Kind != b.Kind || len(a.Content) != len(b.Content) || a.Value != b.Value || a.ShortTag() != b.ShortTag() || JSONText(a) != JSONText(b) {
		return a == b
	}
	if a.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(a.Content); i += 2 {
			if !Equal(a.Content[i+1], Get(b, a.Content[i].Value)) {
				return false
			}
		}
		return true
	}
	for i := range a.Content {
		if !Equal(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}
