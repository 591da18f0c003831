package evaluate

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Rule is what a rule says about itself, in the METADATA of its package.
type Rule struct {
	ID          string // the last part of the package's name, in kebab-case
	Title       string
	Description string
	Severity    Severity // of a finding that states none
	Grades      bool     // some findings state one
	Remediation string   // what to do about a finding
	Parameters  []Parameter
	Off         bool     // it is only asked where the configuration has a setting of it
	Needs       []string // parameters without a value other than the default of which it says nothing
	File        string
	Own         bool // it is a team's own
	Reads       Reads
}

// Parameter is something that configuration may say about a rule.
type Parameter struct {
	Name        string
	Type        string // string, boolean, integer, number, array (of strings), duration, or by environment arrays or durations
	Enum        []any  // what it may be, or each of its items
	Pattern     string // a regular expression that a string matches
	Default     any
	Description string
}

// reserved are the keys of a rule's configuration that mean the same for every rule.
var reserved = []string{"severity", "environments", "apps", "warn-until"}

var (
	rulesPrefix = ast.Ref{ast.DefaultRootDocument, ast.StringTerm("promocheck"), ast.StringTerm("rules")}
	libPrefix   = ast.Ref{ast.DefaultRootDocument, ast.StringTerm("promocheck"), ast.StringTerm("lib")}
	ruleName    = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
)

// newRule reads what a rule's module says about itself, and checks that nothing is missing.
func newRule(module *ast.Module) (Rule, error) {
	name, ok := module.Package.Path[len(module.Package.Path)-1].Value.(ast.String)
	if !ok || len(module.Package.Path) != len(rulesPrefix)+1 || !ruleName.MatchString(string(name)) {
		return Rule{}, errors.New("a rule's package is promocheck.rules.<name>, the name in lower case with underscores")
	}
	if !definesFindings(module) {
		return Rule{}, errors.New("defines no set `findings`: a rule reports by `findings contains finding if { ... }`")
	}
	rule := Rule{ID: strings.ReplaceAll(string(name), "_", "-"), File: module.Package.Location.File, Grades: grades(module)}
	for _, annotations := range module.Annotations {
		if annotations.Scope == "package" {
			return rule, rule.describe(annotations)
		}
	}
	return Rule{}, errors.New("has no METADATA comment above its package")
}

// definesFindings reports whether a module defines the partial set `findings`, and nothing else by
// that name.
func definesFindings(module *ast.Module) bool {
	found := false
	for _, rule := range module.Rules {
		if rule.Head.Ref()[0].Value.Compare(ast.Var("findings")) != 0 {
			continue
		}
		if len(rule.Head.Ref()) != 1 || rule.Head.RuleKind() != ast.MultiValue {
			return false
		}
		found = true
	}
	return found
}

// grades reports whether anything that a module makes states a severity.
func grades(module *ast.Module) bool {
	found := false
	ast.WalkTerms(module, func(term *ast.Term) bool {
		if object, ok := term.Value.(ast.Object); ok {
			found = found || object.Get(ast.StringTerm("severity")) != nil
		}
		return found
	})
	return found
}

func (r *Rule) describe(annotations *ast.Annotations) error {
	custom := struct {
		Severity    Severity             `json:"severity"`
		Remediation string               `json:"remediation"`
		Parameters  map[string]Parameter `json:"parameters"`
		Needs       []string             `json:"needs"`
		Off         bool                 `json:"off"`
	}{}
	if err := decodeStrictly(annotations.Custom, &custom); err != nil {
		return fmt.Errorf("METADATA: custom: %w", err)
	}
	r.Title = annotations.Title
	r.Description = strings.TrimSpace(annotations.Description)
	r.Severity = custom.Severity
	r.Remediation = strings.TrimSpace(custom.Remediation)

	switch {
	case r.Title == "":
		return errors.New("METADATA: title is missing")
	case r.Description == "":
		return errors.New("METADATA: description is missing")
	case r.Remediation == "":
		return errors.New("METADATA: custom.remediation is missing")
	case !r.Severity.Valid():
		return fmt.Errorf("METADATA: custom.severity is %q, not error, warning or note", r.Severity)
	}
	for _, name := range slices.Sorted(maps.Keys(custom.Parameters)) {
		parameter := custom.Parameters[name]
		parameter.Name = name
		if err := parameter.check(); err != nil {
			return fmt.Errorf("METADATA: custom.parameters.%s: %w", name, err)
		}
		r.Parameters = append(r.Parameters, parameter)
	}
	for _, name := range custom.Needs {
		if _, ok := custom.Parameters[name]; !ok {
			return fmt.Errorf("METADATA: custom.needs: there is no parameter %q", name)
		}
	}
	r.Needs, r.Off = custom.Needs, custom.Off
	return nil
}

