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

// Later asks about the same event at other times: those rules whose answers time may change. What the others
// find stays as it is.
type Later struct {
	about *Case
	rules []Rule

	// Moments are when, by the rules' own word, their answers may change: the set `moments` of each that defines
	// one. They are times in RFC 3339, or times of day such as 12:00.
	Moments []string

	// Daily says that a rule reads what day it is, and does not tell by moments when that matters.
	Daily bool
}

// Later finds out which rules those are.
func (c *Case) Later(ctx context.Context) (*Later, error) {
	l := &Later{about: c}
	var telling []Rule
	for _, rule := range c.rules.active {
		switch reads := rule.Reads; {
		case !reads.Moment && !reads.Kind:
		case reads.TellsMoments:
			telling = append(telling, rule)
		default:
			l.rules = append(l.rules, rule)
			l.Daily = l.Daily || reads.Moment
		}
	}
	if len(telling) == 0 {
		return l, nil
	}
	return l, l.askMoments(ctx, telling)
}

// Any reports whether any rule depends on time.
func (l *Later) Any() bool { return len(l.rules) > 0 }

// Has reports whether a rule depends on time.
func (l *Later) Has(id string) bool {
	return slices.ContainsFunc(l.rules, func(r Rule) bool { return r.ID == id })
}

// Results are what these rules would find at another time.
func (l *Later) Results(ctx context.Context, at event.Time) ([]Result, error) {
	time, err := ast.InterfaceToValue(util.Reference(at))
	if err != nil {
		return nil, err
	}
	input, err := l.about.inputWith("time", time)
	if err != nil {
		return nil, err
	}
	answers, err := l.about.ask(ctx, "findings", l.rules, input)
	if err != nil {
		return nil, err
	}
	return newReader(l.about.event).results(l.rules, answers)
}

// askMoments asks rules when their answers change. One that names no moment, and does not look at what kind of
// moment it is, gives the same answer at any time.
func (l *Later) askMoments(ctx context.Context, rules []Rule) error {
	input, err := l.about.input()
	if err != nil {
		return err
	}
	answers, err := l.about.ask(ctx, "moments", rules, input)
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
			l.Moments = append(l.Moments, string(text))
		}
		if set.Len() > 0 || rule.Reads.Kind {
			l.rules = append(l.rules, rule)
		}
	}
	slices.SortFunc(l.rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	slices.Sort(l.Moments)
	l.Moments = slices.Compact(l.Moments)
	return nil
}
