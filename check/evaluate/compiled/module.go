package compiled

import (
	"fmt"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

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
	list(c, (*[]*ast.Expr)(b), func(e **ast.Expr) { pointer(c, e, c.expr) })
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
	pointer(c, l, func(l *ast.Location) {
		l.File = c.file
		c.number(&l.Row)
		c.number(&l.Col)
	})
}
