package evaluate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/promocheck/promocheck/check/event"
)

// toValue is the event as policies see it: exactly what its JSON says, but made without writing and reading
// that, which would take several times as long.
func toValue(e *event.Event) (ast.Value, error) {
	c := converter{fields: map[reflect.Type][]field{}}
	term := c.term(reflect.ValueOf(e))
	if c.err != nil {
		return nil, fmt.Errorf("event: %w", c.err)
	}
	return term.Value, nil
}

// converter turns what an event is made of into terms.
type converter struct {
	fields map[reflect.Type][]field
	err    error // the first
}

// field is one of a struct. Those of one that is embedded count as the struct's own.
type field struct {
	key   *ast.Term
	index []int
}

func (c *converter) term(v reflect.Value) *ast.Term {
	switch v.Kind() {
	case reflect.Bool:
		return ast.InternedTerm(v.Bool())
	case reflect.Int:
		return ast.InternedTerm(int(v.Int()))
	case reflect.String:
		if s := v.String(); utf8.ValidString(s) && v.Type() != reflect.TypeFor[json.Number]() {
			return ast.StringTerm(s)
		}
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return ast.InternedNullTerm
		}
		return c.term(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			break
		}
		if v.IsNil() {
			return ast.InternedNullTerm
		}
		items := make([]*ast.Term, v.Len())
		for i := range items {
			items[i] = c.term(v.Index(i))
		}
		return ast.ArrayTerm(items...)
	case reflect.Map:
		if v.IsNil() {
			return ast.InternedNullTerm
		}
		object := ast.NewObjectWithCapacity(v.Len())
		for entries := v.MapRange(); entries.Next(); {
			object.Insert(c.term(entries.Key()), c.term(entries.Value()))
		}
		return ast.NewTerm(object)
	case reflect.Struct:
		fields := c.fieldsOf(v.Type())
		object := ast.NewObjectWithCapacity(len(fields))
		for _, f := range fields {
			object.Insert(f.key, c.term(v.FieldByIndex(f.index)))
		}
		return ast.NewTerm(object)
	}
	return c.byJSON(v)
}

func (c *converter) fieldsOf(t reflect.Type) []field {
	fields, known := c.fields[t]
	if known {
		return fields
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.Anonymous {
			fields = append(fields, field{ast.StringTerm(f.Tag.Get("json")), f.Index})
			continue
		}
		for _, its := range c.fieldsOf(f.Type) {
			fields = append(fields, field{its.key, append([]int{i}, its.index...)})
		}
	}
	c.fields[t] = fields
	return fields
}

// byJSON converts what is rare.
func (c *converter) byJSON(v reflect.Value) *ast.Term {
	text, err := json.Marshal(v.Interface())
	if err == nil {
		var value ast.Value
		if value, err = ast.ValueFromReader(bytes.NewReader(text)); err == nil {
			return ast.NewTerm(value)
		}
	}
	if c.err == nil {
		c.err = err
	}
	return ast.InternedNullTerm
}
