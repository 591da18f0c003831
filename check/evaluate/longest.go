package evaluate

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// The longest stay is `longest`, a field of what an event says of a version's past in an environment. A rule reads it
// by that name; or without saying it, by going through all fields of such a past, or by giving one, or what has one
// in it, to something that does. To find that out, variables are followed to what of the event they may hold.

// kind is what of an event a value may be, as a set.
type kind uint8

const (
	theInput kind = 1 << iota
	changes       // the list
	change
	pasts // a list of them, of one environment each
	past
)

// withFields are those of which a field may be the longest stay, or lead to it.
const withFields = theInput | change | past

// leadingTo are the fields by which one kind leads to another.
var leadingTo = map[ast.String]struct{ from, to kind }{
	"changes":  {theInput, changes},
	"upstream": {change, pasts},
	"earlier":  {change, pasts},
	"own":      {change, past},
	"ran":      {past, past}, // it has a longest stay of its own
}

// holds is what a value may be and, if it is a collection that a rule made, what may be within it, within what is
// within it, and so on; the last counts for all that is deeper.
type holds [4]kind

func (h holds) or(other holds) holds {
	for i := range h {
		h[i] |= other[i]
	}
	return h
}

// wrapped is what a collection holds that has the value in it.
func (h holds) wrapped() (around holds) {
	copy(around[1:], h[:])
	around[len(h)-1] |= h[len(h)-1]
	return around
}

// within is what is found in a collection that a rule made.
func (h holds) within() (below holds) {
	copy(below[:], h[1:])
	below[len(h)-1] = h[len(h)-1]
	return below
}

// field is what is found below a value by a name.
func (h holds) field(name ast.String) holds {
	below := h.within()
	if step, ok := leadingTo[name]; ok && h[0]&step.from != 0 {
		below[0] |= step.to
	}
	return below
}

// each is what is found below a value by a key that is no name.
func (h holds) each() holds {
	below := h.within()
	if h[0]&changes != 0 {
		below[0] |= change
	}
	if h[0]&pasts != 0 {
		below[0] |= past
	}
	return below
}

// variable is one of a rule's.
type variable struct {
	rule *ast.Rule
	name ast.Var
}

// following follows values through rules until nothing new is found.
type following struct {
	compiler  *ast.Compiler
	said      map[*ast.Rule]*said
	users     map[*ast.Rule][]*ast.Rule // of a rule's value
	rule      *ast.Rule                 // that is gone through
	variables map[variable]holds
	values    map[*ast.Rule]holds
	reads     map[*ast.Rule]bool
	again     map[*ast.Rule]bool // those that use what more is known of than when they were gone through
}

// readLongest tells which rules, in the sense of Rego, read the longest stay themselves.
func readLongest(compiler *ast.Compiler, all map[*ast.Rule]*said) map[*ast.Rule]bool {
	f := &following{
		compiler: compiler, said: all, users: map[*ast.Rule][]*ast.Rule{}, variables: map[variable]holds{},
		values: map[*ast.Rule]holds{}, reads: map[*ast.Rule]bool{}, again: map[*ast.Rule]bool{},
	}
	for rule, said := range all {
		for _, used := range said.uses {
			f.users[used] = append(f.users[used], rule)
		}
	}
	// What others use comes first, so that mostly all is known once all were gone through.
	inOrder, _ := compiler.Graph.Sort()
	for _, node := range inOrder {
		if rule, ok := node.(*ast.Rule); ok && all[rule] != nil { // and no `else`, which its rule is gone through with
			f.through(rule)
		}
	}
	for len(f.again) > 0 {
		for rule := range f.again {
			f.through(rule)
		}
	}
	return f.reads
}

// through goes through the rule, with all that it says by `else`.
func (f *following) through(rule *ast.Rule) {
	delete(f.again, rule)
	f.rule = rule
	for _, expression := range f.said[rule].expressions {
		f.expr(expression)
	}
	for _, term := range f.said[rule].terms {
		f.of(term)
	}
	var value holds
	for rule := f.rule; rule != nil; rule = rule.Else {
		if rule.Head.Value != nil {
			value = value.or(f.of(rule.Head.Value))
		}
		if rule.Head.Key != nil {
			value = value.or(f.of(rule.Head.Key))
		}
	}
	if f.rule.Head.Key != nil || !f.rule.Head.Ref().IsGround() {
		value = value.wrapped()
	}
	if known := f.values[f.rule]; known.or(value) != known {
		f.values[f.rule] = known.or(value)
		for _, user := range f.users[f.rule] {
			f.again[user] = true
		}
	}
}

// expr follows what an expression gives to variables.
func (f *following) expr(e *ast.Expr) {
	if len(e.With) > 0 { // another input
		f.reads[f.rule] = f.reads[f.rule] || slices.ContainsFunc(e.With, func(w *ast.With) bool { return len(w.Target.Value.(ast.Ref)) == 1 })
	}
	if every, ok := e.Terms.(*ast.Every); ok {
		f.give(every.Value, f.any(f.of(every.Domain)))
		return
	}
	if !e.IsCall() {
		return
	}
	operands := e.Operands()
	if (e.IsEquality() || e.IsAssignment()) && len(operands) == 2 {
		f.give(operands[0], f.of(operands[1]))
		f.give(operands[1], f.of(operands[0]))
		return
	}
	f.call(e.Operator(), operands)
}

