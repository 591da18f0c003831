package form

import (
	"regexp"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Bounds of what generators may multiply to. Real sets stay far below.
const (
	mostSets  = 10_000
	mostNodes = 1_000_000 // of all filled templates
)

// onlyArgo is why a set's application says no version.
const onlyArgo = "takes its version from a generator that only Argo CD can ask"

// applicationSet reads the template of an Argo CD application set once for each set of parameters that
// the manifest alone determines. What other generators give, it does not say: a version that depends on
// that is a problem, and only a version.
func applicationSet(root *yaml.Node) []Found {
	spec := document.Get(root, "spec")
	var found []Found
	if patch := document.Get(spec, "templatePatch"); strings.Contains(document.Text(patch), "source") {
		found = append(found, Found{Part: "templatePatch", Scalars: scalars(patch), Problem: "patches its sources with a template that only Argo CD can fill"})
	}
	left := mostNodes
	for _, generator := range document.Items(document.Get(spec, "generators")) {
		template := document.Get(spec, "template")
		if own := ofGenerator(generator, "template"); own != nil {
			template = document.Merge(template, own)
		}
		for _, parameters := range parameterSets(generator) {
			f := filling{parameters: parameters, origins: origins{}, left: &left}
			application := f.fill(template)
			if left < 0 {
				return append(found, Found{Part: "generators", Scalars: scalars(document.Get(root, "metadata", "name")), Problem: "generates more than promocheck reads"})
			}
			part := "applications/" + document.Text(document.Get(application, "metadata", "name")) + "/"
			found = append(found, f.origins.restore(unfilled(sources(document.Get(application, "spec"), part)))...)
		}
	}
	return found
}

// unfilled makes problems of versions that still have a placeholder.
func unfilled(found []Found) []Found {
	for i, f := range found {
		text := f.text()
		if f.Problem != "" && len(f.Scalars) > 0 {
			text = f.Scalars[0].Value
		}
		if strings.Contains(text, "{{") {
			found[i] = Found{Part: f.Part, Scalars: f.Scalars, Problem: onlyArgo}
		}
	}
	return found
}

// parameterSets lists the sets of parameters of a generator. One that the manifest does not determine
// has one set, of what is known of it: the values that it adds.
func parameterSets(generator *yaml.Node) []*yaml.Node {
	if elements := document.Get(generator, "list", "elements"); elements != nil {
		return document.Items(elements)
	}
	if nested := document.Items(document.Get(generator, "matrix", "generators")); nested != nil {
		return product(nested)
	}
	if merge := document.Get(generator, "merge"); merge != nil {
		return mergedSets(document.Items(document.Get(merge, "generators")), document.Items(document.Get(merge, "mergeKeys")))
	}
	if values := ofGenerator(generator, "values"); values != nil {
		return []*yaml.Node{at([]string{"values"}, values)}
	}
	return []*yaml.Node{unknown()}
}

func unknown() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }

// ofGenerator returns a field of what a generator is, whatever its kind.
func ofGenerator(generator *yaml.Node, field string) *yaml.Node {
	generator = document.Get(generator)
	if !document.IsMapping(generator) {
		return nil
	}
	for i := 0; i+1 < len(generator.Content); i += 2 {
		if value := document.Get(generator.Content[i+1], field); value != nil && generator.Content[i].Value != "selector" {
			return value
		}
	}
	return nil
}

// product combines each set of one generator with each of the next.
func product(generators []*yaml.Node) []*yaml.Node {
	sets := []*yaml.Node{unknown()}
	for _, generator := range generators {
		var combined []*yaml.Node
		own := parameterSets(generator)
		if len(sets)*len(own) > mostSets {
			return []*yaml.Node{unknown()}
		}
		for _, one := range sets {
			for _, other := range own {
				combined = append(combined, document.Merge(one, other))
			}
		}
		sets = combined
	}
	return sets
}

// mergedSets are the sets of the first generator with those of the others on top that agree with them
// in the keys. Where that cannot be told, both are taken for sets of their own; and what a generator
// that only Argo CD can ask may override is not known any more.
func mergedSets(generators, keys []*yaml.Node) []*yaml.Node {
	if len(generators) == 0 {
		return nil
	}
	sets := parameterSets(generators[0])
	for _, generator := range generators[1:] {
		for _, above := range parameterSets(generator) {
			var alone bool
			sets, alone = mergedInto(sets, above, keys)
			if alone && len(sets) < mostSets {
				sets = append(sets, above)
			}
		}
	}
	return sets
}

// mergedInto puts one set on top of those that it belongs to. It reports true if it may belong to some
// that are not known.
func mergedInto(sets []*yaml.Node, above *yaml.Node, keys []*yaml.Node) (all []*yaml.Node, alone bool) {
	identity, known := keyed(above, keys)
	for _, below := range sets {
		own, ownKnown := keyed(below, keys)
		switch {
		case !known:
			below = own
		case !ownKnown:
			alone = true
		case equal(identity, own):
			below = document.Merge(below, above)
		}
		all = append(all, below)
	}
	return all, alone && known
}

// keyed is what a set has at the keys; false if it lacks one.
func keyed(set *yaml.Node, keys []*yaml.Node) (*yaml.Node, bool) {
	has, all := unknown(), true
	for _, key := range keys {
		path := strings.Split(document.Text(key), ".")
		value := document.Get(set, path...)
		if document.Text(value) == "" {
			all = false
			continue
		}
		has = document.Merge(has, at(path, value))
	}
	return has, all
}

func equal(a, b *yaml.Node) bool {
	var texts [2][]string
	for i, node := range []*yaml.Node{a, b} {
		document.Expanded(node, func(_ string, scalar *yaml.Node) { texts[i] = append(texts[i], scalar.Value) })
	}
	return strings.Join(texts[0], "\x00") == strings.Join(texts[1], "\x00")
}

// placeholder is where a template takes a parameter: {{name}}, or {{.name}} in a Go template.
var placeholder = regexp.MustCompile(`\{\{-?\s*\.?([A-Za-z0-9_.-]+?)\s*-?\}\}`)

// filling puts one set of parameters into a template.
type filling struct {
	parameters *yaml.Node
	origins    origins
	left       *int // nodes that may still be filled, of all sets
}

// fill returns a template with parameters in its placeholders. What has none is not copied.
func (f *filling) fill(node *yaml.Node) *yaml.Node {
	node = document.Get(node)
	*f.left--
	if node == nil || *f.left < 0 {
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
		value := document.Get(f.parameters, strings.Split(placeholder.FindStringSubmatch(text)[1], ".")...)
		if value == nil || value.Kind != yaml.ScalarNode {
			return text
		}
		from = append(from, value)
		return value.Value
	})
	if from == nil {
		return node
	}
	filled := *node
	filled.Value = text
	f.origins[&filled] = append(from, node)
	return &filled
}
