package form

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// application reads the sources of an Argo CD application.
func application(root *yaml.Node) []Found {
	return sources(document.Get(root, "spec"), "")
}

func sources(spec *yaml.Node, prefix string) []Found {
	var found []Found
	if one := document.Get(spec, "source"); one != nil {
		found = append(found, source(one, prefix+"source")...)
	}
	for i, one := range document.Items(document.Get(spec, "sources")) {
		name := document.Text(document.Get(one, "ref"))
		if name == "" {
			name = strconv.Itoa(i)
		}
		found = append(found, source(one, prefix+"sources/"+name)...)
	}
	return found
}

// source reads one source: a chart or a Git revision, and what it overrides in there.
func source(node *yaml.Node, part string) []Found {
	revision := document.Get(node, "targetRevision")
	location := document.Get(node, "repoURL")
	var found []Found
	if name := document.Get(node, "chart"); name != nil {
		found = append(found, chart(name, revision, document.Text(location), part))
	} else if location != nil {
		found = append(found, gitSource(location, revision, part))
	}
	for _, override := range document.Items(document.Get(node, "kustomize", "images")) {
		found = append(found, imageOverride(override, part+"/kustomize/images"))
	}
	helm := document.Get(node, "helm")
	found = append(found, parameters(document.Get(helm, "parameters"), part+"/helm/parameters")...)
	found = append(found, valuesMappings(document.Get(helm, "valuesObject"), part+"/helm/values")...)
	return append(found, valuesText(document.Get(helm, "values"), part+"/helm/values")...)
}

// imageOverride reads an override as on kustomize's command line: name=new:tag, name:tag, name=new@digest.
func imageOverride(node *yaml.Node, part string) Found {
	name, reference, renames := strings.Cut(document.Text(node), "=")
	if !renames {
		reference = name
	}
	a, version, err := artifact.ParseImage(reference)
	if err == nil && renames {
		a, _, err = artifact.ParseImage(name)
	}
	if err != nil {
		return Found{Part: part, Scalars: scalars(node), Problem: "overrides " + quoted(document.Text(node)) + ", which is no image"}
	}
	return Found{Artifact: a, Version: version, Part: part + "/" + a.Name, Scalars: scalars(node)}
}

// parameters reads Helm parameters that set an image, such as image.tag: parameter names are paths
// into values, so they are read as those.
func parameters(list *yaml.Node, part string) []Found {
	values := &yaml.Node{Kind: yaml.MappingNode}
	for _, parameter := range document.Items(list) {
		name, value := document.Text(document.Get(parameter, "name")), document.Get(parameter, "value")
		if name == "" || value == nil {
			continue
		}
		set(values, strings.Split(name, "."), value)
	}
	found := Values(values)
	for i := range found {
		found[i].Part = part + "/" + found[i].Part
	}
	return found
}

// set puts a value at a path of keys into a mapping.
func set(mapping *yaml.Node, path []string, value *yaml.Node) {
	for len(path) > 1 {
		next := document.Get(mapping, path[0])
		if next == nil || next.Kind != yaml.MappingNode {
			next = &yaml.Node{Kind: yaml.MappingNode}
			mapping.Content = append(mapping.Content, key(path[0]), next)
		}
		mapping, path = next, path[1:]
	}
	mapping.Content = append(mapping.Content, key(path[0]), value)
}

func key(name string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: name}
}

// valuesText reads values that are written as a block of text. The whole block is what says the
// version.
func valuesText(node *yaml.Node, part string) []Found {
	documents, err := document.Parse([]byte(document.Text(node)))
	if err != nil {
		return []Found{{Part: part, Scalars: scalars(node), Problem: "has values that are no YAML: " + err.Error()}}
	}
	var found []Found
	for _, root := range documents {
		for _, f := range Values(root) {
			f.Part, f.Scalars = part+"/"+f.Part, scalars(node)
			found = append(found, f)
		}
	}
	return found
}

// placeholder is where an ApplicationSet's template takes a generator's value: {{name}} or {{.name}}.
var placeholder = regexp.MustCompile(`\{\{-?\s*\.?([A-Za-z0-9_.\[\]"-]+)\s*-?\}\}`)

// applicationSet reads the template once for each element of the set's list generators. What the other
// generators give, the manifest alone does not say: a version that depends on it is a problem.
func applicationSet(root *yaml.Node) []Found {
	template := document.Get(root, "spec", "template", "spec")
	var elements []*yaml.Node
	others := false
	for _, generator := range document.Items(document.Get(root, "spec", "generators")) {
		list := document.Items(document.Get(generator, "list", "elements"))
		elements = append(elements, list...)
		others = others || list == nil
	}
	var found []Found
	if others || len(elements) == 0 {
		found = append(found, unfilled(sources(template, "template/"))...)
	}
	for i, element := range elements {
		for _, f := range unfilled(sources(fill(template, element), "elements/"+elementName(element, i)+"/")) {
			// The element may be what says the version, and is what a person would edit then.
			f.Scalars = append(elementScalars(element, f.Version), f.Scalars...)
			found = append(found, f)
		}
	}
	return found
}

// unfilled turns versions that still have a placeholder into problems.
func unfilled(found []Found) []Found {
	for i, f := range found {
		text := f.Artifact.Name + f.Version.Repository + f.Version.Tag + f.Version.Digest
		if strings.Contains(text, "{{") {
			found[i] = Found{Part: f.Part, Scalars: f.Scalars, Problem: "takes its version from a generator that only Argo CD can ask"}
		}
	}
	return found
}

// fill returns a template with an element's values in its placeholders.
func fill(node, element *yaml.Node) *yaml.Node {
	if node == nil {
		return nil
	}
	filled := *node
	if node.Kind == yaml.ScalarNode {
		filled.Value = placeholder.ReplaceAllStringFunc(node.Value, func(text string) string {
			value := document.Get(element, strings.Split(placeholder.FindStringSubmatch(text)[1], ".")...)
			if value == nil || value.Kind != yaml.ScalarNode {
				return text
			}
			return value.Value
		})
		return &filled
	}
	filled.Content = make([]*yaml.Node, len(node.Content))
	for i, child := range node.Content {
		filled.Content[i] = fill(child, element)
	}
	return &filled
}

func elementScalars(element *yaml.Node, version artifact.Version) []*yaml.Node {
	var found []*yaml.Node
	document.Scalars(element, func(_ string, scalar *yaml.Node) bool {
		if scalar.Value != "" && (scalar.Value == version.Tag || scalar.Value == version.Digest) {
			found = append(found, scalar)
		}
		return true
	})
	return found
}

// elementName tells an element by what people call it, else by its place.
func elementName(element *yaml.Node, place int) string {
	for _, name := range []string{"name", "cluster", "env", "environment"} {
		if text := document.Text(document.Get(element, name)); text != "" {
			return text
		}
	}
	return strconv.Itoa(place)
}
