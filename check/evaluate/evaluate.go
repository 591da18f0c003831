// Package evaluate asks the policies, which are written in Rego, what they find in an event. All that
// decides is in the policies; this package loads them, gives them their parameters and carries their
// answers.
package evaluate

import (
	"context"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/promocheck/promocheck/check/event"
)

// Evaluate asks all rules that are not switched off, in one query, what they find in an event. Whoever
// builds the event puts Parameters into its config. The order of the results is that of the rules' IDs,
// and within a rule of no meaning, but always the same.
func (c *Configured) Evaluate(ctx context.Context, e *event.Event) ([]Result, error) {
	input, err := toValue(e)
	if err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	c.asked, c.input = e, input
	answers, err := c.ask(ctx, query("findings", c.active), input)
	if err != nil {
		return nil, err
	}
	return newReader(e).results(c.active, answers)
}

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