// call follows the operands of a function into it, and its result, which may be the operand after the last.
func (f *following) call(function ast.Ref, operands []*ast.Term) (result holds) {
	rules := f.compiler.GetRules(function)
	for _, rule := range rules {
		outer := f.rule
		for i := range min(len(rule.Head.Args), len(operands)) {
			value := f.of(operands[i])
			f.rule = rule
			for again := rule; again != nil; again = again.Else {
				f.give(again.Head.Args[i], value)
			}
			f.rule = outer
		}
		result = result.or(f.values[rule])
		if n := len(rule.Head.Args); n < len(operands) {
			f.give(operands[n], f.values[rule])
		}
	}
	if len(rules) > 0 {
		return result
	}
	for _, operand := range operands {
		result = result.or(f.of(operand))
	}
	kept, harmless := lookingAway[function.String()]
	switch {
	case harmless && !kept:
		return holds{}
	case !harmless && result != (holds{}):
		f.reads[f.rule] = true
	}
	if len(operands) > 0 {
		f.give(operands[len(operands)-1], result)
	}
	return result
}

// lookingAway are built-in functions that do not look into the fields of what they are given, and whether that is
// in their results.
var lookingAway = map[string]bool{
	"array.concat": true, "array.reverse": true, "array.slice": true, "object.union": true,
	"count": false, "is_array": false, "is_null": false, "is_object": false, "type_name": false,
}

// give notes what a term may hold that has variables in it.
func (f *following) give(term *ast.Term, value holds) {
	if value == (holds{}) {
		return
	}
	switch to := term.Value.(type) {
	case ast.Var:
		at := variable{f.rule, to}
		if known := f.variables[at]; known.or(value) != known {
			f.variables[at], f.again[f.rule] = known.or(value), true
		}
	case *ast.Array:
		to.Foreach(func(element *ast.Term) { f.give(element, value.each()) })
	case ast.Object:
		to.Foreach(func(key, element *ast.Term) {
			if name, ok := key.Value.(ast.String); ok {
				f.give(element, value.field(name))
			} else {
				f.give(element, f.any(value))
			}
		})
	}
}

// of is what a term may hold. It also notes whether the rule reads the longest stay by it.
func (f *following) of(term *ast.Term) (value holds) {
	switch is := term.Value.(type) {
	case ast.String:
		f.reads[f.rule] = f.reads[f.rule] || is == "longest"
	case ast.Var:
		return f.variables[variable{f.rule, is}]
	case ast.Ref:
		return f.ref(is)
	case ast.Call:
		if function, ok := is[0].Value.(ast.Ref); ok {
			return f.call(function, is[1:])
		}
	case *ast.Array:
		is.Foreach(func(element *ast.Term) { value = value.or(f.of(element).wrapped()) })
	case ast.Set:
		is.Foreach(func(element *ast.Term) { value = value.or(f.of(element).wrapped()) })
	case ast.Object:
		is.Foreach(func(key, element *ast.Term) { value = value.or(f.of(key).or(f.of(element)).wrapped()) })
	case *ast.ArrayComprehension:
		return f.of(is.Term).wrapped()
	case *ast.SetComprehension:
		return f.of(is.Term).wrapped()
	case *ast.ObjectComprehension:
		return f.of(is.Key).or(f.of(is.Value)).wrapped()
	}
	return value
}

// ref is what a reference leads to.
func (f *following) ref(ref ast.Ref) (value holds) {
	switch {
	case ref.HasPrefix(ast.InputRootRef):
		return f.below(holds{theInput}, ref[1:])
	case ref.HasPrefix(ast.DefaultRootRef):
		for _, rule := range f.compiler.GetRulesDynamicWithOpts(ref, ast.RulesOptions{IncludeHiddenModules: true}) {
			if name := rule.Ref().GroundPrefix(); len(name) <= len(ref) {
				value = value.or(f.below(f.values[rule], ref[len(name):]))
			} else { // all of what is called so far
				value = value.or(f.values[rule].wrapped())
			}
		}
		return value
	}
	return f.below(f.of(ref[0]), ref[1:])
}

// below is what is found below a value.
func (f *following) below(value holds, steps ast.Ref) holds {
	for _, step := range steps {
		if name, ok := step.Value.(ast.String); ok {
			f.reads[f.rule] = f.reads[f.rule] || name == "longest"
			value = value.field(name)
		} else {
			value = f.any(value)
		}
	}
	return value
}

// any is what is found below a value by a key that is known later. If the value has fields, that may be each of them.
func (f *following) any(value holds) holds {
	if value[0]&withFields != 0 {
		f.reads[f.rule] = true
	}
	return value.each()
}
