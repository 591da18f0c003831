package compiled

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// coder goes through modules to write them or to read them: each of its methods codes what it is given a
// pointer to, whichever it does, so that what is written and what is read cannot differ. While it reads,
// it looks at nothing that it has not set: a page of new memory that is looked at first has to be copied
// as soon as it is set.
type coder struct {
	writing bool
	in      string // still to be read
	out     []byte // written so far
	err     error  // the first

	texts []text
	known map[string]int // where a text that was written is among them
	file  string         // of the module

	terms     batch[ast.Term]
	exprs     batch[ast.Expr]
	locations batch[ast.Location]
}

// batch makes many of a kind at once, for those still to be read: one by one they take longer to make
// than to read.
type batch[T any] []T

func (b *batch[T]) next() *T {
	if len(*b) == 0 {
		*b = make([]T, 64)
	}
	next := &(*b)[0]
	*b = (*b)[1:]
	return next
}

// text is one that came up already, and the terms that it has been needed as: nobody changes a term, so
// that they can stand in many places.
type text struct {
	text             string
	variable, string *ast.Term
}

var errShort = errors.New("ends too early")

func (c *coder) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.in = ""
}

// number codes what is not negative.
func (c *coder) number(n *int) {
	if c.writing {
		c.out = binary.AppendUvarint(c.out, uint64(*n))
		return
	}
	*n = 0
	for shift := 0; ; shift += 7 {
		if c.in == "" || shift > 28 {
			*n = 0
			c.fail(errShort)
			return
		}
		b := c.in[0]
		c.in = c.in[1:]
		*n |= int(b&0x7f) << shift
		if b < 0x80 {
			return
		}
	}
}

func (c *coder) flag(b *bool) {
	n := 0
	if *b {
		n = 1
	}
	c.number(&n)
	*b = n == 1
}

// text codes a text, the second time by where it is among those before it, and returns where it is.
func (c *coder) text(s *string) int {
	at := len(c.texts)
	if c.writing {
		if before, again := c.known[*s]; again {
			at = before
		}
		c.known[*s] = at
	}
	c.number(&at)
	switch {
	case at < len(c.texts):
		*s = c.texts[at].text
		return at
	case c.writing:
		length := len(*s)
		c.number(&length)
		c.out = append(c.out, *s...)
	default:
		var length int
		if c.number(&length); length > len(c.in) {
			c.fail(errShort)
			length = 0
		}
		*s, c.in = c.in[:length], c.in[length:]
	}
	c.texts = append(c.texts, text{text: *s})
	return len(c.texts) - 1
}

// list codes a list by its length and its elements.
func list[T any](c *coder, s *[]T, element func(*T)) {
	var length int
	if c.writing {
		length = len(*s)
	}
	if c.number(&length); length == 0 {
		return
	}
	if !c.writing {
		if length > len(c.in) { // each element takes a byte at least
			c.fail(errShort)
			return
		}
		*s = make([]T, length)
	}
	for i := range *s {
		element(&(*s)[i])
	}
}

// pointer codes what a pointer points to, if to anything.
func pointer[T any](c *coder, p **T, target func(*T)) {
	pointerInto(c, p, func() *T { return new(T) }, target)
}

func pointerInto[T any](c *coder, p **T, made func() *T, target func(*T)) {
	there := c.writing && *p != nil
	if c.flag(&there); !there {
		return
	}
	if !c.writing {
		*p = made()
	}
	target(*p)
}

func (c *coder) modules(modules *map[string]*ast.Module) {
	names := slices.Sorted(maps.Keys(*modules))
	if !c.writing {
		*modules = map[string]*ast.Module{}
	}
	list(c, &names, func(name *string) {
		c.text(name)
		module := (*modules)[*name]
		pointer(c, &module, c.module)
		(*modules)[*name] = module
	})
}

func (c *coder) module(m *ast.Module) {
	pointer(c, &m.Package, c.pkg)
	list(c, &m.Rules, func(r **ast.Rule) { c.rule(r, m) })
	m.SetRegoVersionSpan(ast.RegoVersionSpanOf(ast.RegoV1))
}

func (c *coder) pkg(p *ast.Package) {
	if p.Location == nil {
		p.Location = &ast.Location{}
	}
	c.text(&p.Location.File)
	c.file = p.Location.File
	c.list((*[]*ast.Term)(&p.Path))
}

func (c *coder) rule(rule **ast.Rule, m *ast.Module) {
	pointer(c, rule, func(r *ast.Rule) {
		r.Module = m
		c.location(&r.Location)
		c.flag(&r.Default)
		pointer(c, &r.Head, c.head)
		c.body(&r.Body)
		c.rule(&r.Else, m)
	})
}

func (c *coder) head(h *ast.Head) {
	c.location(&h.Location)
	c.text((*string)(&h.Name))
	c.list((*[]*ast.Term)(&h.Reference))
	c.list((*[]*ast.Term)(&h.Args))
	c.term(&h.Key)
	c.term(&h.Value)
	c.flag(&h.Assign)
}

func (c *coder) body(b *ast.Body) {
	list(c, (*[]*ast.Expr)(b), func(e **ast.Expr) { pointerInto(c, e, c.exprs.next, c.expr) })
}

func (c *coder) expr(e *ast.Expr) {
	c.location(&e.Location)
	c.number(&e.Index)
	c.flag(&e.Generated)
	c.flag(&e.Negated)
	list(c, &e.With, func(w **ast.With) { pointer(c, w, c.with) })

	var form int
	var was any
	if c.writing {
		was = e.Terms
	}
	switch was.(type) {
	case []*ast.Term:
		form = isCall
	case *ast.Term:
		form = isTerm
	case *ast.Every:
		form = isEvery
	}
	switch c.number(&form); form {
	case isCall:
		terms, _ := was.([]*ast.Term)
		c.list(&terms)
		e.Terms = terms
	case isTerm:
		term, _ := was.(*ast.Term)
		c.term(&term)
		e.Terms = term
	case isEvery:
		every, _ := was.(*ast.Every)
		pointer(c, &every, c.every)
		e.Terms = every
	default:
		c.fail(fmt.Errorf("an expression cannot be %T", was))
	}
}

func (c *coder) with(w *ast.With) {
	c.location(&w.Location)
	c.term(&w.Target)
	c.term(&w.Value)
}

func (c *coder) every(e *ast.Every) {
	c.location(&e.Location)
	c.term(&e.Key)
	c.term(&e.Value)
	c.term(&e.Domain)
	c.body(&e.Body)
}

// location codes a line and column of the module's file.
func (c *coder) location(l **ast.Location) {
	pointerInto(c, l, c.locations.next, func(l *ast.Location) {
		l.File = c.file
		c.number(&l.Row)
		c.number(&l.Col)
	})
}

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
	switch form {
	case isVar:
		shared[ast.Var](c, t, func(t *text) **ast.Term { return &t.variable })
	case isString:
		shared[ast.String](c, t, func(t *text) **ast.Term { return &t.string })
	default:
		if !c.writing {
			*t = c.terms.next()
		}
		c.value(form, &(*t).Value)
	}
}

// shared codes a term that is a text.
func shared[T interface {
	~string
	ast.Value
}](c *coder, t **ast.Term, as func(*text) **ast.Term) {
	var s string
	if c.writing {
		value, _ := (*t).Value.(T)
		s = string(value)
	}
	known := as(&c.texts[c.text(&s)])
	if c.writing {
		return
	}
	if *known == nil {
		*known = c.terms.next()
		(*known).Value = T(s)
	}
	*t = *known
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

// value codes the value of a term that is no text.
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
