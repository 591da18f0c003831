package evaluate

import (
	"context"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"github.com/promocheck/promocheck/check/event"
)

// Timed asks the rules that read input.time again, about the same event at other times. What the others
// find stays as it is.
type Timed struct {
	*Configured
	input ast.Object
	event *event.Event

	// Daily says that a rule reads what day it is, and does not tell by moments when that matters.
	Daily bool
}

// Timed prepares to ask about an event. If it is the one that was evaluated last, it is as it was then.
func (c *Configured) Timed(e *event.Event) (*Timed, error) {
	t := &Timed{event: e, Configured: &Configured{policies: c.policies, settings: c.settings, parameters: c.parameters}}
	reading := reading{compiler: c.policies.compiler, known: map[*ast.Rule]*reads{}}
	for _, rule := range c.active {
		if time, date := reading.of(rule.ref("findings")); time {
			t.active = append(t.active, rule)
			t.Daily = t.Daily || date && !c.hasMoments(rule)
		}
	}
	if len(t.active) == 0 {
		return t, nil
	}
	input := c.input
	if c.asked != e {
		var err error
		if input, err = toValue(e); err != nil {
			return nil, fmt.Errorf("event: %w", err)
		}
	}
	t.input = input.(ast.Object)
	return t, nil
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

// Moments are when, by the rules' own word, their answers may change: the set `moments` of each that
// defines one. They are times in RFC 3339, or times of day such as 12:00.
func (t *Timed) Moments(ctx context.Context) ([]string, error) {
	var rules []Rule
	for _, rule := range t.active {
		if t.hasMoments(rule) {
			rules = append(rules, rule)
		}
	}
	if len(rules) == 0 {
		return nil, nil
	}
	answers, err := t.ask(ctx, query("moments", rules), t.input)
	if err != nil {
		return nil, err
	}
	var moments []string
	for _, rule := range rules {
		set, ok := answers[rule.answer()].Value.(ast.Set)
		if !ok {
			return nil, fmt.Errorf("rule %s: moments is %s, not a set", rule.ID, answers[rule.answer()])
		}
		for _, moment := range set.Slice() {
			text, ok := moment.Value.(ast.String)
			if !ok {
				return nil, fmt.Errorf("rule %s: moment %s is no string", rule.ID, moment)
			}
			moments = append(moments, string(text))
		}
	}
	slices.Sort(moments)
	return slices.Compact(moments), nil
}

func (c *Configured) hasMoments(rule Rule) bool {
	return len(c.policies.compiler.GetRulesExact(rule.ref("moments"))) > 0
}

// reading finds out what rules, in the sense of Rego, read of the time, each once.
type reading struct {
	compiler *ast.Compiler
	known    map[*ast.Rule]*reads
}

// reads is what a rule itself reads.
type reads struct {
	time  bool
	date  bool // which day it is, not only what kind of day
	rules []*ast.Rule
}

// of is what is read for what a reference leads to, by it and by all that it uses.
func (r *reading) of(ref ast.Ref) (time, date bool) {
	seen := map[*ast.Rule]bool{}
	for left := r.compiler.GetRules(ref); len(left) > 0; left = left[1:] {
		if next := left[0]; !seen[next] {
			seen[next] = true
			direct := r.direct(next)
			time, date = time || direct.time, date || direct.date
			left = append(left, direct.rules...)
		}
	}
	return time, date
}

func (r *reading) direct(rule *ast.Rule) *reads {
	if known, ok := r.known[rule]; ok {
		return known
	}
	found := &reads{}
	r.known[rule] = found
	ast.WalkRefs(rule, func(ref ast.Ref) bool {
		switch {
		case ref.HasPrefix(ast.InputRootRef):
			found.input(ref)
		case ref.HasPrefix(ast.DefaultRootRef):
			found.rules = append(found.rules, r.compiler.GetRulesDynamicWithOpts(ref, ast.RulesOptions{IncludeHiddenModules: true})...)
		}
		return false
	})
	return found
}

// input notes what is read of the input. What cannot be told counts as the time.
func (r *reads) input(ref ast.Ref) {
	field := func(i int) (ast.String, bool) {
		if i >= len(ref) {
			return "", false
		}
		name, ok := ref[i].Value.(ast.String)
		return name, ok
	}
	top, known := field(1)
	if known && top != "time" {
		return
	}
	r.time = true
	switch part, ok := field(2); {
	case !known, !ok, part == "now", part == "date", part == "clock":
		r.date = true
	}
}
