package setting

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// mostSettings bounds what is kept of one object.
const mostSettings = 20_000

// Fields are all that an object says, by the paths of its fields.
func Fields(root *yaml.Node) map[string]string {
	r := &reader{called: func(_, name string) string { return name }}
	r.fields(Other, "", root)
	fields := make(map[string]string, len(r.settings))
	for _, field := range r.settings {
		fields[field.Name] = field.Text
	}
	return fields
}

// fields reads all that is below a node, by its path. Of a list whose items have names each is told by its own.
func (r *reader) fields(of, path string, node *yaml.Node) {
	node = document.Get(node)
	if node == nil || len(r.settings) >= mostSettings {
		return
	}
	switch {
	case node.Kind == yaml.MappingNode && len(node.Content) > 0:
		r.allBut(of, path, node)
	case node.Kind == yaml.SequenceNode && areNamed(node.Content):
		for _, item := range node.Content {
			r.allBut(of, path+"["+nameOf(item)+"]", item, "name")
		}
	default:
		if text := compact(node); text != "" && text != "{}" && text != "[]" {
			if strings.HasSuffix(path, "Name") {
				text = r.called("", text)
			}
			r.add(of, path, text)
		}
	}
}

// allBut reads the fields of a mapping but for some.
func (r *reader) allBut(of, path string, node *yaml.Node, but ...string) {
	eachField(node, func(key string, value *yaml.Node) {
		if !slices.Contains(but, key) {
			r.fields(of, strings.TrimPrefix(path+"."+key, "."), value)
		}
	})
}

func areNamed(items []*yaml.Node) bool {
	names := map[string]bool{}
	for _, item := range items {
		name := nameOf(item)
		if name == "" || names[name] || len(document.Get(item).Content) == 2 {
			return false
		}
		names[name] = true
	}
	return len(items) > 0
}

func nameOf(item *yaml.Node) string {
	return cmp.Or(document.Text(document.Get(item, "name")), document.Text(document.Get(item, "metadata", "name")))
}

func eachField(node *yaml.Node, visit func(key string, value *yaml.Node)) {
	node = document.Get(node)
	if !document.IsMapping(node) {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		visit(node.Content[i].Value, document.Get(node.Content[i+1]))
	}
}

// compact is a node on one line, with keys in one order whichever they are written in.
func compact(node *yaml.Node) string {
	node = document.Get(node)
	switch {
	case node == nil:
		return ""
	case node.Kind == yaml.MappingNode:
		var fields []string
		eachField(node, func(key string, value *yaml.Node) { fields = append(fields, key+": "+compact(value)) })
		slices.Sort(fields)
		return "{" + strings.Join(fields, ", ") + "}"
	case node.Kind == yaml.SequenceNode:
		var items []string
		for _, item := range node.Content {
			items = append(items, compact(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return document.Text(node)
}

// dataOf is what a ConfigMap or a Secret has, as a container sees it.
func dataOf(root *yaml.Node, isSecret bool) map[string]string {
	data := map[string]string{}
	encoded := func(key string, value *yaml.Node) {
		text := document.Text(value)
		if plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), "")); err == nil {
			text = string(plain)
		}
		data[key] = text
	}
	plain := func(key string, value *yaml.Node) { data[key] = document.Text(value) }
	if isSecret {
		eachField(document.Get(root, "data"), encoded)
		eachField(document.Get(root, "stringData"), plain)
		return data
	}
	eachField(document.Get(root, "binaryData"), encoded)
	eachField(document.Get(root, "data"), plain)
	return data
}
