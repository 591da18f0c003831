package evaluate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"github.com/promocheck/promocheck/check/event"
)

// Timed asks the rules whose answers time may change again, about the same event at other times. What the
// others find stays as it is.
type Timed struct {
	*Configured
	input ast.Object
	event *event.Event

	// Moments are when, by the rules' own word, their answers may change: the set `moments` of each that defines
	// one. They are times in RFC 3339, or times of day such as 12:00.
	Moments []string

	// Daily says that a rule reads what day it is, and does not tell by moments when that matters.
	Daily bool
}

// Timed prepares to ask about an event. If it is the one that was evaluated last, it is as it was then.
func (c *Configured) Timed(ctx context.Context, e *event.Event) (*Timed, error) {
	t := &Timed{event: e, Configured: &Configured{policies: c.policies, settings: c.settings, parameters: c.parameters}}
	var telling []Rule
	for _, rule := range c.active {
		switch reads := rule.Time; {
		case reads.Moments && (reads.Moment || reads.Kind):
			telling = append(telling, rule)
		case reads.Moment || reads.Kind:
			t.active = append(t.active, rule)
			t.Daily = t.Daily || reads.Moment
		}
	}
	if len(t.active)+len(telling) == 0 {
		return t, nil
	}
	input := c.input
	if c.asked != e {
		var err error
		if input, err = toValue(e); err != nil {
			return nil, err
		}
	}
	t.input = input.(ast.Object)
	if len(telling) == 0 {
		return t, nil
	}
	return t, t.askMoments(ctx, telling)
}

// Any reports whether any rule depends on time.
func (t *Timed) Any() bool { return len(t.active) > 0 }

// Has reports whether a rule depends on time.
func (t *Timed) Has(id string) bool {
	return slices.ContainsFunc(t.active, func(r Rule) bool { return r.ID == id })
}

// At asks what the rules would find at another time.
func (t *Timed) At(ctx context.Context, at event.Time) ([]Result, error) {
	time, err := ast.InterfaceToValue(util.Reference(at))
	if err != nil {
		return nil, err
	}
	input := ast.NewObject()
	t.input.Foreach(func(key, value *ast.Term) {
		if key.Value.Compare(ast.String("time")) == 0 {
			value = ast.NewTerm(time)
		}
		input.Insert(key, value)
	})
	answers, err := t.ask(ctx, query("findings", t.active), input)
	if err != nil {
		return nil, err
	}
	return newReader(t.event).results(t.active, answers)
}

// askMoments asks rules when their answers change. One that names no moment, and does not look at what kind of
// moment it is, gives the same answer at any time.
func (t *Timed) askMoments(ctx context.Context, rules []Rule) error {
	answers, err := t.ask(ctx, query("moments", rules), t.input)
	if err != nil {
		return err
	}
	for _, rule := range rules {
		set, ok := answers[rule.answer()].Value.(ast.Set)
		if !ok {
			return fmt.Errorf("rule %s: moments is %s, not a set", rule.ID, answers[rule.answer()])
		}
		for _, moment := range set.Slice() {
			text, ok := moment.Value.(ast.String)
			if !ok {
				return fmt.Errorf("rule %s: moment %s is no string", rule.ID, moment)
			}
			t.Moments = append(t.Moments, string(text))
		}
		if set.Len() > 0 || rule.Time.Kind {
			t.active = append(t.active, rule)
		}
	}
	slices.SortFunc(t.active, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	slices.Sort(t.Moments)
	t.Moments = slices.Compact(t.Moments)
	return nil
}