// check reports what is wrong with a parameter's declaration.
func (p Parameter) check() error {
	if slices.Contains(reserved, p.Name) {
		return errors.New("every rule has this already")
	}
	if p.Description == "" {
		return errors.New("description is missing")
	}
	if _, ok := types[p.Type]; !ok {
		return fmt.Errorf("type is %q, not string, boolean, integer, number, array, arrays, duration or durations", p.Type)
	}
	if _, err := regexp.Compile(p.Pattern); err != nil {
		return fmt.Errorf("pattern: %w", err)
	}
	if err := p.accepts(p.Default); err != nil {
		return fmt.Errorf("default: %w", err)
	}
	return nil
}

// types are what a parameter can be: by name, how a value that is not one is told off and what
// recognises one.
var types = map[string]struct {
	noun string
	is   func(any) bool
}{
	"string":    {"a string", func(v any) bool { _, ok := v.(string); return ok }},
	"boolean":   {"true or false", func(v any) bool { _, ok := v.(bool); return ok }},
	"integer":   {"a whole number", func(v any) bool { f, ok := number(v); return ok && f == float64(int64(f)) }},
	"number":    {"a number", func(v any) bool { _, ok := number(v); return ok }},
	"array":     {"a list of strings", isList},
	"arrays":    {"lists of strings by environment", each(isList)},
	"duration":  {"a duration such as 90m or 36h", isDuration},
	"durations": {"durations such as 36h by environment", each(isDuration)},
}

// isByEnvironment reports whether a parameter's keys are environments.
func (p Parameter) isByEnvironment() bool { return p.Type == "arrays" || p.Type == "durations" }

// each recognises a value for each of some environments.
func each(is func(any) bool) func(any) bool {
	return func(v any) bool {
		byEnvironment, ok := v.(map[string]any)
		for _, value := range byEnvironment {
			ok = ok && is(value)
		}
		return ok
	}
}

func isList(v any) bool {
	if _, ok := v.([]string); ok {
		return true
	}
	list, ok := v.([]any)
	return ok && !slices.ContainsFunc(list, func(e any) bool { _, ok := e.(string); return !ok })
}

func isDuration(value any) bool {
	text, ok := value.(string)
	duration, err := time.ParseDuration(text)
	return ok && err == nil && duration >= 0
}

// accepts reports why a value is none that the parameter can have.
func (p Parameter) accepts(value any) error {
	kind := types[p.Type]
	if !kind.is(value) {
		return fmt.Errorf("is %s, not %s", inWords(value), kind.noun)
	}
	if text, ok := value.(string); ok && p.Pattern != "" && !regexp.MustCompile(p.Pattern).MatchString(text) {
		return fmt.Errorf("is %s: write it like %s", inWords(value), inWords(p.Default))
	}
	if len(p.Enum) == 0 {
		return nil
	}
	if list, ok := value.([]any); ok {
		for _, item := range list {
			if err := (Parameter{Type: "string", Enum: p.Enum}).accepts(item); err != nil {
				return fmt.Errorf("has an item that %w", err)
			}
		}
		return nil
	}
	choices := make([]string, len(p.Enum))
	for i, choice := range p.Enum {
		if equal(choice, value) {
			return nil
		}
		choices[i] = inWords(choice)
	}
	return fmt.Errorf("is %s, not one of %s", inWords(value), strings.Join(choices, ", "))
}

func equal(a, b any) bool {
	if f, ok := number(a); ok {
		g, ok := number(b)
		return ok && f == g
	}
	return reflect.DeepEqual(a, b)
}

// number is the value of any Go number: which type it has depends on what parsed it.
func number(value any) (float64, bool) {
	switch v := reflect.ValueOf(value); {
	case v.CanInt():
		return float64(v.Int()), true
	case v.CanUint():
		return float64(v.Uint()), true
	case v.CanFloat():
		return v.Float(), true
	}
	return 0, false
}

// inWords writes a value the way it stands in a configuration file.
func inWords(value any) string {
	if value == nil {
		return "missing"
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

// packageName is the last part of the name of the rule's package.
func (r Rule) packageName() string { return strings.ReplaceAll(r.ID, "-", "_") }

// answer is the variable that the query of all rules binds to what the rule finds.
func (r Rule) answer() ast.Var { return ast.Var("answer_" + r.packageName()) }

// ref leads to something that the rule's package defines.
func (r Rule) ref(name string) ast.Ref {
	return rulesPrefix.Append(ast.StringTerm(r.packageName())).Append(ast.StringTerm(name))
}
