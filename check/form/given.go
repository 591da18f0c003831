package form

import (
	"regexp"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

var (
	// filledIn is a place that something fills, in any of the languages of templates that objects have.
	filledIn = regexp.MustCompile(`\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$\([^()]*\)|<<[^<>]*>>`)
	variable = regexp.MustCompile(`[\w.-]*\w`)
)

// give notes, of what could not be worked out, which texts of the object are called as what is to be filled in: a workflow's
// parameters, the inputs of a set of objects. A change of them changes what runs.
func give(root *yaml.Node, found []Found) []Found {
	wanted := map[string][]int{} // by name, which of those found
	for i, f := range found {
		if f.Problem == "" {
			continue
		}
		for _, scalar := range f.Scalars {
			for _, place := range filledIn.FindAllString(scalar.Value, -1) {
				for _, name := range variable.FindAllString(place, -1) {
					name = name[strings.LastIndexByte(name, '.')+1:]
					wanted[name] = append(wanted[name], i)
				}
			}
		}
	}
	if len(wanted) > 0 {
		eachText(root, func(name string, value *yaml.Node) {
			for _, i := range wanted[name] {
				found[i].Given = append(found[i].Given, value)
			}
		})
	}
	return found
}

// eachText visits the texts below a node with what each is called: its key, or the name beside it.
func eachText(node *yaml.Node, visit func(name string, value *yaml.Node)) {
	beside := document.Text(document.Get(node, "name"))
	for i, child := range node.Content {
		if node.Kind != yaml.MappingNode || child.Kind != yaml.ScalarNode {
			eachText(child, visit)
			continue
		}
		if i%2 == 0 {
			continue
		}
		switch key := node.Content[i-1].Value; {
		case beside != "" && (key == "value" || key == "default" || key == "string"):
			visit(beside, child)
		default:
			visit(key, child)
		}
	}
}
