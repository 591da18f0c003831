package evaluate

import (
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

// TestAllowed holds the list of built-in functions against what OPA says about them.
func TestAllowed(t *testing.T) {
	for _, name := range allowed {
		builtin, ok := ast.BuiltinMap[name]
		switch {
		case !ok:
			t.Errorf("%s is no built-in function", name)
		case builtin.Nondeterministic:
			t.Errorf("%s does not always give the same answer", name)
		case builtin.IsDeprecated():
			t.Errorf("%s is deprecated", name)
		}
	}
	if sorted := slices.Sorted(slices.Values(allowed)); len(slices.Compact(sorted)) != len(allowed) {
		t.Error("a function is listed twice")
	}
}
