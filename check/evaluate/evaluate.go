// Package evaluate asks the policies, which are written in Rego, what they find in an event. All that
// decides is in the policies; this package loads them, gives them their parameters and carries their
// answers.
package evaluate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/util"

	"github.com/promocheck/promocheck/check/doing"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/mistake"
)

// Case is an event that rules are asked about. What is asked does not depend on what was asked before.
type Case struct {
	rules *Configured
	event *event.Event
	input func() (ast.Object, error) // the event as policies see it, made once
}

// About opens the case of an event, whose config has the Parameters.
func (c *Configured) About(e *event.Event) *Case {
	return &Case{rules: c, event: e, input: sync.OnceValues(func() (ast.Object, error) {
		value, err := toValue(e)
		if err != nil {
			return nil, err
		}
		inOrder(ast.NewTerm(value)) // which queries that run side by side share
		return value.(ast.Object), nil
	})}
}

// With asks rules that are configured otherwise about the same event, of which only what the configuration says differs.
func (c *Case) With(rules *Configured) (*Case, error) {
	settings := c.event.Config
	settings.Rules = rules.Parameters()
	config, err := ast.InterfaceToValue(util.Reference(settings))
	if err != nil {
		return nil, err
	}
	return &Case{rules: rules, event: c.event, input: sync.OnceValues(func() (ast.Object, error) { return c.inputWith("config", config) })}, nil
}

// inputWith is the input with another value of one of its keys.
func (c *Case) inputWith(key string, value ast.Value) (ast.Object, error) {
	now, err := c.input()
	if err != nil {
		return nil, err
	}
	term := ast.NewTerm(value)
	inOrder(term)
	input := ast.NewObjectWithCapacity(now.Len())
	now.Foreach(func(name, value *ast.Term) {
		if name.Value.Compare(ast.String(key)) == 0 {
			value = term
		}
		input.Insert(name, value)
	})
	return input, nil
}

// Results are what all active rules find. Their order is that of the rules' IDs, and within a rule of no
// meaning, but always the same. The rules are dealt out to a few queries that run side by side.
func (c *Case) Results(ctx context.Context) ([]Result, error) {
	input, err := c.input()
	if err != nil {
		return nil, err
	}
	n := max(1, min(runtime.GOMAXPROCS(0), mostQueries))
	if c.rules.policies.prints != nil {
		n = 1 // what they print is in the order of the rules
	}
	active := c.rules.active
	hands := slices.Collect(slices.Chunk(active, max(1, (len(active)+n-1)/n)))
	answers, errs := make([]topdown.QueryResult, len(hands)), make([]error, len(hands))
	var queries sync.WaitGroup
	for i, hand := range hands {
		queries.Go(func() { answers[i], errs[i] = c.ask(ctx, "findings", hand, input) })
	}
	queries.Wait()
	all := topdown.QueryResult{}
	for i, some := range answers {
		if errs[i] != nil {
			return nil, errs[i]
		}
		maps.Copy(all, some)
	}
	return newReader(c.event).results(active, all)
}

// mostQueries bounds how often what rules share is worked out anew.
const mostQueries = 4

// ask asks for a set, such as the findings, of each rule, while others watch.
func (c *Case) ask(ctx context.Context, set string, rules []Rule, input ast.Object, watch ...topdown.QueryTracer) (topdown.QueryResult, error) {
	doing.Note(ctx, "asking the rules")
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	asking := topdown.NewQuery(query(set, rules))
	for _, tracer := range watch {
		asking.WithQueryTracer(tracer).WithIndexing(false) // which reads unseen
	}
	if coverage := coverageIn(ctx); coverage != nil {
		asking.WithQueryTracer(coverage)
	}
	if prints := c.rules.policies.prints; prints != nil && set == "findings" {
		asking.WithPrintHook(prints)
	}
	answers, err := asking.
		WithCompiler(c.rules.policies.compiler).
		WithInput(ast.NewTerm(input)).
		WithCancel(cancel).
		WithStrictBuiltinErrors(true). // else a failed conversion is no error but a rule that does not fire
		Run(ctx)
	var failed *topdown.Error
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("policies were stopped before they had an answer: %w", context.Cause(ctx))
	case errors.As(err, &failed) && failed.Location != nil && failed.Location.File != "":
		return nil, &mistake.Error{Path: failed.Location.File, Line: failed.Location.Row, Problem: "the rule cannot be asked: " + failed.Message, Err: err}
	case err != nil:
		return nil, fmt.Errorf("policies: %w", err)
	case len(answers) != 1:
		return nil, fmt.Errorf("policies gave %d answers to one question", len(answers))
	}
	return answers[0], nil
}

// query is `answer_mutable_tag = data.promocheck.rules.mutable_tag.findings` and so on. It names the rules one
// by one, because to ask for all of data.promocheck.rules would also evaluate what rules define for themselves,
// and the rules that are off. There is nothing in it to compile.
func query(set string, rules []Rule) ast.Body {
	var query ast.Body
	for _, rule := range rules {
		query.Append(ast.Equality.Expr(ast.NewTerm(rule.answer()), ast.NewTerm(rule.ref(set))))
	}
	return query
}

// inOrder sorts the sets and objects within policies or an input. OPA would do so as it first needs them
// sorted, under the eyes of another query.
func inOrder(within any) {
	ast.WalkTerms(within, func(term *ast.Term) bool {
		switch value := term.Value.(type) {
		case ast.Set:
			value.Slice()
		case ast.Object:
			value.Keys()
		}
		return false
	})
}
