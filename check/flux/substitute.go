package flux

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// Variable is one that a Kustomization says itself, and where.
type Variable struct {
	Name, Value  string
	File         string
	Line, Column int
}

// Reference is an object that a Kustomization takes variables from.
type Reference struct {
	Ref
	Optional bool
}

// Substitution is what a Kustomization has put into what it builds.
type Substitution struct {
	Inline []Variable
	From   []Reference // each goes over those before it, and what is said inline over all
	Always bool        // even where there is no variable
	// Above is what is put into the Kustomization itself, by the one that deploys it; nil: nothing is.
	Above *Substitution
}

// IsOfCluster reports whether it may put in something else in each cluster.
func (s *Substitution) IsOfCluster() bool { return s != nil && (len(s.From) > 0 || s.IsMade()) }

// IsMade reports whether what is put into the Kustomization itself may be another value of a variable than is written.
func (s *Substitution) IsMade() bool {
	return slices.ContainsFunc(s.Inline, func(v Variable) bool { return strings.Contains(v.Value, "${") })
}

// Key is the same for substitutions that put in the same, wherever they are written.
func (s *Substitution) Key() string {
	var b strings.Builder
	inline := slices.Clone(s.Inline)
	slices.SortStableFunc(inline, func(one, other Variable) int { return strings.Compare(one.Name, other.Name) })
	for _, variable := range inline {
		fmt.Fprintf(&b, "\n%s=%s", variable.Name, variable.Value)
	}
	for _, reference := range s.From {
		fmt.Fprintf(&b, "\n%q %v", reference.Ref, reference.Optional)
	}
	fmt.Fprintf(&b, "\n%v", s.Always)
	if s.Above != nil {
		b.WriteString(s.Above.Key())
	}
	return b.String()
}

// Origin is where the value of a variable, or of a release, comes from: a key of an object, or the deployer itself, which
// has no Ref.
type Origin struct {
	Ref
	Key string
}

// Variables are those of a substitution with their values, as far as they are known.
type Variables struct {
	values map[string]value
	// elsewhere are objects that nothing here brings: what nobody else says may come from them.
	elsewhere []Ref
	always    bool
	wrong     error // why Flux refuses to substitute anything
	left      int   // what may still be made of objects
}

// value is one variable's.
type value struct {
	text   string
	from   Origin
	secret *kyaml.Node // what stands for it where it is not to be known
}

// mostOfAll bounds what is made of all the objects that one Kustomization builds.
const mostOfAll = 64 << 20

var variableName = regexp.MustCompile(`^[_[:alpha:]][_[:alpha:][:digit:]]*$`)

// Variables looks up the values of a substitution; of none there are none.
func (s *Substitution) Variables(find Configs) *Variables {
	if s == nil {
		return nil
	}
	v := &Variables{values: map[string]value{}, always: s.Always, left: mostOfAll}
	for _, reference := range s.From {
		c := find(reference.Ref)
		if c == nil || c.Open {
			if c != nil || !reference.Optional {
				v.elsewhere = append(v.elsewhere, reference.Ref)
			}
		}
		if c == nil {
			continue
		}
		for key, node := range c.Entries {
			given := value{from: Origin{c.Ref, key}}
			if c.IsSecret() {
				given.secret = node
			} else {
				given.text = document.Text(node)
			}
			v.set(key, given)
		}
	}
	above := s.Above.Variables(find)
	for _, variable := range s.Inline {
		v.set(variable.Name, above.inline(variable))
	}
	return v
}

// inline is the value of a variable that a Kustomization says itself, with what is put into that.
func (v *Variables) inline(variable Variable) value {
	given := value{text: variable.Value, from: Origin{Key: variable.Name}}
	if v == nil || v.wrong != nil || !strings.Contains(variable.Value, "$") {
		return given
	}
	made, unknown, err := v.fill(variable.Value)
	if err != nil {
		return given
	}
	given.text = made
	if len(unknown) > 0 {
		given.secret = &kyaml.Node{Kind: kyaml.SequenceNode, Content: v.unknown(unknown)}
	}
	if names := variablesIn(variable.Value); len(names) == 1 {
		if from, ok := v.values[names[0]]; ok {
			given.from = from.from
		}
	}
	return given
}

func (v *Variables) set(name string, given value) {
	given.text = strings.ReplaceAll(given.text, "\n", "")
	v.values[name] = given
	if !variableName.MatchString(name) && (v.wrong == nil || v.wrong.Error() > refused(name)) {
		v.wrong = errors.New(refused(name))
	}
}

func refused(name string) string {
	return fmt.Sprintf("its variables have one called %q, which is no name of a variable: Flux refuses them all", name)
}

// value is a variable's; false where it is not known. One that nobody sets is empty.
func (v *Variables) value(name string) (string, bool) {
	given, ok := v.values[name]
	switch {
	case ok:
		return given.text, given.secret == nil
	case len(v.elsewhere) > 0:
		return "", false
	}
	return "", true
}

// Filled is an object with variables put into it.
type Filled struct {
	Root *kyaml.Node
	// From are the scalars that those of the object were made from.
	From map[*kyaml.Node]*kyaml.Node
	// Unknown stand for the values that are not known, in the order of the variables' names.
	Unknown []*kyaml.Node

	variables *Variables
}

