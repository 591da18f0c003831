package trait

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// digest tells whether two fields mean the same to a cluster: what is empty is as if it were not there, keys come in any order,
// and a number is what its text is.
func digest(node *yaml.Node) string {
	var b strings.Builder
	write(&b, node)
	if b.Len() == 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(b.String()))
	return string(sum[:])
}

func write(b *strings.Builder, node *yaml.Node) {
	if node == nil {
		return
	}
	switch node.Kind {
	case yaml.AliasNode:
		write(b, node.Alias)
	case yaml.DocumentNode, yaml.SequenceNode:
		if len(node.Content) == 0 {
			return
		}
		b.WriteByte('[')
		for _, item := range node.Content {
			write(b, item)
			b.WriteByte(',')
		}
		b.WriteByte(']')
	case yaml.MappingNode:
		writeMapping(b, node)
	case yaml.ScalarNode:
		if node.ShortTag() != yaml.NodeTagNull {
			b.WriteString(strconv.Quote(node.Value))
		}
	}
}

func writeMapping(b *strings.Builder, node *yaml.Node) {
	var fields []string
	for i := 0; i+1 < len(node.Content); i += 2 {
		var field strings.Builder
		if write(&field, node.Content[i+1]); field.Len() > 0 {
			fields = append(fields, strconv.Quote(node.Content[i].Value)+":"+field.String())
		}
	}
	if len(fields) == 0 {
		return
	}
	slices.Sort(fields)
	b.WriteString("{" + strings.Join(fields, ",") + "}")
}
