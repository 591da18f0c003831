package chart

import (
	"fmt"
	"strings"
	"text/template"
	"text/template/parse"
)

// set is the templates of a chart, and what they may still do. The functions include and tpl are made for a set
// of templates: a text that tpl runs has a set of its own, with what the text defines.
type set struct {
	budget    *budget
	templates *template.Template
	functions template.FuncMap // all that a template may name
	including map[string]int
	deep      int
}

// mostIncluded is how often one template may be in the midst of including itself. It is Helm's own bound.
const mostIncluded = 1000

func newSet(b *budget) *set {
	s := &set{budget: b, templates: template.New("gotpl"), functions: functions(b), including: map[string]int{}}
	s.functions["include"] = s.include(s.templates)
	s.functions["tpl"] = s.tpl(s.templates)
	s.templates.Option("missingkey=zero").Funcs(s.functions).Funcs(s.counters())
	return s
}

// parse adds a template, and those that are defined in it.
func (s *set) parse(name, text string) error {
	_, err := s.add(s.templates, name, text)
	return err
}

// add puts the templates of a text among others, with counters in them.
func (s *set) add(templates *template.Template, name, text string) (*template.Template, error) {
	if strings.Count(text, "{{") > mostActions {
		return nil, s.budget.exceed()
	}
	if err := s.budget.take(10 * len(text)); err != nil {
		return nil, err
	}
	trees, err := parse.Parse(name, text, "", "", s.functions, builtins)
	if err != nil {
		return nil, err
	}
	added := templates.New(name)
	for name, tree := range trees {
		if !parse.IsEmptyTree(tree.Root) { // which does not replace one that is none
			count(tree)
		}
		if _, err := added.AddParseTree(name, tree); err != nil {
			return nil, err
		}
	}
	return added, nil
}

// execute runs the template of a name.
func (s *set) execute(name string, data any) (printed string, err error) {
	clear(s.including)
	s.deep = 0
	// As in Helm, a panic in a template is an error like any other.
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	return s.run(s.templates.Lookup(name), data)
}

// run runs a template. Helm takes away what Go prints for values that are not there.
func (s *set) run(t *template.Template, data any) (string, error) {
	w := &writer{budget: s.budget}
	if err := t.Execute(w, data); err != nil {
		return "", failed(err)
	}
	return strings.ReplaceAll(w.String(), "<no value>", ""), nil
}

func (s *set) include(templates *template.Template) func(string, any) (string, error) {
	return func(name string, data any) (string, error) {
		if s.including[name] > mostIncluded {
			return "", fmt.Errorf("%s includes itself over and over", name)
		}
		s.including[name]++
		defer func() { s.including[name]-- }()
		w := &writer{budget: s.budget}
		if err := templates.ExecuteTemplate(w, name, data); err != nil {
			return "", failed(err)
		}
		return w.String(), nil
	}
}

func (s *set) tpl(templates *template.Template) func(string, any) (string, error) {
	return func(text string, data any) (string, error) {
		if err := s.budget.take(100 * len(templates.Templates())); err != nil {
			return "", err
		}
		own, err := templates.Clone()
		if err != nil {
			return "", err
		}
		own.Option("missingkey=zero").Funcs(template.FuncMap{"include": s.include(own), "tpl": s.tpl(own)})
		t, err := s.add(own, templates.Name(), text)
		if err != nil {
			return "", failed(err)
		}
		return s.run(t, data)
	}
}

// writer takes what a template prints, as long as it may.
type writer struct {
	strings.Builder
	budget *budget
}

func (w *writer) Write(p []byte) (int, error) {
	if err := w.budget.take(len(p)); err != nil {
		return 0, err
	}
	return w.Builder.Write(p)
}
