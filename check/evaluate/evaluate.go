// Package evaluate asks the policies, which are written in Rego, what they find in an event. All that
// decides is in the policies; this package loads them, gives them their parameters and carries their
// answers.
package evaluate

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/promocheck/promocheck/check/event"
)

// Evaluate asks all rules that are not switched off what they find in an event. Whoever builds the event
// puts Parameters into its config. The order of the results is that of the rules' IDs, and within a rule
// of no meaning, but always the same.
//
// The rules are dealt out to a few queries that run side by side. Each has an input of its own, whose sets and
// objects OPA sorts as it first needs them sorted. Those of the policies are sorted by then.
func (c *Configured) Evaluate(ctx context.Context, e *event.Event) ([]Result, error) {
	n := max(1, min(runtime.GOMAXPROCS(0), mostQueries))
	hands := slices.Collect(slices.Chunk(c.active, max(1, (len(c.active)+n-1)/n)))
	inputs, answers, errs := make([]ast.Value, len(hands)), make([]topdown.QueryResult, len(hands)), make([]error, len(hands))
	var queries sync.WaitGroup
	for i, hand := range hands {
		queries.Go(func() {
			if inputs[i], errs[i] = toValue(e); errs[i] == nil {
				answers[i], errs[i] = c.ask(ctx, query("findings", hand), inputs[i])
			}
		})
	}
	queries.Wait()
	all := topdown.QueryResult{}
	for i, some := range answers {
		if errs[i] != nil {
			return nil, errs[i]
		}
		maps.Copy(all, some)
	}
	if len(inputs) > 0 {
		c.asked, c.input = e, inputs[0]
	}
	return newReader(e).results(c.active, all)
}

// mostQueries bounds how often what rules share is worked out anew.
const mostQueries = 4

// ask evaluates a query.
func (c *Configured) ask(ctx context.Context, query ast.Body, input ast.Value) (topdown.QueryResult, error) {
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	answers, err := topdown.NewQuery(query).
		WithCompiler(c.policies.compiler).
		WithInput(ast.NewTerm(input)).
		WithCancel(cancel).
		WithStrictBuiltinErrors(true). // else a failed conversion is no error but a rule that does not fire
		Run(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("policies were stopped before they had an answer: %w", context.Cause(ctx))
	case err != nil:
		return nil, fmt.Errorf("policies: %w", err)
	case len(answers) != 1:
		return nil, fmt.Errorf("policies gave %d answers to one question", len(answers))
	}
	return answers[0], nil
}

// query asks for a set, such as the findings, of each rule: `answer_mutable_tag = data.promocheck.rules.mutable_tag.findings`
// and so on. It names the rules one by one, because to ask for all of data.promocheck.rules would also
// evaluate what rules define for themselves, and the rules that are off. There is nothing in it to compile.
func query(set string, rules []Rule) ast.Body {
	var query ast.Body
	for _, rule := range rules {
		query.Append(ast.Equality.Expr(ast.NewTerm(rule.answer()), ast.NewTerm(rule.ref(set))))
	}
	return query
}
