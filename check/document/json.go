package document

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/mistake"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	asjson "sigs.k8s.io/yaml"
)

// ParseAsJSON is like Parse, for what is read as those read it who make JSON of YAML first: Helm, kubectl and what Argo CD
// finds in directories. Their parser follows YAML 1.1, lets a later merge key override what stands before it, and knows
// keys by what they stand for. What it makes of a document has the places in the file that its parts were read from.
func ParseAsJSON(data []byte) ([]*yaml.Node, error) {
	raw, mistaken := decode(data)
	if !slices.ContainsFunc(raw, Peculiar) {
		return raw, mistaken
	}
	if mistaken != nil {
		return nil, mistaken
	}
	for _, root := range raw {
		if expanded(root, map[*yaml.Node]int{}) > mostPlaced {
			return nil, &mistake.Error{Line: root.Line, Problem: tooMuch}
		}
	}
	var documents []*yaml.Node
	for _, text := range split(data) {
		var value any
		if err := asjson.Unmarshal(text, &value); err != nil {
			return documents, AsError(err)
		}
		if value == nil {
			continue
		}
		if len(documents) == len(raw) {
			return documents, &mistake.Error{Problem: "has documents that cannot be told apart"}
		}
		documents = append(documents, placed(value, raw[len(documents)]))
	}
	if len(documents) != len(raw) {
		return documents, &mistake.Error{Problem: "has documents that cannot be told apart"}
	}
	return documents, nil
}

// mostPlaced bounds a document with its aliases expanded, where it is put together anew.
const mostPlaced = 500_000

// split cuts a file into the texts of its documents.
func split(data []byte) [][]byte {
	var texts [][]byte
	begin := 0
	for at := 0; at < len(data); {
		end := at + len(data[at:])
		if newline := bytes.IndexByte(data[at:], '\n'); newline >= 0 {
			end = at + newline + 1
		}
		if line := strings.TrimRight(string(data[at:end]), "\r\n"); line == "---" || strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "---\t") {
			texts, begin = append(texts, data[begin:at]), at
		}
		at = end
	}
	return append(texts, data[begin:])
}

// Peculiar reports whether parsers may differ about which keys a document without merge keys has, and what stands under them.
func Peculiar(node *yaml.Node) bool {
	if node.Kind == yaml.AliasNode || node.Style&yaml.TaggedStyle != 0 {
		return true
	}
	if node.Kind == yaml.MappingNode && hasPeculiarKeys(node.Content) {
		return true
	}
	return slices.ContainsFunc(node.Content, Peculiar)
}

// hasPeculiarKeys reports whether a mapping of some keys and values has a key that is no text, or one twice.
func hasPeculiarKeys(content []*yaml.Node) bool {
	keys := make([]string, 0, len(content)/2)
	for i := 0; i+1 < len(content); i += 2 {
		if key := content[i]; key.Kind != yaml.ScalarNode || key.ShortTag() != yaml.NodeTagString {
			return true
		}
		keys = append(keys, content[i].Value)
	}
	slices.Sort(keys)
	return len(slices.Compact(keys)) < len(content)/2
}

// placed is a value as a document, with the places of the node that it was read from.
func placed(value any, from *yaml.Node) *yaml.Node {
	from = follow(from)
	switch value := value.(type) {
	case map[string]any:
		node := &yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap, Line: from.Line, Column: from.Column}
		written := pairsOf(from, map[*yaml.Node]bool{})
		for _, key := range inOrder(value, written) {
			at := sourceOf(value[key], key, written, from)
			node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: key, Line: at.Line, Column: at.Column}, placed(value[key], at))
		}
		return node
	case []any:
		node := &yaml.Node{Kind: yaml.SequenceNode, Tag: yaml.NodeTagSeq, Line: from.Line, Column: from.Column}
		for i, item := range value {
			at := from
			if items := Items(from); i < len(items) {
				at = items[i]
			}
			node.Content = append(node.Content, placed(item, at))
		}
		return node
	case string:
		if from.Kind != yaml.ScalarNode || from.Value != value || from.Tag != yaml.NodeTagString {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: value, Style: from.Style &^ yaml.TaggedStyle, Line: from.Line, Column: from.Column}
		}
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagNull, Value: "null", Line: from.Line, Column: from.Column}
	default:
		if from.Kind != yaml.ScalarNode {
			return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(value), Line: from.Line, Column: from.Column}
		}
	}
	return from
}

