package policies_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/internal/golden"
	"github.com/promocheck/promocheck/policies"
)

// files are the contents of all Rego files, by path.
func files(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := fs.WalkDir(policies.Files, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(policies.Files, file)
		texts[file] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func rules(t *testing.T) []evaluate.Rule {
	t.Helper()
	loaded, err := evaluate.Load(policies.Source)
	if err != nil {
		t.Fatal(err)
	}
	return loaded.Rules()
}

// TestRego runs the tests that are written in Rego. Every file needs some, and they evaluate all of it.
func TestRego(t *testing.T) {
	modules := map[string]*ast.Module{}
	for file, text := range files(t) {
		module, err := ast.ParseModuleWithOpts(file, text, ast.ParserOptions{RegoVersion: ast.RegoV1})
		if err != nil {
			t.Fatal(err)
		}
		modules[file] = module
	}
	coverage := cover.New()
	results, err := tester.NewRunner().
		SetCompiler(ast.NewCompiler().WithStrict(true).WithEnablePrintStatements(true)).
		CapturePrintOutput(true).
		RaiseBuiltinErrors(true).
		SetModules(modules).
		SetCoverageQueryTracer(coverage).
		SetCoverageRuns(nil).
		RunTests(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	for result := range results {
		file := result.Location.File
		tested[file] = true
		t.Run(file+"/"+result.Name, func(t *testing.T) {
			if !result.Pass() || result.Skip {
				t.Errorf("%s\n%s", result, result.Output)
			}
		})
	}
	if len(tested) == 0 {
		t.Fatal("there are no tests")
	}
	report := coverage.Report(modules)
	for file := range modules {
		if strings.HasSuffix(file, "_test.rego") {
			continue
		}
		for _, rows := range report.Files[file].NotCovered {
			t.Errorf("%s:%d: no test evaluates this", file, rows.Start.Row)
		}
		if test := strings.TrimSuffix(file, ".rego") + "_test.rego"; !tested[test] {
			t.Errorf("%s has no tests in %s", file, test)
		}
	}
}

func TestFormat(t *testing.T) {
	for file, text := range files(t) {
		formatted, err := format.SourceWithOpts(file, []byte(text), format.Opts{RegoVersion: ast.RegoV1})
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(formatted, []byte(text)) {
			t.Errorf("%s is not formatted: run `opa fmt --write policies`; expected\n%s", file, formatted)
		}
	}
}

// TestUsual holds the policies' list of environments to the one that the program recognises them by.
func TestUsual(t *testing.T) {
	var b strings.Builder
	b.WriteString("# METADATA\n# title: The usual environments\n# description: |\n" +
		"#   The names by which environments are recognised without configuration. Written by\n" +
		"#   `" + golden.Command + "`: edit check/spelling instead.\n" +
		"package promocheck.lib.usual\n\n# METADATA\n# description: The names with all their spellings, in lower case.\nenvironments := {\n")
	for _, environment := range spelling.Environments {
		fmt.Fprintf(&b, "\t\"%s\",\n", strings.Join(environment.Spellings, `", "`))
	}
	b.WriteString("}\n")
	golden.Compare(t, "lib/usual.rego", []byte(b.String()))
}

// TestCompiled says so if a build with compiled policies starts from those of other files.
func TestCompiled(t *testing.T) {
	if policies.Source.Compiled == "" {
		t.Skip("this build compiles the files each time")
	}
	want, err := evaluate.Precompile(policies.Source)
	if err != nil {
		t.Fatal(err)
	}
	if want != policies.Source.Compiled {
		t.Error("compiled.bin is not of these policies: run `go generate ./policies`")
	}
}

// TestTypes holds what the policies read from the input against the event's schema, as a team's own are.
func TestTypes(t *testing.T) {
	if _, err := evaluate.Load(evaluate.Source{Name: "policies", Files: policies.Files, Own: true}); err != nil {
		t.Error(err)
	}
}

// TestMetadata holds the rules' prose, from which the docs are made, to what prose is held to.
func TestMetadata(t *testing.T) {
	for _, rule := range rules(t) {
		if want := path.Join("policies", rule.ID+".rego"); rule.File != want {
			t.Errorf("rule %s is in %s, not %s", rule.ID, rule.File, want)
		}
		if strings.HasSuffix(rule.Title, ".") {
			t.Errorf("rule %s: the title ends with a full stop", rule.ID)
		}
		sentences := map[string]string{"description": rule.Description, "remediation": rule.Remediation}
		for _, parameter := range rule.Parameters {
			sentences["parameter "+parameter.Name] = parameter.Description
		}
		for what, text := range sentences {
			if !strings.HasSuffix(text, ".") {
				t.Errorf("rule %s: the %s does not end with a full stop", rule.ID, what)
			}
			if first := text[:1]; first != strings.ToUpper(first) {
				t.Errorf("rule %s: the %s does not begin with a capital letter", rule.ID, what)
			}
		}
	}
}
