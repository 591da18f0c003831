package evaluate

import (
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/promocheck/promocheck/check/event"
)

// Result is what a rule reports, as it reports it. It concerns a change, or else has a location.
type Result struct {
	Rule        string          `json:"-"`
	Message     string          `json:"message"`
	Change      string          `json:"change"`
	Location    *event.Location `json:"location"`
	App         string          `json:"app"`         // the change's, if there is one
	Environment string          `json:"environment"` // the change's, if there is one
	Severity    Severity        `json:"severity"`    // empty: the rule's own

	// What else it stands for; nil: what the change is, or the place.
	Covers  []string `json:"covers"`  // the IDs of changes and effects
	Targets []string `json:"targets"` // those of their targets that are meant
	Files   []string `json:"files"`   // that no app is built from

	// What an emergency opens: what is about when something may go in, and what has soaked for as long as it asks for.
	Emergency bool     `json:"emergency"`
	Soaked    *float64 `json:"soaked"` // nanoseconds
}

// reader reads results, and knows what they may speak of.
type reader struct {
	changes      map[string]*event.Change
	effects      map[string]bool
	environments map[string]bool
}

func newReader(e *event.Event) *reader {
	r := &reader{
		changes: make(map[string]*event.Change, len(e.Changes)), effects: make(map[string]bool, len(e.Effects)), environments: make(map[string]bool, len(e.Path)),
	}
	for _, effect := range e.Effects {
		r.effects[effect.ID] = true
	}
	for i := range e.Changes {
		r.changes[e.Changes[i].ID] = &e.Changes[i]
	}
	for _, environment := range e.Path {
		r.environments[environment.Name] = true
	}
	return r
}

// results reads what every rule answered. A finding that cannot be understood is an error, because
// to drop it would let pass what a rule objects to.
func (r *reader) results(rules []Rule, answers topdown.QueryResult) ([]Result, error) {
	var results []Result
	for _, rule := range rules {
		answer, ok := answers[rule.answer()]
		if !ok {
			return nil, fmt.Errorf("rule %s: did not answer", rule.ID)
		}
		findings, ok := answer.Value.(ast.Set)
		if !ok {
			return nil, fmt.Errorf("rule %s: findings is %s, not a set", rule.ID, answer)
		}
		err := findings.Iter(func(finding *ast.Term) error {
			result, err := r.result(finding.Value)
			if err != nil {
				return fmt.Errorf("rule %s (%s): finding %s: %w", rule.ID, rule.File, finding, err)
			}
			result.Rule = rule.ID
			results = append(results, result)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

func (r *reader) result(finding ast.Value) (Result, error) {
	var result Result
	object, err := ast.JSON(finding)
	if err != nil {
		return result, err
	}
	if err := decodeStrictly(object, &result); err != nil {
		return result, err
	}
	if result.Message == "" {
		return result, errors.New("has no message")
	}
	if result.Severity != "" && !result.Severity.Valid() {
		return result, fmt.Errorf("severity is %q, not error, warning or note", result.Severity)
	}
	for _, id := range result.Covers {
		if r.changes[id] == nil && !r.effects[id] {
			return result, fmt.Errorf("covers %q, which is neither a change nor an effect", id)
		}
	}
	if result.Change == "" {
		return result, r.placed(&result)
	}
	return result, r.attached(&result)
}

// placed checks a result that concerns no change.
func (r *reader) placed(result *Result) error {
	switch {
	case result.Location == nil:
		return errors.New("has neither change nor location")
	case result.Location.Path == "":
		return errors.New("location has no path")
	case result.Environment != "" && !r.environments[result.Environment]:
		return fmt.Errorf("environment %q is not on the promotion path", result.Environment)
	}
	return nil
}

// attached completes a result with the app and environment of the change that it concerns.
func (r *reader) attached(result *Result) error {
	change, ok := r.changes[result.Change]
	if !ok {
		return fmt.Errorf("there is no change %q", result.Change)
	}
	if result.App != "" && result.App != change.App || result.Environment != "" && result.Environment != change.Environment {
		return fmt.Errorf("change %q is of %s in %s", result.Change, change.App, change.Environment)
	}
	result.App, result.Environment = change.App, change.Environment
	return nil
}
