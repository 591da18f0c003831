// Package document reads YAML files as people wrote them: with lines and columns, several documents
// to a file, and a bound on what aliases may blow up to.
package document

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/mistake"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Parse returns the root node of each document in data, in order; empty documents are left out. The
// error is of type *mistake.Error and comes with the documents before the mistake.
func Parse(data []byte) ([]*yaml.Node, error) {
	var documents []*yaml.Node
	err := Each(data, func(root *yaml.Node) { documents = append(documents, root) })
	return documents, err
}

// Each visits the root node of each document in data, as Parse would return them. One that nobody keeps makes room for the
// next.
func Each(data []byte, visit func(root *yaml.Node)) error {
	merges := bytes.Contains(data, []byte("<<"))
	return decodeEach(data, func(root *yaml.Node) {
		if merges {
			merge(root, map[*yaml.Node]bool{})
		}
		visit(root)
	})
}

// decode reads documents with their merge keys as they stand.
func decode(data []byte) ([]*yaml.Node, error) {
	var documents []*yaml.Node
	err := decodeEach(data, func(root *yaml.Node) { documents = append(documents, root) })
	return documents, err
}

func decodeEach(data []byte, visit func(root *yaml.Node)) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	mayMean := bytes.ContainsAny(data, "!*") // something else than is written
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return AsError(err)
		}
		root := document.Content[0]
		if root.Kind == yaml.ScalarNode && root.ShortTag() == yaml.NodeTagNull {
			continue
		}
		if blowsUp(root) {
			return &mistake.Error{Line: root.Line, Problem: tooMuch}
		}
		if mayMean {
			Meant(root)
		}
		visit(root)
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
