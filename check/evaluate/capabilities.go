package evaluate

import (
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// allowed are the built-in functions that a policy may call. What is listed is a pure function of its
// arguments: no network, no environment, no clock (input.time is the time), no randomness.
// The same event therefore always gets the same findings.
var allowed = []string{
	// Operators, and what the syntax of the language is compiled to.
	"and", "assign", "div", "eq", "equal", "gt", "gte", "lt", "lte", "minus", "mul", "neq", "or", "plus", "rem",
	"internal.member_2", "internal.member_3", "internal.template_string", "internal.test_case",

	// What goes to people who look for a mistake, and is left out otherwise.
	"print", "internal.print",

	// Numbers and aggregates.
	"abs", "ceil", "count", "floor", "max", "min", "numbers.range", "numbers.range_step", "product", "round", "sort",
	"sum", "to_number",

	// Types.
	"is_array", "is_boolean", "is_null", "is_number", "is_object", "is_set", "is_string", "type_name",

	// Arrays, sets, objects and graphs.
	"array.concat", "array.flatten", "array.reverse", "array.slice",
	"intersection", "union",
	"graph.reachable", "graph.reachable_paths",
	"json.filter", "json.patch", "json.remove", "object.filter", "object.get", "object.keys", "object.remove",
	"object.subset", "object.union", "object.union_n", "walk",

	// Text.
	"concat", "contains", "endswith", "format_int", "glob.match", "glob.quote_meta", "indexof", "indexof_n",
	"json.is_valid", "json.marshal", "json.unmarshal", "lower", "regex.find_all_string_submatch_n", "regex.find_n",
	"regex.is_valid", "regex.match", "regex.replace", "regex.split", "replace", "split", "sprintf", "startswith",
	"strings.any_prefix_match", "strings.any_suffix_match", "strings.count", "strings.replace_n", "strings.reverse",
	"substring", "trim", "trim_left", "trim_prefix", "trim_right", "trim_space", "trim_suffix", "upper",
	"semver.compare", "semver.is_valid", "units.parse", "units.parse_bytes",

	// Times that are given, as opposed to now.
	"time.add_date", "time.clock", "time.date", "time.diff", "time.format", "time.parse_duration_ns",
	"time.parse_ns", "time.parse_rfc3339_ns", "time.weekday",
}

// capabilities are what policies are parsed and compiled with.
var capabilities = sync.OnceValue(func() *ast.Capabilities {
	builtins := make([]*ast.Builtin, 0, len(allowed))
	for _, name := range allowed {
		if builtin, ok := ast.BuiltinMap[name]; ok {
			builtins = append(builtins, builtin)
		}
	}
	slices.SortFunc(builtins, func(a, b *ast.Builtin) int { return strings.Compare(a.Name, b.Name) })
	return &ast.Capabilities{
		Builtins: builtins,
		Features: []string{ast.FeatureRegoV1, ast.FeatureKeywordsInRefs, ast.FeatureTemplateStrings},
		AllowNet: []string{},
	}
})
