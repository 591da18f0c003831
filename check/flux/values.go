package flux

import (
	"fmt"
	"strings"

	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// Values are those that a release of Flux gives its chart.
type Values struct {
	Root *kyaml.Node // nil for none
	// From tells of scalars that the release does not say itself where they come from.
	From map[*kyaml.Node]Use
	// Hidden are values as a whole that are not to be known.
	Hidden []Hidden
	// Open is set where something that it takes is not here, or not to be known.
	Open bool
	// Problems are why Flux gives the chart nothing, or not all.
	Problems []Problem
}

// Hidden are the values that a key of an object has. Given is what stands for them; nil where nothing here brings the
// object.
type Hidden struct {
	Origin
	Given *kyaml.Node
}

// Problem is a reference that does not give what it is for.
type Problem struct {
	Node   *kyaml.Node
	Name   string // of the object
	Reason string
}

// ValuesOf merges the values of a HelmRelease as Flux does: what it takes from objects, in their order, each over those
// before it, and over all what it says itself. A single value with a path goes into what it says itself.
func ValuesOf(release *kyaml.Node, find Configs) *Values {
	spec := document.Get(release, "spec")
	m := &merging{Values: &Values{From: map[*kyaml.Node]Use{}}, own: apart(document.Get(spec, "values")), merged: newMapping()}
	namespace := document.Text(document.Get(release, "metadata", "namespace"))
	for _, reference := range document.Items(document.Get(spec, "valuesFrom")) {
		m.take(reference, namespace, find)
	}
	if len(document.Items(document.Get(spec, "valuesFrom"))) == 0 {
		m.Root = document.Get(spec, "values") // to the node as it is written
		return m.Values
	}
	if m.Root = over(m.merged, m.own); len(m.Root.Content) == 0 {
		m.Root = nil
	}
	return m.Values
}

// merging collects the values of one release.
type merging struct {
	*Values
	own, merged *kyaml.Node
}

// take takes in what one reference is for.
func (m *merging) take(reference *kyaml.Node, namespace string, find Configs) {
	text := func(key string) string { return document.Text(document.Get(reference, key)) }
	origin := Origin{Ref{text("kind"), namespace, text("name")}, text("valuesKey")}
	if origin.Key == "" {
		origin.Key = "values.yaml"
	}
	isOptional, at := text("optional") == "true", text("targetPath")
	c := find(origin.Ref)
	m.Open = m.Open || c == nil || c.IsSecret()
	if c == nil {
		switch {
		case at == "":
			m.Hidden = append(m.Hidden, Hidden{Origin: origin})
		case isOptional:
		default:
			m.set(at, m.placeholder(Use{Origin: origin}, reference))
		}
		return
	}
	origin.Ref = c.Ref
	value := c.Entries[origin.Key]
	switch {
	case value == nil && isOptional && !c.Open:
	case value == nil && !c.Open:
		m.problem(reference, fmt.Sprintf("takes values from the key %s of %s %s, which has none of that name", origin.Key, c.Kind, c.Name))
	case !c.IsSecret() && at == "":
		m.document(document.Text(value), Use{Origin: origin}, reference)
	case !c.IsSecret():
		m.one(document.Text(value), at, text("literal") == "true", Use{Origin: origin}, reference)
	case at == "":
		m.Hidden = append(m.Hidden, Hidden{origin, value})
	default:
		m.set(at, m.placeholder(Use{Origin: origin, Secret: value}, reference))
	}
}

func (m *merging) problem(reference *kyaml.Node, reason string) {
	m.Problems = append(m.Problems, Problem{reference, document.Text(document.Get(reference, "name")), reason})
}

// document takes in a text that is values. Of several documents, Flux reads the first.
func (m *merging) document(text string, use Use, reference *kyaml.Node) {
	roots, err := document.ParseAsJSON([]byte(text))
	switch {
	case err != nil || len(roots) > 0 && !document.IsMapping(roots[0]):
		m.problem(reference, fmt.Sprintf("takes values from the key %s of %s %s, which are none", use.Key, use.Kind, use.Name))
	case len(roots) > 0:
		values := apart(roots[0])
		m.note(values, use)
		m.merged = over(m.merged, values)
	}
}

// note notes where the scalars of some values come from.
func (m *merging) note(values *kyaml.Node, use Use) {
	document.Expanded(values, func(_ string, scalar *kyaml.Node) {
		use.Text = scalar.Value
		m.From[scalar] = use
	})
}

// one takes in a single value, which is set as on Helm's command line.
func (m *merging) one(text, at string, isLiteral bool, use Use, reference *kyaml.Node) {
	value, ok := document.NewText(text), true
	if !isLiteral {
		value, ok = set(text)
	}
	if !ok {
		m.problem(reference, fmt.Sprintf("sets %s to the key %s of %s %s, which Helm takes for several values", at, use.Key, use.Kind, use.Name))
		return
	}
	m.note(value, use)
	m.set(at, value)
}

// placeholder stands for a value that is not known.
func (m *merging) placeholder(use Use, reference *kyaml.Node) *kyaml.Node {
	value := document.NewText("${" + use.Name + "/" + use.Key + "}")
	value.Line, value.Column = reference.Line, reference.Column
	m.From[value] = use
	return value
}

// set puts a value at a path. It goes into what the release says itself as far as that has all that lies above, since
// both are then the same mapping; else what the release says goes over it in the end.
func (m *merging) set(at string, value *kyaml.Node) {
	m.merged = over(m.merged, m.own)
	put(m.merged, pathOf(at), value)
}

// set reads a value as Helm's --set does: numbers, booleans and null are such, and in quotes it is text. What has several
// values in it is none.
func set(text string) (*kyaml.Node, bool) {
	for _, quote := range []string{"'", `"`} {
		if strings.HasPrefix(text, quote) && strings.HasSuffix(text, quote) {
			return document.NewText(strings.Trim(text, `'"`)), true
		}
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == ',' || i == 0 && text[i] == '{':
			return nil, false
		case text[i] == '\\' && i+1 < len(text):
			i++
		}
		b.WriteByte(text[i])
	}
	node := document.NewText(b.String())
	switch {
	case node.Value == "true" || node.Value == "false":
		node.Tag = kyaml.NodeTagBool
	case node.Value == "null":
		node.Tag = kyaml.NodeTagNull
	case node.Value == "0" || isWhole(node.Value):
		node.Tag, node.Style = kyaml.NodeTagInt, kyaml.DoubleQuotedStyle // it comes out as it is written, unlike one in a file
	}
	return node, true
}
