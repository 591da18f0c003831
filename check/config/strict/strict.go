// Package strict reads the YAML that teams write for this program. What it does not know is a mistake that names
// the line and the nearest thing that it knows, because a misspelt rule would otherwise guard nothing.
package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/spelling"
)

// Reader walks the YAML of a file node by node, so that every mistake has its line. Mistakes are of
// type *mistake.Error.
type Reader struct{ Path string }

// Field reads the value of a key. It is told the key, which is what a mistake calls the value.
type Field func(node *yaml.Node, key string) error

// Fields are the keys that a mapping may have.
type Fields map[string]Field

// Value reads a value, which mistakes call what it is said to be.
type Value[T any] = func(node *yaml.Node, what string) (T, error)

// Into is a field whose value is kept.
func Into[T any](to *T, read Value[T]) Field {
	return func(node *yaml.Node, key string) (err error) {
		*to, err = read(node, key)
		return err
	}
}

// Errorf is a mistake at a node.
func (r Reader) Errorf(node *yaml.Node, format string, args ...any) error {
	return mistake.Configured(r.Path, node.Line, fmt.Sprintf(format, args...))
}

// Document is the root of the only document in data, nil if there is none.
func (r Reader) Document(data []byte) (*yaml.Node, error) {
	documents, err := r.Documents(data)
	if err != nil || len(documents) == 0 {
		return nil, err
	}
	if len(documents) > 1 {
		return nil, r.Errorf(documents[1], "a second YAML document: the configuration is one")
	}
	root := documents[0].Content[0]
	if root.Kind == yaml.ScalarNode && root.ShortTag() == yaml.NodeTagNull {
		return nil, nil
	}
	return root, nil
}

// Documents are all in data. Each has its root as its only content.
func (r Reader) Documents(data []byte) ([]*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var documents []*yaml.Node
	for {
		var document yaml.Node
		switch err := decoder.Decode(&document); {
		case errors.Is(err, io.EOF):
			return documents, nil
		case err != nil:
			return nil, r.syntax(err)
		}
		documents = append(documents, &document)
	}
}

// syntax moves the line that the YAML library puts into its message to where ours has it.
func (r Reader) syntax(err error) error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if _, scanErr := fmt.Sscanf(message, "line %d:", &line); scanErr == nil {
		_, message, _ = strings.Cut(message, ": ")
	}
	return mistake.Configured(r.Path, line, "not valid YAML: "+message)
}

// Entries reads the keys and values of a mapping, whatever they are called.
func (r Reader) Entries(node *yaml.Node, what string, read func(key, value *yaml.Node) error) error {
	if node.Kind != yaml.MappingNode {
		return r.Errorf(node, "%s must be a mapping", what)
	}
	seen := map[string]bool{}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if seen[key.Value] {
			return r.Errorf(key, "%q is given twice in %s", key.Value, what)
		}
		seen[key.Value] = true
		if value.Kind == yaml.AliasNode {
			return r.Errorf(value, "aliases are not supported in the configuration")
		}
		if err := read(key, value); err != nil {
			return err
		}
	}
	return nil
}

// Mapping reads a mapping that has no other keys than these.
func (r Reader) Mapping(node *yaml.Node, what string, known Fields) error {
	return r.Entries(node, what, func(key, value *yaml.Node) error {
		read, ok := known[key.Value]
		if !ok {
			names := slices.Sorted(maps.Keys(known))
			return r.Errorf(key, "unknown key %q in %s%s", key.Value, what, spelling.Suggest(key.Value, names))
		}
		return read(value, key.Value)
	})
}

// List reads each element of a list. The result is only nil with an error.
func List[T any](r Reader, element Value[T]) Value[[]T] {
	return func(node *yaml.Node, what string) ([]T, error) {
		if node.Kind != yaml.SequenceNode {
			return nil, r.Errorf(node, "%s must be a list", what)
		}
		read := make([]T, 0, len(node.Content))
		for _, item := range node.Content {
			e, err := element(item, what)
			if err != nil {
				return nil, err
			}
			read = append(read, e)
		}
		return read, nil
	}
}

// Some reads a list that restricts something. An empty one is refused: it would be for nothing, or for all.
func Some[T any](r Reader, element Value[T]) Value[[]T] {
	return func(node *yaml.Node, what string) ([]T, error) {
		read, err := List(r, element)(node, what)
		if err == nil && len(read) == 0 {
			err = r.Errorf(node, "%s is empty: leave the key out for all of them", what)
		}
		return read, err
	}
}

// At is what keys lead to, one below the other; nil if there is nothing.
func At(node *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		if node == nil || node.Kind != yaml.MappingNode {
			return nil
		}
		var value *yaml.Node
		for i := 0; i < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				value = node.Content[i+1]
			}
		}
		node = value
	}
	return node
}