const marked = "kustomize.toolkit.fluxcd.io/substitute"

// Into puts the variables into an object; nil where nothing in it is for them. The error says why Flux cannot.
func (v *Variables) Into(root *kyaml.Node) (*Filled, error) {
	isOff := func(field string) bool {
		return document.Text(document.Get(document.Get(root, "metadata", field), marked)) == "disabled"
	}
	switch {
	case v == nil || !document.IsMapping(root) || isOff("labels") || isOff("annotations"):
		return nil, nil
	case len(v.values)+len(v.elsewhere) == 0 && !v.always || !mentions(root):
		return nil, nil
	case v.wrong != nil:
		return nil, v.wrong
	}
	data, err := kyaml.NewRNode(root).MarshalJSON()
	if err != nil {
		return nil, err
	}
	text, err := sigsyaml.JSONToYAML(data)
	if err != nil {
		return nil, err
	}
	made, unknown, err := v.fill(string(text))
	if err != nil {
		return nil, err
	}
	filled, err := parsedAnew(made)
	if err != nil {
		return nil, err
	}
	f := &Filled{Root: filled, From: map[*kyaml.Node]*kyaml.Node{}, Unknown: v.unknown(unknown), variables: v}
	f.pair(root, filled)
	return f, nil
}

// Text puts the variables into a text that stands for itself. One that they cannot be put into stays as it is.
func (v *Variables) Text(text string) string {
	if v == nil || v.wrong != nil || !strings.Contains(text, "$") {
		return text
	}
	made, _, err := v.fill(text)
	if err != nil {
		return text
	}
	return made
}

// mentions reports whether there is an expression, or an escape, in an object.
func mentions(node *kyaml.Node) bool {
	if strings.Contains(node.Value, "${") || strings.Contains(node.Value, "$$") {
		return true
	}
	return node.Kind != kyaml.AliasNode && slices.ContainsFunc(node.Content, mentions) || node.Kind == kyaml.AliasNode && mentions(node.Alias)
}

// fill puts the variables into a text.
func (v *Variables) fill(text string) (made string, unknown map[string]bool, err error) {
	tree, err := parsed(text)
	if err != nil {
		return "", nil, err
	}
	e := evaluation{Variables: v, left: min(mostMade, v.left), unknown: map[string]bool{}}
	made, _, err = e.text(tree)
	v.left -= len(made)
	return made, e.unknown, err
}

// parsedAnew reads what was made of an object as Flux does: by the rules of YAML that Kubernetes has.
func parsedAnew(text string) (*kyaml.Node, error) {
	if err := document.Check([]byte(text)); err != nil {
		return nil, err
	}
	data, err := sigsyaml.YAMLToJSON([]byte(text))
	if err != nil {
		return nil, err
	}
	if len(data) > mostMade {
		return nil, errTooMuch
	}
	roots, err := document.Parse(data)
	if err != nil {
		return nil, err
	}
	if len(roots) != 1 || !document.IsMapping(roots[0]) {
		return nil, errors.New("with its variables it is no object any more")
	}
	return roots[0], nil
}

// unknown are what stands for values that are not known.
func (v *Variables) unknown(names map[string]bool) []*kyaml.Node {
	var all []*kyaml.Node
	for _, name := range sorted(names) {
		if given, ok := v.values[name]; ok {
			all = append(all, document.Below([]string{name}, given.secret))
		}
	}
	return all
}

// pair notes what each scalar was made from, as far as both objects have the same shape.
func (f *Filled) pair(raw, made *kyaml.Node) {
	if raw.Kind == kyaml.AliasNode {
		raw = raw.Alias
	}
	switch {
	case raw.Kind == kyaml.ScalarNode:
		document.Scalars(made, func(_ string, scalar *kyaml.Node) bool {
			f.From[scalar] = raw
			return true
		})
	case raw.Kind == kyaml.MappingNode && made.Kind == kyaml.MappingNode:
		of := map[string]*kyaml.Node{}
		for i := 0; i+1 < len(raw.Content); i += 2 {
			of[raw.Content[i].Value] = raw.Content[i+1]
		}
		for i := 0; i+1 < len(made.Content); i += 2 {
			if from := of[made.Content[i].Value]; from != nil {
				f.pair(from, made.Content[i+1])
			}
		}
	case raw.Kind == kyaml.SequenceNode && made.Kind == kyaml.SequenceNode && len(raw.Content) == len(made.Content):
		for i := range raw.Content {
			f.pair(raw.Content[i], made.Content[i])
		}
	}
}

// Uses are the variables in what a scalar of the object was made from, with what they are set to.
func (f *Filled) Uses(scalar *kyaml.Node) []Use {
	if f == nil || f.From[scalar] == nil {
		return nil
	}
	var uses []Use
	for _, name := range variablesIn(f.From[scalar].Value) {
		if given, ok := f.variables.values[name]; ok {
			uses = append(uses, Use{given.from, given.text, given.secret})
		}
	}
	return uses
}

// Use is a variable that fills something.
type Use struct {
	Origin
	Text   string
	Secret *kyaml.Node // what stands for the value, where that is not to be known
}
