package evaluate

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/promocheck/promocheck/check/rego"
)

// TestResult is how a test in Rego ended.
type TestResult struct {
	File    string
	Line    int
	Name    string
	Passed  bool
	Skipped bool   // it is called todo_test_...
	Problem string // why it did not pass, beyond not being true
}

// Test runs the tests among a team's own files, which are rules whose names begin with test_, along with the bundled
// policies. What the tests evaluate is noted in the context's coverage.
func (p *Policies) Test(ctx context.Context, files []rego.File) ([]TestResult, error) {
	modules, err := parse(slices.Concat(p.bundled, files))
	if err != nil {
		return nil, err
	}
	compiler := ast.NewCompiler().WithCapabilities(capabilities()).WithEnablePrintStatements(p.prints != nil)
	if compiler.Compile(modules); compiler.Failed() {
		return nil, told(compiler.Errors, compiler.RewrittenVars, files)
	}
	var results []TestResult
	for _, file := range files {
		seen := map[string]bool{}
		for _, rule := range compiler.Modules[file.Name].Rules {
			name := rule.Head.Ref()[0].Value.String()
			if seen[name] || !rego.IsTest(file.Name) || !strings.HasPrefix(name, "test_") && !strings.HasPrefix(name, "todo_test_") {
				continue
			}
			seen[name] = true
			result := TestResult{File: file.Name, Line: rule.Location.Row, Name: name, Skipped: strings.HasPrefix(name, "todo_")}
			if !result.Skipped {
				if result.Passed, result.Problem, err = p.runTest(ctx, compiler, rule); err != nil {
					return nil, err
				}
			}
			results = append(results, result)
		}
	}
	return results, nil
}

// runTest evaluates a test. One that is an object has a case for each of its keys.
func (p *Policies) runTest(ctx context.Context, compiler *ast.Compiler, rule *ast.Rule) (passed bool, problem string, err error) {
	watched := &cases{tried: map[string]bool{}}
	if head := rule.Head.Ref(); len(head) > 1 {
		watched.key = head[1].Value
	}
	store := inmem.New()
	transaction, err := store.NewTransaction(ctx)
	if err != nil {
		return false, "", err
	}
	defer store.Abort(ctx, transaction)
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	ref := rule.Module.Package.Path.Append(ast.StringTerm(rule.Head.Ref()[0].Value.String()))
	query := topdown.NewQuery(ast.NewBody(ast.Equality.Expr(ast.VarTerm("answer"), ast.NewTerm(ref)))).
		WithCompiler(compiler).WithStore(store).WithTransaction(transaction).WithCancel(cancel).
		WithStrictBuiltinErrors(true).WithQueryTracer(watched)
	if coverage := coverageIn(ctx); coverage != nil {
		query.WithQueryTracer(coverage)
	}
	if p.prints != nil {
		query.WithPrintHook(p.prints)
	}
	answers, err := query.Run(ctx)
	if ctx.Err() != nil {
		return false, "", context.Cause(ctx)
	}
	if problem = problemOf(err); problem != "" || len(answers) == 0 {
		return false, problem, nil
	}
	passed, problem = watched.judge(answers[0]["answer"].Value)
	return passed, problem, nil
}

// problemOf is why a test could not be evaluated, which is for the test to tell; empty where it could.
func problemOf(err error) string {
	var wrong *topdown.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &wrong):
		return wrong.Message
	}
	return err.Error()
}

// cases watches which cases of a test are tried: an answer only has those that pass.
type cases struct {
	key   ast.Value // the variable that is a case's name; nil: the test has no cases
	tried map[string]bool
}

// Enabled, Config and TraceEvent make it a topdown.QueryTracer.
func (c *cases) Enabled() bool { return c.key != nil }

// Config asks for what variables stand for.
func (c *cases) Config() topdown.TraceConfig { return topdown.TraceConfig{PlugLocalVars: true} }

// TraceEvent notes a case, which begins as soon as its name is known.
func (c *cases) TraceEvent(event topdown.Event) {
	if event.Op != topdown.EvalOp {
		return
	}
	name := bound(c.key, event.Locals)
	if _, open := name.(ast.Var); !open {
		c.tried[name.String()] = true
	}
}

// judge reports whether a test's answer is that it passes. Of cases, all have to be true.
func (c *cases) judge(answer ast.Value) (passed bool, problem string) {
	byCase, ok := answer.(ast.Object)
	if !ok {
		return answer.Compare(ast.Boolean(true)) == 0, ""
	}
	failed := maps.Clone(c.tried)
	byCase.Foreach(func(key, value *ast.Term) {
		if value.Value.Compare(ast.Boolean(true)) == 0 {
			delete(failed, key.Value.String())
		} else {
			failed[key.Value.String()] = true
		}
	})
	if len(failed) > 0 {
		return false, "the case " + strings.Join(slices.Sorted(maps.Keys(failed)), ", ")
	}
	return true, ""
}
