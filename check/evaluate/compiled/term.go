package compiled

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// list codes terms of any number.
func (c *coder) list(terms *[]*ast.Term) { list(c, terms, c.term) }

// term codes a term, if there is one.
func (c *coder) term(t **ast.Term) {
	var form int
	if c.writing && *t != nil {
		form = formOf((*t).Value)
	}
	if c.number(&form); form == isAbsent {
		return
	}
	if !c.writing {
		*t = &ast.Term{}
	}
	c.value(form, &(*t).Value)
}

// What an expression or a term can be.
const (
	isAbsent = iota
	isNull
	isBoolean
	isNumber
	isString
	isVar
	isRef
	isCall
	isArray
	isSet
	isObject
	isArrayComprehension
	isSetComprehension
	isObjectComprehension
	isTerm
	isEvery
	isUnknown
)

func formOf(v ast.Value) int {
	switch v.(type) {
	case ast.Null:
		return isNull
	case ast.Boolean:
		return isBoolean
	case ast.Number:
		return isNumber
	case ast.String:
		return isString
	case ast.Var:
		return isVar
	case ast.Ref:
		return isRef
	case ast.Call:
		return isCall
	case *ast.Array:
		return isArray
	case ast.Set:
		return isSet
	case ast.Object:
		return isObject
	case *ast.ArrayComprehension:
		return isArrayComprehension
	case *ast.SetComprehension:
		return isSetComprehension
	case *ast.ObjectComprehension:
		return isObjectComprehension
	}
	return isUnknown
}

// value codes the value of a term.
func (c *coder) value(form int, v *ast.Value) {
	var was ast.Value
	if c.writing {
		was = *v
	}
	switch form {
	case isNull:
		*v = ast.NullValue
	case isBoolean:
		b, _ := was.(ast.Boolean)
		c.flag((*bool)(&b))
		*v = ast.InternedTerm(bool(b)).Value
	case isNumber:
		n, _ := was.(ast.Number)
		c.text((*string)(&n))
		*v = n
	case isString:
		s, _ := was.(ast.String)
		c.text((*string)(&s))
		*v = s
	case isVar:
		name, _ := was.(ast.Var)
		c.text((*string)(&name))
		*v = name
	case isRef:
		ref, _ := was.(ast.Ref)
		c.list((*[]*ast.Term)(&ref))
		*v = ref
	case isCall:
		call, _ := was.(ast.Call)
		c.list((*[]*ast.Term)(&call))
		*v = call
	case isArray, isSet, isObject:
		c.collection(form, was, v)
	case isArrayComprehension:
		x, _ := was.(*ast.ArrayComprehension)
		pointer(c, &x, func(x *ast.ArrayComprehension) { c.term(&x.Term); c.body(&x.Body) })
		*v = x
	case isSetComprehension:
		x, _ := was.(*ast.SetComprehension)
		pointer(c, &x, func(x *ast.SetComprehension) { c.term(&x.Term); c.body(&x.Body) })
		*v = x
	case isObjectComprehension:
		x, _ := was.(*ast.ObjectComprehension)
		pointer(c, &x, func(x *ast.ObjectComprehension) { c.term(&x.Key); c.term(&x.Value); c.body(&x.Body) })
		*v = x
	default:
		c.fail(fmt.Errorf("a term cannot be %T", was))
	}
}

// collection codes a value by its elements, of an object by its keys and values.
func (c *coder) collection(form int, was ast.Value, v *ast.Value) {
	var elements []*ast.Term
	add := func(t *ast.Term) { elements = append(elements, t) }
	switch x := was.(type) {
	case *ast.Array:
		x.Foreach(add)
	case ast.Set:
		x.Foreach(add)
	case ast.Object:
		x.Foreach(func(key, value *ast.Term) { add(key); add(value) })
	}
	if c.list(&elements); c.writing || c.err != nil {
		return
	}
	switch form {
	case isArray:
		*v = ast.NewArray(elements...)
	case isSet:
		set := ast.NewSet(elements...)
		set.Slice() // sorts it, for queries that share it
		*v = set
	case isObject:
		object := ast.NewObjectWithCapacity(len(elements) / 2)
		for pair := range slices.Chunk(elements, 2) {
			object.Insert(pair[0], pair[len(pair)-1])
		}
		object.Keys() // so does this
		*v = object
	}
}