// pair is a key of a mapping, as it counts, and the value that stands under it.
type pair struct {
	key   string
	value *yaml.Node
}

// pairsOf are those that a mapping has, with those of its merge keys where these stand.
func pairsOf(node *yaml.Node, done map[*yaml.Node]bool) []pair {
	node = follow(node)
	if node.Kind != yaml.MappingNode || done[node] {
		return nil
	}
	done[node] = true
	defer delete(done, node)
	var pairs []pair
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := follow(node.Content[i]), follow(node.Content[i+1])
		switch {
		case !isMergeKey(key):
			pairs = append(pairs, pair{JSONText(key), value})
		case value.Kind == yaml.SequenceNode:
			for _, item := range value.Content {
				pairs = append(pairs, pairsOf(item, done)...)
			}
		default:
			pairs = append(pairs, pairsOf(value, done)...)
		}
	}
	return pairs
}

// inOrder lists the keys of a mapping in the order in which they are written.
func inOrder(value map[string]any, written []pair) []string {
	var keys []string
	has := map[string]bool{}
	for _, p := range written {
		if _, ok := value[p.key]; ok && !has[p.key] {
			keys, has[p.key] = append(keys, p.key), true
		}
	}
	var others []string
	for key := range value {
		if !has[key] {
			others = append(others, key)
		}
	}
	slices.Sort(others)
	return append(keys, others...)
}

// sourceOf is where a value was read from, of what is written under its key: the last that says the same, else the last,
// else the mapping.
func sourceOf(value any, key string, written []pair, mapping *yaml.Node) *yaml.Node {
	at := mapping
	for _, p := range written {
		if p.key == key {
			at = p.value
		}
	}
	for _, p := range slices.Backward(written) {
		if p.key == key && mayBe(p.value, value) {
			return p.value
		}
	}
	return at
}

// mayBe reports whether a value may have been read from a node.
func mayBe(node *yaml.Node, value any) bool {
	switch value := value.(type) {
	case map[string]any:
		return node.Kind == yaml.MappingNode && !slices.ContainsFunc(pairsOf(node, map[*yaml.Node]bool{}), func(p pair) bool {
			_, has := value[p.key]
			return !has
		})
	case []any:
		return node.Kind == yaml.SequenceNode && len(node.Content) == len(value)
	case string:
		return node.Kind == yaml.ScalarNode && node.Value == value
	}
	return node.Kind == yaml.ScalarNode
}

// wholeNumber is a number that is written as it counts.
var wholeNumber = regexp.MustCompile(`^(?:0|-?[1-9][0-9]*)$`)

// JSONText is a scalar's text as those have it who make JSON of YAML first: 1.10 is 1.1 to them, and 010 is 8. Whole numbers
// and texts are as they are written.
func JSONText(node *yaml.Node) string {
	if text := Text(node); wholeNumber.MatchString(text) {
		return text
	}
	return Printed(node)
}

// Printed is what a chart's template prints for a scalar of values. Numbers are such to Helm: 1.10 comes out as 1.1, and 6801028
// as 6.801028e+06.
func Printed(node *yaml.Node) string {
	text := Text(node)
	if node = follow(node); text == "" || node.Style != 0 || node.Tag == yaml.NodeTagString && !isYesOrNo(text) || !wordOrNumber(text) {
		return text
	}
	var value any
	if err := asjson.Unmarshal([]byte(text), &value); err != nil {
		return text
	}
	switch value := value.(type) {
	case float64, bool:
		return fmt.Sprint(value)
	}
	return text
}

// wordOrNumber reports whether a text begins as those do that YAML may take for something else.
func wordOrNumber(text string) bool { return strings.ContainsAny(text[:1], "0123456789+-.tTfFyYnNoO") }

// isYesOrNo reports whether a word is one that YAML 1.1 takes for true or false.
func isYesOrNo(text string) bool {
	switch strings.ToLower(text) {
	case "y", "n", "yes", "no", "on", "off":
		return true
	}
	return false
}
