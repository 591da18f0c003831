package form

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Bounds of what generators may multiply to. Real sets stay far below.
const (
	mostSets  = 10_000
	mostNodes = 1_000_000 // of all filled templates
)

// Why a set's application says no version.
const (
	onlyArgo  = "takes its version from a generator that only Argo CD can ask"
	ambiguous = "takes its version from files of which its patterns find more or fewer, as Argo CD is set up"
	notGiven  = "takes its version from a parameter that its generator does not give, or gives as a number that comes out differently"
	elsewhere = "takes its version from what a Git repository holds; if that is this one, and its default branch, `repository` in .promocheck.yaml says so"
)

// applicationSet reads the template of an Argo CD application set once for each set of parameters that
// the repo alone determines. What other generators give, it does not say: a version that depends on that
// is a problem, and only a version.
func (r *Reader) applicationSet(root *yaml.Node) []Found {
	spec := document.Get(root, "spec")
	var found []Found
	if patch := document.Get(spec, "templatePatch"); strings.Contains(document.Text(patch), "source") {
		found = append(found, Found{Part: "templatePatch", Scalars: scalars(patch), Problem: "patches its sources with a template that only Argo CD can fill"})
	}
	g := generating{Reader: r, isGo: document.Text(document.Get(spec, "goTemplate")) == "true", left: mostNodes}
	for _, generator := range document.Items(document.Get(spec, "generators")) {
		template := document.Get(spec, "template")
		if own := ofGenerator(generator, "template"); own != nil {
			template = document.Merge(template, own)
		}
		for _, parameters := range g.sets(generator) {
			f := filling{generating: &g, parameters: parameters.values, origins: origins{}}
			application := f.fill(template)
			if g.left < 0 {
				return append(found, Found{Part: "generators", Scalars: scalars(document.Get(root, "metadata", "name")), Problem: "generates more than promocheck reads"})
			}
			part := "applications/" + document.Text(document.Get(application, "metadata", "name")) + "/"
			found = append(found, f.origins.restore(unfilled(r.sources(document.Get(application, "spec"), part), parameters.why))...)
		}
	}
	return found
}

// unfilled makes problems of versions that still have a placeholder.
func unfilled(found []Found, why string) []Found {
	for i, f := range found {
		text := f.text()
		if f.Problem != "" && len(f.Scalars) > 0 {
			text = f.Scalars[0].Value
		}
		if strings.Contains(text, "{{") {
			found[i] = Found{Part: f.Part, Scalars: f.Scalars, Problem: cmp.Or(why, notGiven)}
		}
	}
	return found
}

// set is one set of parameters that a generator gives.
type set struct {
	values *yaml.Node
	why    string // what it may have besides is not known; empty in one that is whole
}

func open(why string) set { return set{&yaml.Node{Kind: yaml.MappingNode}, why} }

// over puts one set on top of another.
func (s set) over(under set) set {
	return set{document.Merge(under.values, s.values), cmp.Or(under.why, s.why)}
}

// generating works out the sets of parameters of an application set.
type generating struct {
	*Reader
	isGo bool
	left int // nodes that may still be filled
}

// sets lists the sets of parameters of a generator. One that the repo does not determine has one set, of
// what is known of it: the values that it adds.
func (g *generating) sets(generator *yaml.Node) []set {
	generator = document.Get(generator)
	var sets []set
	if list := document.Get(generator, "list"); list != nil && document.Get(list, "elementsYaml") == nil {
		for _, element := range document.Items(document.Get(list, "elements")) {
			sets = append(sets, set{values: element})
		}
	} else if matrix := document.Get(generator, "matrix"); matrix != nil {
		sets = g.product(document.Items(document.Get(matrix, "generators")))
	} else if merge := document.Get(generator, "merge"); merge != nil {
		sets = g.merged(document.Items(document.Get(merge, "generators")), document.Items(document.Get(merge, "mergeKeys")))
	} else if git := document.Get(generator, "git"); git != nil {
		sets = g.git(git)
	} else {
		sets = []set{g.withValues(open(onlyArgo), ofGenerator(generator, "values"))}
	}
	selector := document.Get(generator, "selector")
	return slices.DeleteFunc(sets, func(s set) bool { return !selects(selector, s) })
}

