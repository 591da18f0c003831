package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/config/strict"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
)

// appProjects reads the windows of the AppProjects in the files that a source names.
func (s *Settings) appProjects(from source, t *tree.Tree) ([]window, error) {
	paths, err := matching(from.pattern, t)
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, mistake.Configured(s.path, from.line, fmt.Sprintf("windowsFrom: no file matches %q", from.pattern))
	}
	if err := tree.Prefetch(tree.Files{Tree: t, Paths: paths}); err != nil {
		return nil, err
	}
	var windows []window
	for _, path := range paths {
		data, err := t.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(data, []byte("AppProject")) {
			continue
		}
		found, err := parseAppProjects(path, data)
		if err != nil {
			return nil, err
		}
		for i := range found {
			found[i].environments = from.environments
		}
		windows = append(windows, found...)
	}
	return windows, nil
}

// matching are the files that a pattern matches, in the order of their paths.
func matching(pattern string, t *tree.Tree) ([]string, error) {
	dir, _ := doublestar.SplitPattern(pattern)
	var paths []string
	err := t.Walk(dir, func(path string, entry tree.Entry) error {
		if !entry.Mode.IsDir() && !entry.Mode.IsSubmodule() && doublestar.MatchUnvalidated(pattern, path) {
			paths = append(paths, path)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return paths, err
}

// parseAppProjects reads the sync windows of the Argo CD AppProjects in a manifest. Whatever else is in
// it is not looked at.
func parseAppProjects(path string, data []byte) ([]window, error) {
	r := reader{strict.Reader{Path: path}}
	documents, err := r.Documents(data)
	if err != nil {
		return nil, err
	}
	var windows []window
	for _, document := range documents {
		root := document.Content[0]
		if textAt(root, "kind") != "AppProject" || !strings.HasPrefix(textAt(root, "apiVersion"), "argoproj.io/") {
			continue
		}
		project := textAt(root, "metadata", "name")
		if project == "" {
			return nil, r.Errorf(root, "the AppProject has no name")
		}
		node := strict.At(root, "spec", "syncWindows")
		if node == nil || node.ShortTag() == yaml.NodeTagNull {
			continue
		}
		found, err := strict.List(r.Reader, r.window(project))(node, "windows")
		if err != nil {
			return nil, err
		}
		windows = append(windows, found...)
	}
	return windows, nil
}

// textAt is the text that keys lead to, empty if there is none.
func textAt(node *yaml.Node, keys ...string) string {
	found := strict.At(node, keys...)
	if found == nil || found.Kind != yaml.ScalarNode {
		return ""
	}
	return found.Value
}
