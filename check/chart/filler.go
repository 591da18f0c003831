package chart

import (
	"fmt"
	"maps"
	"strings"
	"text/template"
)

// mostFilling bounds what filling the templates of one object may do, as mostWork does it for a chart.
const mostFilling = 16 << 20

// Filler fills templates that are no chart's, with the same functions and under the same count. It is not safe for concurrent
// use.
type Filler struct {
	set    *set
	parsed map[string]error
}

// NewFiller returns a filler with functions of its own beside Helm's.
func NewFiller(of string, own template.FuncMap) *Filler {
	b := newBudget(of)
	b.left = mostFilling
	s := newSet(b)
	for name, function := range own {
		s.functions[name] = counted(b, name, function)
	}
	s.templates.Option("missingkey=default").Funcs(maps.Clone(s.functions))
	return &Filler{s, map[string]error{}}
}

// Fill fills a template. One that asks for what is not given is not filled, nor is one that would take too much.
func (f *Filler) Fill(text string, given any) (filled string, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	unparsed, known := f.parsed[text]
	if !known {
		unparsed = f.set.parse(text, text)
		f.parsed[text] = unparsed
	}
	if unparsed != nil {
		return "", unparsed
	}
	f.set.deep = 0
	w := &writer{budget: f.set.budget}
	if err := f.set.templates.Lookup(text).Execute(w, given); err != nil {
		return "", failed(err)
	}
	if strings.Contains(w.String(), "<no value>") || strings.Contains(w.String(), "<nil>") {
		return "", fmt.Errorf("%q asks for what is not given", text)
	}
	return w.String(), nil
}
