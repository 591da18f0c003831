package evaluate

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Part is a part of the event that a rule read.
type Part struct {
	Path  string // as Rego has it: input.changes[0].after.tag
	Value string // as JSON
}

// Read asks a rule anew, and tells which parts of the event it reads. Of changes and effects it tells those with one of the
// IDs, of all where there are none.
func (c *Case) Read(ctx context.Context, id string, ids []string) ([]Part, error) {
	input, err := c.input()
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(c.rules.active, func(r Rule) bool { return r.ID == id })
	if at < 0 {
		return nil, nil // nobody asks it
	}
	r := &recorder{input: input, places: map[ast.Value]string{}, read: map[string]bool{}}
	r.note(input, "input")
	if _, err := c.ask(ctx, "findings", c.rules.active[at:at+1], input, r); err != nil {
		return nil, err
	}
	t := teller{read: r.read, ids: ids}
	t.tell(input, "input")
	return t.parts, nil
}

// recorder watches how expressions are evaluated, and notes what of the input they read. A value is recognised by being the
// very one that is in the input, whatever variable or argument it is by then.
type recorder struct {
	input  ast.Object
	places map[ast.Value]string // of objects, lists and sets within the input
	read   map[string]bool      // by path
}

// Enabled, Config and TraceEvent make it a topdown.QueryTracer.
func (r *recorder) Enabled() bool { return true }

// Config asks for what variables stand for.
func (r *recorder) Config() topdown.TraceConfig { return topdown.TraceConfig{PlugLocalVars: true} }

// TraceEvent notes what an expression reads that is about to be evaluated.
func (r *recorder) TraceEvent(event topdown.Event) {
	expression, ok := event.Node.(*ast.Expr)
	if !ok || event.Op != topdown.EvalOp {
		return
	}
	visitor := ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension, *ast.Every:
			return true // is evaluated by events of its own
		case ast.Ref:
			r.ref(x, event.Locals)
			return true
		}
		return false
	})
	visitor.Walk(expression)
	if expression.IsCall() && ast.BuiltinMap[expression.Operator().String()] != nil {
		for _, operand := range expression.Operands() {
			if place, known := r.places[composite(bound(operand.Value, event.Locals))]; known {
				r.read[place] = true // as a whole
			}
		}
	}
}

// note remembers where objects, lists and sets are. Those without anything in them may be in several places.
func (r *recorder) note(value ast.Value, path string) {
	if key := composite(value); key != nil {
		r.places[key] = path
	}
	within(value, path, r.note)
}

// ref notes what a reference leads to.
func (r *recorder) ref(ref ast.Ref, locals *ast.ValueMap) {
	head := bound(ref[0].Value, locals)
	if ref[0].Equal(ast.InputRootDocument) {
		head = r.input
	}
	if place, known := r.places[composite(head)]; known && len(ref) > 1 {
		r.below(head, place, ref[1:], locals)
	}
}

// below notes what is read below a value. A key that is not known yet stands for all that there are.
func (r *recorder) below(value ast.Value, path string, keys ast.Ref, locals *ast.ValueMap) {
	if len(keys) == 0 {
		r.read[path] = true
		return
	}
	key := bound(keys[0].Value, locals)
	if _, open := key.(ast.Var); !open {
		if getter, ok := value.(interface{ Get(*ast.Term) *ast.Term }); ok {
			if element := getter.Get(ast.NewTerm(key)); element != nil {
				r.below(element.Value, path+step(key), keys[1:], locals)
			}
		}
		return
	}
	within(value, path, func(element ast.Value, at string) {
		if len(keys) > 1 || composite(element) == nil { // else what of it is read is still to come
			r.below(element, at, keys[1:], locals)
		}
	})
}

// bound is what a variable stands for, if it stands for anything, and else the value itself.
func bound(value ast.Value, locals *ast.ValueMap) ast.Value {
	if variable, ok := value.(ast.Var); ok && locals != nil {
		if stands := locals.Get(variable); stands != nil {
			return stands
		}
	}
	return value
}

// composite is a value that has others in it, nil for all else.
func composite(value ast.Value) ast.Value {
	switch value := value.(type) {
	case *ast.Array:
		if value.Len() > 0 {
			return value
		}
	case ast.Object:
		if value.Len() > 0 {
			return value
		}
	}
	return nil
}

// within visits what is directly within a value.
func within(value ast.Value, path string, visit func(ast.Value, string)) {
	switch value := value.(type) {
	case *ast.Array:
		for i := range value.Len() {
			visit(value.Elem(i).Value, path+"["+strconv.Itoa(i)+"]")
		}
	case ast.Object:
		for _, key := range value.Keys() {
			visit(value.Get(key).Value, path+step(key.Value))
		}
	}
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// step is a key as a reference has it.
func step(key ast.Value) string {
	if name, ok := key.(ast.String); ok && identifier.MatchString(string(name)) {
		return "." + string(name)
	}
	return "[" + key.String() + "]"
}

// teller lists what was read, in the order of the input: of what was read in parts, the parts.
type teller struct {
	read  map[string]bool
	ids   []string
	parts []Part
}

var listed = regexp.MustCompile(`^input\.(changes|effects)\[[0-9]+\]$`)

func (t *teller) tell(value ast.Value, path string) {
	if listed.MatchString(path) && len(t.ids) > 0 && !slices.Contains(t.ids, idOf(value)) {
		return
	}
	before := len(t.parts)
	within(value, path, t.tell)
	if t.read[path] && len(t.parts) == before {
		t.parts = append(t.parts, Part{path, asJSON(value)})
	}
}

func idOf(value ast.Value) string {
	if object, ok := value.(ast.Object); ok {
		if id := object.Get(ast.StringTerm("id")); id != nil {
			text, _ := id.Value.(ast.String)
			return string(text)
		}
	}
	return ""
}

func asJSON(value ast.Value) string {
	plain, err := ast.JSON(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	if plain == nil {
		return "null"
	}
	return inWords(plain)
}