// withValues adds the values that a generator has of its own, which may be put together from what it gives.
func (g *generating) withValues(s set, values *yaml.Node) set {
	if values == nil {
		return s
	}
	f := filling{generating: g, parameters: s.values, origins: origins{}}
	return set{document.Merge(s.values, at([]string{"values"}, f.fill(values))), s.why}
}

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

// product combines each set of one generator with each of the next, which may have the first's parameters
// in it.
func (g *generating) product(generators []*yaml.Node) []set {
	sets := []set{{values: &yaml.Node{Kind: yaml.MappingNode}}}
	for _, generator := range generators {
		var combined []set
		for _, one := range sets {
			f := filling{generating: g, parameters: one.values, origins: origins{}}
			for _, other := range g.sets(f.fill(generator)) {
				combined = append(combined, other.over(one))
			}
			if len(combined) > mostSets || g.left < 0 {
				return []set{open(onlyArgo)}
			}
		}
		sets = combined
	}
	return sets
}

// merged are the sets of the first generator with those of the others on top that agree with them in the
// keys. Where that cannot be told, both are taken for sets of their own; and what a generator that only
// Argo CD can ask may override is not known any more.
func (g *generating) merged(generators, keys []*yaml.Node) []set {
	if len(generators) == 0 {
		return nil
	}
	sets := g.sets(generators[0])
	for _, generator := range generators[1:] {
		for _, above := range g.sets(generator) {
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
func mergedInto(sets []set, above set, keys []*yaml.Node) (all []set, alone bool) {
	identity, known := keyed(above.values, keys)
	for _, below := range sets {
		own, ownKnown := keyed(below.values, keys)
		switch {
		case !known:
			below = set{own, above.why}
		case !ownKnown:
			alone = true
		case equal(identity, own):
			below = above.over(below)
		}
		all = append(all, below)
	}
	return all, alone && known
}

// keyed is what a set has at the keys; false if it lacks one.
func keyed(values *yaml.Node, keys []*yaml.Node) (*yaml.Node, bool) {
	has, all := &yaml.Node{Kind: yaml.MappingNode}, true
	for _, key := range keys {
		value := lookUp(values, document.Text(key))
		if document.Text(value) == "" {
			all = false
			continue
		}
		has = document.Merge(has, at(strings.Split(document.Text(key), "."), value))
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

// selects reports whether a selector may take a set: it compares parameters with labels.
func selects(selector *yaml.Node, s set) bool {
	takes := func(key, operator string, values ...string) bool {
		value := lookUp(s.values, key)
		if value == nil && s.why != "" {
			return true // it may have it
		}
		switch in := value != nil && slices.Contains(values, document.Text(value)); operator {
		case "In":
			return in
		case "NotIn":
			return !in
		case "Exists":
			return value != nil
		case "DoesNotExist":
			return value == nil
		}
		return true
	}
	labels := document.Get(selector, "matchLabels")
	for i := 0; document.IsMapping(labels) && i+1 < len(labels.Content); i += 2 {
		if !takes(labels.Content[i].Value, "In", document.Text(labels.Content[i+1])) {
			return false
		}
	}
	for _, expression := range document.Items(document.Get(selector, "matchExpressions")) {
		var values []string
		for _, value := range document.Items(document.Get(expression, "values")) {
			values = append(values, document.Text(value))
		}
		if !takes(document.Text(document.Get(expression, "key")), document.Text(document.Get(expression, "operator")), values...) {
			return false
		}
	}
	return true
}

// placeholder is where a template takes a parameter: {{name}}, or {{.name}} or {{index .names 0}} in a Go
// template.
var placeholder = regexp.MustCompile(`\{\{-?\s*(?:(index)\s+)?(\.?)([A-Za-z0-9_.\[\]-]+?)(?:\s+(\d+))?\s*-?\}\}`)

// filling puts one set of parameters into a template.
type filling struct {
	*generating
	parameters *yaml.Node
	origins    origins
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
	if from == nil {
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
