package evaluate

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/promocheck/promocheck/check/rego"
)

// Coverage notes which lines of policies are evaluated. Queries may note side by side.
type Coverage struct {
	called func(file string) string // by which a file's lines are noted
	mu     sync.Mutex
	lines  map[string]map[int]bool
}

// NewCoverage is one that has seen nothing. One file may go by several names; called makes them one.
func NewCoverage(called func(file string) string) *Coverage {
	return &Coverage{called: called, lines: map[string]map[int]bool{}}
}

type coverageKey struct{}

// WithCoverage has what is evaluated under the context be noted.
func WithCoverage(ctx context.Context, c *Coverage) context.Context {
	return context.WithValue(ctx, coverageKey{}, c)
}

func coverageIn(ctx context.Context) *Coverage {
	c, _ := ctx.Value(coverageKey{}).(*Coverage)
	return c
}

// Enabled, Config and TraceEvent make it a topdown.QueryTracer.
func (c *Coverage) Enabled() bool { return true }

// Config asks for nothing besides.
func (c *Coverage) Config() topdown.TraceConfig { return topdown.TraceConfig{} }

// TraceEvent notes an expression that is evaluated, and a rule that has an answer.
func (c *Coverage) TraceEvent(event topdown.Event) {
	var place *ast.Location
	switch node := event.Node.(type) {
	case *ast.Expr:
		if event.Op != topdown.EvalOp {
			return
		}
		place = node.Location
	case *ast.Rule:
		if event.Op != topdown.ExitOp {
			return
		}
		place = node.Head.Location
	default:
		return
	}
	if place == nil || place.File == "" {
		return
	}
	file := c.called(place.File)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lines[file] == nil {
		c.lines[file] = map[int]bool{}
	}
	c.lines[file][place.Row] = true
}

// FileCoverage is how much of a file is evaluated.
type FileCoverage struct {
	File   string
	Lines  int   // that can be
	Missed []int // those that were not
}

// Of tells it for each of some files.
func (c *Coverage) Of(files []rego.File) ([]FileCoverage, error) {
	modules, err := parse(files)
	if err != nil {
		return nil, err
	}
	var all []FileCoverage
	for _, file := range files {
		lines := map[int]bool{}
		ast.WalkRules(modules[file.Name], func(rule *ast.Rule) bool {
			if !rule.Default {
				lines[rule.Head.Location.Row] = true
			}
			return false
		})
		ast.WalkExprs(modules[file.Name], func(expression *ast.Expr) bool {
			if declares(expression) || expression.Location == nil {
				return false
			}
			if boolean, ok := expression.Terms.(*ast.Term); !ok || boolean.Value.Compare(ast.Boolean(true)) != 0 { // the body of what has none
				lines[expression.Location.Row] = true
			}
			return false
		})
		covered := FileCoverage{File: file.Name, Lines: len(lines)}
		for _, line := range slices.Sorted(maps.Keys(lines)) {
			if !c.lines[c.called(file.Name)][line] {
				covered.Missed = append(covered.Missed, line)
			}
		}
		all = append(all, covered)
	}
	return all, nil
}

// declares reports whether an expression is `some x`, which is nothing to evaluate.
func declares(expression *ast.Expr) bool {
	some, ok := expression.Terms.(*ast.SomeDecl)
	if !ok || len(some.Symbols) == 0 {
		return false
	}
	_, iterates := some.Symbols[0].Value.(ast.Call)
	return !iterates
}
