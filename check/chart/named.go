package chart

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

var (
	valueNamed    = regexp.MustCompile(`\.Values((?:\.\w+)*)`)
	templateNamed = regexp.MustCompile(`\b(?:include|template)\s+"([^"]*)"`)
)

// named are the values that a template names, or that those do that it includes: what it would have been made
// of, had it not failed. It is a mapping of their names, at their depth.
func (s *set) named(source source) *yaml.Node {
	paths := map[string]bool{}
	s.name(source.text, paths, map[string]bool{})
	all := table(source.scope["Values"])
	if paths[""] {
		return node(all)
	}
	values := map[string]any{}
	for _, path := range slices.Sorted(maps.Keys(paths)) { // a table comes before what is in it
		keep(strings.Split(path[1:], "."), all, values)
	}
	return node(values)
}

// name notes the paths of values in a text, each with a dot before every key.
func (s *set) name(text string, paths, seen map[string]bool) {
	for _, match := range valueNamed.FindAllStringSubmatch(text, -1) {
		paths[match[1]] = true
	}
	for _, match := range templateNamed.FindAllStringSubmatch(text, -1) {
		t := s.templates.Lookup(match[1])
		if t == nil || t.Tree == nil || seen[match[1]] {
			continue
		}
		seen[match[1]] = true
		s.name(t.Root.String(), paths, seen)
	}
}

// keep takes over a value at a path, as far as the path leads.
func keep(path []string, from, into map[string]any) {
	value, ok := from[path[0]]
	if !ok {
		return
	}
	below := table(value)
	kept, again := into[path[0]].(map[string]any)
	switch {
	case len(path) == 1 || below == nil:
		into[path[0]] = value
	case !again:
		kept = map[string]any{}
		into[path[0]] = kept
		fallthrough
	default:
		keep(path[1:], below, kept)
	}
}

func table(value any) map[string]any {
	switch value := value.(type) {
	case map[string]any:
		return value
	case common.Values:
		return value
	}
	return nil
}
