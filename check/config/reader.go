package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/spelling"
)

// reader walks a YAML document node by node, so that every error has its line.
type reader struct{ path string }

// fields maps each key that a mapping may have to what reads its value.
type fields map[string]func(*yaml.Node) error

func (r *reader) errorf(node *yaml.Node, format string, args ...any) error {
	return mistake.Configured(r.path, node.Line, fmt.Sprintf(format, args...))
}

// document returns the root of the only document in data, nil if there is none.
func (r *reader) document(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	switch err := decoder.Decode(&first); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, r.syntax(err)
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, r.errorf(&second, "a second YAML document: the configuration is one")
	} else if !errors.Is(err, io.EOF) {
		return nil, r.syntax(err)
	}
	root := first.Content[0]
	if root.Kind == yaml.ScalarNode && root.ShortTag() == yaml.NodeTagNull {
		return nil, nil
	}
	return root, nil
}

// syntax moves the line that the YAML library puts into its message to where ours has it.
func (r *reader) syntax(err error) error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if _, scanErr := fmt.Sscanf(message, "line %d:", &line); scanErr == nil {
		_, message, _ = strings.Cut(message, ": ")
	}
	return mistake.Configured(r.path, line, "not valid YAML: "+message)
}

func (r *reader) entries(node *yaml.Node, what string, read func(key, value *yaml.Node) error) error {
	if node.Kind != yaml.MappingNode {
		return r.errorf(node, "%s must be a mapping", what)
	}
	seen := map[string]bool{}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if seen[key.Value] {
			return r.errorf(key, "%q is given twice in %s", key.Value, what)
		}
		seen[key.Value] = true
		if value.Kind == yaml.AliasNode {
			return r.errorf(value, "aliases are not supported in the configuration")
		}
		if err := read(key, value); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) mapping(node *yaml.Node, what string, known fields) error {
	return r.entries(node, what, func(key, value *yaml.Node) error {
		read, ok := known[key.Value]
		if !ok {
			names := slices.Sorted(maps.Keys(known))
			return r.errorf(key, "unknown key %q in %s%s", key.Value, what, spelling.Suggest(key.Value, names))
		}
		return read(value)
	})
}

func (r *reader) sequence(node *yaml.Node, what string) ([]*yaml.Node, error) {
	if node.Kind != yaml.SequenceNode {
		return nil, r.errorf(node, "%s must be a list", what)
	}
	return node.Content, nil
}

// list reads each element of a list. The result is only nil with an error.
func list[T any](r *reader, node *yaml.Node, what string, element func(*yaml.Node) (T, error)) ([]T, error) {
	items, err := r.sequence(node, what)
	if err != nil {
		return nil, err
	}
	read := make([]T, 0, len(items))
	for _, item := range items {
		e, err := element(item)
		if err != nil {
			return nil, err
		}
		read = append(read, e)
	}
	return read, nil
}

func (r *reader) strings(node *yaml.Node, what string) ([]string, error) {
	return list(r, node, what, func(item *yaml.Node) (string, error) { return r.text(item, what) })
}

// text takes any scalar to the letter: an environment may well be called 1 or on.
func (r *reader) text(node *yaml.Node, what string) (string, error) {
	if node.Kind != yaml.ScalarNode || node.ShortTag() == yaml.NodeTagNull {
		return "", r.errorf(node, "%s must be text", what)
	}
	return node.Value, nil
}

func (r *reader) word(node *yaml.Node, what string) (string, error) {
	text, err := r.text(node, what)
	if err == nil && (text == "" || strings.ContainsAny(text, "/*?[]{}\n")) {
		err = r.errorf(node, "%q is no name: give %s as one plain path segment", text, what)
	}
	return text, err
}

// file takes a path from the top of the repo.
func (r *reader) file(node *yaml.Node, what string) (string, error) {
	name, err := r.text(node, what)
	if err == nil && (!fs.ValidPath(name) || name == ".") {
		err = r.errorf(node, "%s is %q: give a file by its path from the top of the repo", what, name)
	}
	return name, err
}

func (r *reader) boolean(node *yaml.Node, what string) (value bool, err error) {
	if node.ShortTag() != yaml.NodeTagBool || node.Decode(&value) != nil {
		return false, r.errorf(node, "%s must be true or false", what)
	}
	return value, nil
}

func (r *reader) positive(node *yaml.Node, what string) (value int, err error) {
	if node.ShortTag() != yaml.NodeTagInt || node.Decode(&value) != nil || value < 1 {
		return 0, r.errorf(node, "%s must be a whole number from 1 on", what)
	}
	return value, nil
}

func (r *reader) oneOf(node *yaml.Node, what string, values ...string) (string, error) {
	text, err := r.text(node, what)
	if err == nil && !slices.Contains(values, text) {
		err = r.errorf(node, "%s is %q: it may be %s%s", what, text, strings.Join(values, ", "), spelling.Suggest(text, values))
	}
	return text, err
}
