package form

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/joho/godotenv"
	"github.com/promocheck/promocheck/check/mistake"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Variables reads a file of variables, KEY=value or KEY: value a line, as one mapping.
func Variables(data []byte) ([]*yaml.Node, error) {
	variables, err := godotenv.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, &mistake.Error{Problem: err.Error()}
	}
	root := &yaml.Node{Kind: yaml.MappingNode, Line: 1, Column: 1}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		value := &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: variables[name]}
		value.Line, value.Column = find(data, name, variables[name])
		root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: name}, value)
	}
	return []*yaml.Node{root}, nil
}

// find is where a variable's value stands: in the last line that sets it, which is what counts.
func find(data []byte, name, value string) (line, column int) {
	number := 0
	for text := range strings.Lines(string(data)) {
		number++
		set, isSet := strings.CutPrefix(strings.TrimPrefix(strings.TrimSpace(text), "export "), name)
		if !isSet || !strings.HasPrefix(strings.TrimSpace(set), "=") && !strings.HasPrefix(strings.TrimSpace(set), ":") {
			continue
		}
		line, column = number, 1
		if before, _, found := strings.Cut(text, value); found && value != "" {
			column = len([]rune(strings.TrimRight(before, `"'`))) + 1 // quotes are part of the scalar
		}
	}
	return line, column
}
