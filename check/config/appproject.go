package config

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// ParseAppProjects reads the sync windows of the Argo CD AppProjects in a manifest. Whatever else is in
// it is not looked at.
func ParseAppProjects(path string, data []byte) ([]Window, error) {
	r := &reader{path: path}
	var windows []Window
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var document yaml.Node
		switch err := decoder.Decode(&document); {
		case errors.Is(err, io.EOF):
			return windows, nil
		case err != nil:
			return nil, r.syntax(err)
		}
		root := document.Content[0]
		api, _ := r.textAt(root, "apiVersion")
		kind, _ := r.textAt(root, "kind")
		if kind != "AppProject" || !strings.HasPrefix(api, "argoproj.io/") {
			continue
		}
		name, ok := r.textAt(root, "metadata", "name")
		if !ok || name == "" {
			return nil, r.errorf(root, "the AppProject has no name")
		}
		node := at(root, "spec", "syncWindows")
		if node == nil || node.ShortTag() == yaml.NodeTagNull {
			continue
		}
		found, err := r.windows(node, name)
		if err != nil {
			return nil, err
		}
		windows = append(windows, found...)
	}
}

// at is what keys lead to, nil if there is nothing.
func at(node *yaml.Node, keys ...string) *yaml.Node {
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

func (r *reader) textAt(node *yaml.Node, keys ...string) (string, bool) {
	found := at(node, keys...)
	if found == nil || found.Kind != yaml.ScalarNode {
		return "", false
	}
	return found.Value, true
}
