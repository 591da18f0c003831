// Package document reads YAML files as people wrote them: with lines and columns, several documents
// to a file, and a bound on what aliases may blow up to.
package document

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/mistake"
)

// maxNodes bounds a file with its aliases expanded. A 10 MB manifest has about a million nodes.
const maxNodes = 4_000_000

const tooMuch = "aliases expand to more than this reader takes"

// Parse returns the root node of each document in data, in order; empty documents are left out. The
// error is of type *mistake.Error and comes with the documents before the mistake.
func Parse(data []byte) ([]*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var documents []*yaml.Node
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return documents, AsError(err)
		}
		root := document.Content[0]
		if root.Kind == yaml.ScalarNode && root.ShortTag() == yaml.NodeTagNull {
			continue
		}
		if expanded(root, map[*yaml.Node]int{}) > maxNodes {
			return documents, &mistake.Error{Line: root.Line, Problem: tooMuch}
		}
		if bytes.Contains(data, []byte("<<")) {
			merge(root, map[*yaml.Node]bool{})
		}
		documents = append(documents, root)
	}
}

// merge puts the mappings of merge keys, <<, in their place: what a mapping says itself goes before.
func merge(node *yaml.Node, done map[*yaml.Node]bool) {
	node = follow(node)
	if done[node] {
		return
	}
	done[node] = true
	for _, child := range node.Content {
		merge(child, done)
	}
	if node.Kind != yaml.MappingNode || !slices.ContainsFunc(node.Content, isMergeKey) {
		return
	}
	var own, merged []*yaml.Node
	has := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], follow(node.Content[i+1])
		switch {
		case !isMergeKey(key):
			own = append(own, key, node.Content[i+1])
			has[key.Value] = true
		case value.Kind == yaml.MappingNode:
			merged = append(merged, value)
		default:
			merged = append(merged, Items(value)...)
		}
	}
	for _, from := range merged {
		from = follow(from)
		for i := 0; from.Kind == yaml.MappingNode && i+1 < len(from.Content); i += 2 {
			if key := from.Content[i]; !has[key.Value] {
				own = append(own, key, from.Content[i+1])
				has[key.Value] = true
			}
		}
	}
	node.Content = own
}

func isMergeKey(key *yaml.Node) bool { return key.Kind == yaml.ScalarNode && key.Tag == "!!merge" }

// mostNested is how deep YAML is looked for in the text of YAML. Kustomize reads a kustomization, in it a
// plugin's configuration, and in that a patch.
const mostNested = 4

// Check reports aliases that Parse would refuse, without parsing where that is safe. Text within data
// that may be YAML of its own, as inline patches are, is checked as well: a reader of that would blow up
// just so.
func Check(data []byte) error { return check(data, mostNested) }

func check(data []byte, nested int) error {
	if nested == 0 || !mayHaveAliases(data) {
		return nil
	}
	documents, err := Parse(data)
	var wrong *mistake.Error
	if errors.As(err, &wrong) && wrong.Problem == tooMuch {
		return wrong
	}
	for _, root := range documents {
		if root.Kind == yaml.ScalarNode {
			continue // just text
		}
		if err := checkWithin(root, nested-1); err != nil {
			return err
		}
	}
	return nil
}

func checkWithin(root *yaml.Node, nested int) (err error) {
	Scalars(root, func(_ string, scalar *yaml.Node) bool {
		text := []byte(scalar.Value)
		if scalar.ShortTag() == "!!binary" {
			text, _ = base64.StdEncoding.DecodeString(scalar.Value) // what is none, is read as none
		}
		if check(text, nested) != nil {
			err = &mistake.Error{Line: scalar.Line, Problem: tooMuch}
		}
		return err == nil
	})
	return err
}

// mayHaveAliases reports whether data, or text within it, can have anchors and aliases: it has their
// characters, or a way to write them as something else.
func mayHaveAliases(data []byte) bool {
	for _, escape := range []string{`\x`, `\u`, `\U`, "binary"} {
		if bytes.Contains(data, []byte(escape)) {
			return true
		}
	}
	return bytes.ContainsRune(data, '&') && bytes.ContainsRune(data, '*')
}

// expanded counts the nodes below and including node, every alias counted as what it stands for. It
// stops counting past the bound; sizes remembers anchors.
func expanded(node *yaml.Node, sizes map[*yaml.Node]int) int {
	if node.Kind == yaml.AliasNode {
		size, known := sizes[node.Alias]
		if !known {
			sizes[node.Alias] = maxNodes + 1 // an anchor that contains itself
			size = expanded(node.Alias, sizes)
			sizes[node.Alias] = size
		}
		return size
	}
	total := 1
	for _, child := range node.Content {
		total += expanded(child, sizes)
		if total > maxNodes {
			return total
		}
	}
	return total
}

// AsError reads the line out of the message of a YAML library's error.
func AsError(err error) *mistake.Error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if _, after, found := strings.Cut(message, "line "); found {
		if number, rest, found := strings.Cut(after, ": "); found {
			if line, err := strconv.Atoi(number); err == nil {
				return &mistake.Error{Line: line, Problem: rest}
			}
		}
	}
	return &mistake.Error{Problem: message}
}

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
