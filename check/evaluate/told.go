package evaluate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ast/location"

	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/rego"
	"github.com/promocheck/promocheck/check/spelling"
)

// told says what OPA finds wrong with files as a person is told: the first of all mistakes, with the line in question.
// renamed are what OPA calls variables, and what they are called in the files.
func told(err error, renamed map[ast.Var]ast.Var, files []rego.File) error {
	var all ast.Errors
	var one *ast.Error
	switch {
	case errors.As(err, &all) && len(all) > 0:
	case errors.As(err, &one):
		all = ast.Errors{one}
	default:
		return err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(e *ast.Error) bool { return e.Location == nil })
	if len(all) == 0 {
		return err
	}
	slices.SortStableFunc(all, func(a, b *ast.Error) int {
		return cmp.Or(strings.Compare(a.Location.File, b.Location.File), cmp.Compare(a.Location.Row, b.Location.Row))
	})
	problem, hint := inOurWords(all[0])
	for variable, name := range renamed {
		problem = strings.ReplaceAll(problem, string(variable), string(name))
	}
	problem = local.ReplaceAllString(problem, "_")
	switch n := len(all) - 1; n {
	case 0:
	case 1:
		problem += " (and there is 1 more mistake)"
	default:
		problem += fmt.Sprintf(" (and there are %d more mistakes)", n)
	}
	wrong := at(all[0].Location, problem, files)
	wrong.Hint = hint
	return wrong
}

// local is a variable of OPA's own.
var local = regexp.MustCompile(`__local[0-9]+__`)

// at is a mistake in a place of one of some files.
func at(place *location.Location, problem string, files []rego.File) *mistake.Error {
	wrong := mistake.Configured(place.File, place.Row, problem)
	for _, file := range files {
		lines := bytes.Split(file.Text, []byte("\n"))
		if file.Name == place.File && 0 < place.Row && place.Row <= len(lines) {
			wrong.Excerpt, wrong.Column = string(bytes.TrimSuffix(lines[place.Row-1], []byte("\r"))), place.Col
		}
	}
	return wrong
}

// inOurWords is what is wrong, on one line, and what may be done about it.
func inOurWords(e *ast.Error) (problem, hint string) {
	if invalid, ok := e.Details.(*ast.RefErrInvalidDetail); ok && invalid.Pos < len(invalid.Ref) {
		if field, ok := invalid.Ref[invalid.Pos].Value.(ast.String); ok && len(invalid.OneOf) > 0 {
			suggestion, fields := amongThose(string(field), invalid.OneOf)
			return fmt.Sprintf("there is no field %q here%s", string(field), suggestion), "the fields are " + fields
		}
	}
	return strings.Join(strings.FieldsFunc(e.Message, func(r rune) bool { return r == '\n' || r == '\t' }), "; "), ""
}

func amongThose(field string, known []ast.Value) (suggestion, fields string) {
	var names []string
	for _, value := range known {
		if name, ok := value.(ast.String); ok {
			names = append(names, string(name))
		}
	}
	slices.Sort(names)
	return spelling.Suggest(field, names), strings.Join(names, ", ")
}

// decodeStrictly reads into a struct what was parsed without one. A key that the struct does not
// have is an error: most likely a misspelt one that would otherwise be ignored in silence.
func decodeStrictly(from, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(into)
	var other *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &other):
		return fmt.Errorf("%s is %s, not %s", cmp.Or(other.Field, "it"), jsonNoun(other.Value), goNoun(other.Type))
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// jsonNoun says what a value of JSON is, which the decoder calls by its type, some with the value itself.
func jsonNoun(value string) string {
	kind, _, _ := strings.Cut(value, " ")
	switch kind {
	case "bool":
		return "true or false"
	case "array":
		return "a list"
	case "object":
		return "a mapping"
	}
	return "a " + kind
}

func goNoun(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Map, reflect.Struct, reflect.Pointer:
		return "a mapping"
	}
	return "a number"
}
