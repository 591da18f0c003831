package flux

import (
	"slices"
	"strconv"
	"strings"

	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

func newMapping() *kyaml.Node { return &kyaml.Node{Kind: kyaml.MappingNode} }

// apart is a copy of values that can be changed. The scalars stay those that they were read as.
func apart(node *kyaml.Node) *kyaml.Node {
	switch node = document.Get(node); {
	case node == nil:
		return newMapping()
	case node.Kind == kyaml.ScalarNode:
		return node
	}
	copied := *node
	copied.Content = slices.Clone(node.Content)
	for i := range copied.Content {
		if node.Kind == kyaml.SequenceNode || i%2 == 1 {
			copied.Content[i] = apart(copied.Content[i])
		}
	}
	return &copied
}

// over puts values over others, in a new mapping that has the rest in common with both. Mappings merge at any depth, and
// anything else is replaced; null stays, since it takes away what the chart has.
func over(under, values *kyaml.Node) *kyaml.Node {
	merged := newMapping()
	merged.Content = slices.Clone(under.Content)
	places := map[string]int{}
	for i := 0; i+1 < len(merged.Content); i += 2 {
		places[merged.Content[i].Value] = i + 1
	}
	for i := 0; i+1 < len(values.Content); i += 2 {
		key, value := values.Content[i], values.Content[i+1]
		at, known := places[key.Value]
		switch {
		case !known:
			merged.Content = append(merged.Content, key, value)
			places[key.Value] = len(merged.Content) - 1
		case document.IsMapping(merged.Content[at]) && document.IsMapping(value):
			merged.Content[at] = over(merged.Content[at], value)
		default:
			merged.Content[at] = value
		}
	}
	return merged
}

// indexOf is the place of a key's value; -1 if there is none.
func indexOf(mapping *kyaml.Node, key string) int {
	for i := len(mapping.Content) - 2; i >= 0; i -= 2 {
		if mapping.Content[i].Value == key {
			return i + 1
		}
	}
	return -1
}

// step is a key on a path, or a place in a list.
type step struct {
	key   string
	index int
	isKey bool
}

// pathOf reads a path as Helm's --set does: keys with dots between them, and places in brackets. A backslash takes a
// character for itself.
func pathOf(text string) []step {
	var steps []step
	var key strings.Builder
	end := func() {
		if key.Len() > 0 {
			steps = append(steps, step{key: key.String(), isKey: true})
			key.Reset()
		}
	}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			key.WriteByte(text[i])
		case text[i] == '.':
			end()
		case text[i] == '[':
			length := strings.IndexByte(text[i:], ']')
			index, err := strconv.Atoi(text[i+1 : i+max(length, 1)])
			if err != nil || index < 0 || index > mostIndex {
				key.WriteByte(text[i])
				continue
			}
			end()
			steps = append(steps, step{index: index})
			i += length
		default:
			key.WriteByte(text[i])
		}
	}
	end()
	return steps
}

// mostIndex is how far a list goes that a value is put into, as Helm has it.
const mostIndex = 65536

// put changes values in place, so that whatever has them in common with others changes those, too.
func put(into *kyaml.Node, steps []step, value *kyaml.Node) {
	for i, step := range steps {
		at := step.in(into)
		if i == len(steps)-1 {
			into.Content[at] = value
			return
		}
		kind := kyaml.SequenceNode
		if steps[i+1].isKey {
			kind = kyaml.MappingNode
		}
		if into.Content[at].Kind != kind {
			into.Content[at] = &kyaml.Node{Kind: kind}
		}
		into = into.Content[at]
	}
}

// in is the place of a step's value, which is made where there is none.
func (s step) in(node *kyaml.Node) int {
	if !s.isKey {
		null := &kyaml.Node{Kind: kyaml.ScalarNode, Tag: kyaml.NodeTagNull, Value: "null"}
		for len(node.Content) <= s.index {
			node.Content = append(node.Content, null)
		}
		return s.index
	}
	at := indexOf(node, s.key)
	if at < 0 {
		node.Content = append(node.Content, document.NewText(s.key), newMapping())
		at = len(node.Content) - 1
	}
	return at
}

// isWhole reports whether Helm takes a text for a whole number.
func isWhole(text string) bool {
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil && !strings.HasPrefix(text, "0")
}
