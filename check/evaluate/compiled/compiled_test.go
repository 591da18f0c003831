package compiled_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/promocheck/promocheck/check/evaluate/compiled"
)

// everything has each form that a compiled module can have.
const everything = `package a.b

import data.lib

default fallback := {"set": {1, 2.5}, "list": [null, true, "é\n"], "none": {}}

fallback := 3 if {
	every k, v in input.all {
		k != v.w
		not input.never
	}
} else := [x | some x in input.list; not x in {"a", "b"}] if {
	input.x with input as {"y": lib.f(1)}
} else := false

nested.deep[x] contains {y: z} if {
	some x, y in input.map
	z := {i: j | some i, j in y}
}

objects := {x: y | some x, y in input; count({q | some q in y}) > 1}

lib_is(x, _) := lib.f(x)
`

const lib = `package lib

f(x) := x + 1
`

func compile(t *testing.T) *ast.Compiler {
	t.Helper()
	modules := map[string]*ast.Module{}
	for name, text := range map[string]string{"a/everything.rego": everything, "lib.rego": lib} {
		modules[name] = ast.MustParseModuleWithOpts(text, ast.ParserOptions{RegoVersion: ast.RegoV1})
		ast.WalkNodes(modules[name], func(n ast.Node) bool {
			if n.Loc() != nil {
				n.Loc().File = name
			}
			return false
		})
	}
	compiler := ast.NewCompiler()
	if compiler.Compile(modules); compiler.Failed() {
		t.Fatal(compiler.Errors)
	}
	return compiler
}

// placed are the places of what has one that is written.
func placed(m *ast.Module) []string {
	var places []string
	ast.WalkNodes(m, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.Rule, *ast.Head, *ast.Expr, *ast.With, *ast.Every:
			if n.Loc() != nil {
				places = append(places, n.Loc().String())
			}
		}
		return false
	})
	return places
}

func TestWhatIsReadIsWhatWasWritten(t *testing.T) {
	compiler := compile(t)
	text, err := compiled.Write(compiler.Modules)
	if err != nil {
		t.Fatal(err)
	}
	modules, err := compiled.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := compiled.Prepare(modules)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := slices.Sorted(maps.Keys(modules)), slices.Sorted(maps.Keys(compiler.Modules)); !slices.Equal(got, want) {
		t.Fatalf("got %s, want %s", got, want)
	}
	for name, want := range compiler.Modules {
		got := modules[name]
		want.Annotations, want.Comments, want.Imports = nil, nil, nil
		if got.String() != want.String() || !got.Equal(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
		if got, want := placed(got), placed(want); !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
		for _, rule := range got.Rules {
			if !slices.Contains(loaded.GetRulesExact(rule.Ref().GroundPrefix()), rule) {
				t.Errorf("%s is not found by its name", rule)
			}
			for ; rule != nil; rule = rule.Else {
				if rule.Module != got {
					t.Errorf("%s is not of its module", rule)
				}
			}
		}
	}
	if again, err := compiled.Write(modules); err != nil || again != text {
		t.Errorf("written anew, it is another text (%v)", err)
	}
}

func TestWriteRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"a declaration":     "package a\n\nx if some y",
		"a template string": "package a\n\nx := $`{input.y}`",
	} {
		module := ast.MustParseModuleWithOpts(text, ast.ParserOptions{RegoVersion: ast.RegoV1})
		if _, err := compiled.Write(map[string]*ast.Module{"a.rego": module}); err == nil {
			t.Errorf("%s is written", name)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	text, err := compiled.Write(compile(t).Modules)
	if err != nil {
		t.Fatal(err)
	}
	for end := range text {
		if _, err := compiled.Read(text[:end]); err == nil {
			t.Fatalf("the first %d bytes of %d are enough", end, len(text))
		}
	}
	if _, err := compiled.Read(text + "x"); err == nil {
		t.Error("there may be something after the end")
	}
}
