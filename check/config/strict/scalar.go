package strict

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/spelling"
)

// Text takes any scalar to the letter: an environment may well be called 1 or on.
func (r Reader) Text(node *yaml.Node, what string) (string, error) {
	if node.Kind != yaml.ScalarNode || node.ShortTag() == yaml.NodeTagNull {
		return "", r.Errorf(node, "%s must be text", what)
	}
	return node.Value, nil
}

// Texts takes a list of them.
func (r Reader) Texts(node *yaml.Node, what string) ([]string, error) {
	return List(r, r.Text)(node, what)
}

// Word takes a name that may be a directory's.
func (r Reader) Word(node *yaml.Node, what string) (string, error) {
	text, err := r.Text(node, what)
	if err == nil && (text == "" || strings.ContainsAny(text, "/*?[]{}\n")) {
		err = r.Errorf(node, "%q is no name: give %s as one plain path segment", text, what)
	}
	return text, err
}

// File takes a path from the top of the repo.
func (r Reader) File(node *yaml.Node, what string) (string, error) {
	name, err := r.Text(node, what)
	if err == nil && (!fs.ValidPath(name) || name == ".") {
		err = r.Errorf(node, "%s is %q: give a file by its path from the top of the repo", what, name)
	}
	return name, err
}

// Glob takes a pattern for paths.
func (r Reader) Glob(node *yaml.Node, what string) (string, error) {
	glob, err := r.Text(node, what)
	if err == nil && !doublestar.ValidatePattern(glob) {
		err = r.Errorf(node, "%q in %s is no valid glob", glob, what)
	}
	return glob, err
}

// Globs takes a list of them.
func (r Reader) Globs(node *yaml.Node, what string) ([]string, error) {
	return List(r, r.Glob)(node, what)
}

// Boolean takes true or false.
func (r Reader) Boolean(node *yaml.Node, what string) (value bool, err error) {
	if node.ShortTag() != yaml.NodeTagBool || node.Decode(&value) != nil {
		return false, r.Errorf(node, "%s must be true or false", what)
	}
	return value, nil
}

// Positive takes a number to count by.
func (r Reader) Positive(node *yaml.Node, what string) (value int, err error) {
	if node.ShortTag() != yaml.NodeTagInt || node.Decode(&value) != nil || value < 1 {
		return 0, r.Errorf(node, "%s must be a whole number from 1 on", what)
	}
	return value, nil
}

// OneOf takes one of some words.
func (r Reader) OneOf(values ...string) Value[string] {
	return func(node *yaml.Node, what string) (string, error) {
		text, err := r.Text(node, what)
		if err == nil && !slices.Contains(values, text) {
			err = r.Errorf(node, "%s is %q: it may be %s%s", what, text, strings.Join(values, ", "), spelling.Suggest(text, values))
		}
		return text, err
	}
}
