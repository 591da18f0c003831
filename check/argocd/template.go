package argocd

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// placeholder is where a template takes a parameter: {{name}}, or {{.name}} or {{index .names 0}} in a Go
// template.
var placeholder = regexp.MustCompile(`\{\{-?\s*(?:(index)\s+)?(\.?)([A-Za-z0-9_.\[\]-]+?)(?:\s+(\d+))?\s*-?\}\}`)

// filling puts one set of parameters into a template.
type filling struct {
	*generating
	parameters *yaml.Node
	origins    document.Origins
	given      any // the parameters as templates of Go see them, once one asks
}

// with starts to fill templates with a set of parameters.
func (g *generating) with(parameters *yaml.Node) *filling {
	return &filling{generating: g, parameters: parameters, origins: document.Origins{}}
}

// fill returns a template with parameters in its placeholders. What has none is not copied.
func (f *filling) fill(node *yaml.Node) *yaml.Node {
	node = document.Get(node)
	f.left--
	if node == nil || f.left < 0 {
		return node
	}
	if node.Kind == yaml.ScalarNode {
		return f.scalar(node)
	}
	filled := *node
	filled.Content = make([]*yaml.Node, len(node.Content))
	for i, child := range node.Content {
		filled.Content[i] = f.fill(child)
	}
	return &filled
}

func (f *filling) scalar(node *yaml.Node) *yaml.Node {
	var from []*yaml.Node
	text := placeholder.ReplaceAllStringFunc(node.Value, func(text string) string {
		value := f.parameter(placeholder.FindStringSubmatch(text))
		if value == nil || value.Kind != yaml.ScalarNode || !printsAsWritten(value) {
			return text
		}
		from = append(from, value)
		return value.Value
	})
	if f.isGo && strings.Contains(text, "{{") {
		text, from = f.evaluated(node, text, from)
	}
	if from == nil && text == node.Value {
		return node
	}
	filled := *node
	filled.Value = text
	f.origins[&filled] = append(from, node)
	return &filled
}

// parameter looks up what a placeholder names; nil if it is not known, or not for this kind of template.
func (f *filling) parameter(match []string) *yaml.Node {
	index, dot, name, place := match[1], match[2], match[3], match[4]
	if (dot != "") != f.isGo || (index != "") != (place != "") {
		return nil
	}
	value := lookUp(f.parameters, name)
	if index == "" {
		return value
	}
	items := document.Items(value)
	if n, err := strconv.Atoi(place); err == nil && n < len(items) {
		return document.Get(items[n])
	}
	return nil
}

// lookUp returns a parameter by its name: the key as a whole, or one below another, in a list by its place.
func lookUp(parameters *yaml.Node, name string) *yaml.Node {
	if value := document.Get(parameters, name); value != nil {
		return value
	}
	value := document.Get(parameters)
	for key := range strings.SplitSeq(name, ".") {
		items := document.Items(value)
		if n, err := strconv.Atoi(key); err == nil && n < len(items) && n >= 0 {
			value = document.Get(items[n])
			continue
		}
		value = document.Get(value, key)
	}
	return value
}

// printsAsWritten reports whether a scalar comes out of Argo CD's hands as it is written: it knows numbers
// as such, and 1.10 would come out as 1.1.
func printsAsWritten(scalar *yaml.Node) bool {
	switch scalar.ShortTag() {
	case yaml.NodeTagInt, yaml.NodeTagFloat:
		number, err := strconv.ParseFloat(scalar.Value, 64)
		return err == nil && fmt.Sprint(number) == scalar.Value
	case yaml.NodeTagBool:
		return scalar.Value == "true" || scalar.Value == "false"
	}
	return true
}
