package document

import (
	"bytes"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Agree reports whether those who make JSON of YAML first read the same in data as Parse, which reads as Kustomize does. What
// a plain text stands for, a number or a truth, they may differ about.
func Agree(data []byte, documents []*yaml.Node) bool {
	if !bytes.Contains(data, []byte("<<")) && !slices.ContainsFunc(documents, Peculiar) {
		return true
	}
	others, err := ParseAsJSON(data)
	return err == nil && slices.EqualFunc(documents, others, agree)
}

func agree(a, b *yaml.Node) bool {
	a, b = follow(a), follow(b)
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case yaml.SequenceNode:
		return slices.EqualFunc(a.Content, b.Content, agree)
	case yaml.MappingNode:
		return allIn(a, b) && allIn(b, a)
	}
	return a.Value == b.Value
}

// allIn reports whether a mapping has all that another has.
func allIn(a, b *yaml.Node) bool {
	for i := 0; i+1 < len(a.Content); i += 2 {
		key := a.Content[i].Value
		if other := Get(b, key); other == nil || !agree(Get(a, key), other) {
			return false
		}
	}
	return true
}
