package evaluate

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/promocheck/promocheck/check/event"
)

// Reads is what a rule reads of the input, by itself or by what it uses, of that which is only worked out, or only
// changes, for those who read it. What cannot be told counts as read.
type Reads struct {
	Moment       bool // when it is: the date, the time of day
	Kind         bool // what kind of moment that is: a weekday, a holiday, within a window
	TellsMoments bool // the rule defines when its answer changes because of when it is
	Longest      bool // the longest stay that an environment's history has of a version
	// Facts are the parts of the input that are worked out only for those who read them: those of event.OptionalFacts.
	Facts []string
}

// noteReads notes it for each rule.
func noteReads(compiler *ast.Compiler, rules []Rule, all map[*ast.Rule]*said) {
	r := &reading{compiler: compiler, said: all, longest: readLongest(compiler, all), known: map[*ast.Rule]*Reads{}}
	for i, rule := range rules {
		rules[i].Reads = r.of(rule.ref("findings"))
		rules[i].Reads.TellsMoments = len(compiler.GetRulesExact(rule.ref("moments"))) > 0
	}
}

// reading finds out what rules, in the sense of Rego, read, each once.
type reading struct {
	compiler *ast.Compiler
	said     map[*ast.Rule]*said
	longest  map[*ast.Rule]bool
	known    map[*ast.Rule]*Reads // by itself
}

// of is what is read for what a reference leads to, by it and by all that it uses.
func (r *reading) of(ref ast.Ref) (all Reads) {
	seen := map[*ast.Rule]bool{}
	for left := r.compiler.GetRules(ref); len(left) > 0; left = left[1:] {
		if next := left[0]; !seen[next] {
			seen[next] = true
			direct := r.direct(next)
			all.Moment, all.Kind = all.Moment || direct.Moment, all.Kind || direct.Kind
			all.Longest = all.Longest || direct.Longest
			all.Facts = append(all.Facts, direct.Facts...)
			left = append(left, r.said[next].uses...)
		}
	}
	slices.Sort(all.Facts)
	all.Facts = slices.Compact(all.Facts)
	return all
}

func (r *reading) direct(rule *ast.Rule) *Reads {
	if known, ok := r.known[rule]; ok {
		return known
	}
	found := &Reads{Longest: r.longest[rule]}
	r.known[rule] = found
	for _, term := range r.said[rule].terms {
		if ref, ok := term.Value.(ast.Ref); ok && ref.HasPrefix(ast.InputRootRef) {
			found.input(ref)
		}
	}
	return found
}

// input notes what is read of the input's time, and of what is optional.
func (r *Reads) input(ref ast.Ref) {
	field := func(i int) (ast.String, bool) {
		if i >= len(ref) {
			return "", false
		}
		name, ok := ref[i].Value.(ast.String)
		return name, ok
	}
	top, known := field(1)
	for _, fact := range event.OptionalFacts {
		if !known || string(top) == fact {
			r.Facts = append(r.Facts, fact)
		}
	}
	if known && top != "time" {
		return
	}
	switch part, ok := field(2); {
	case !known, !ok:
		r.Moment, r.Kind = true, true
	case part == "now", part == "date", part == "clock":
		r.Moment = true
	case part == "timezone": // stays what it is
	default:
		r.Kind = true
	}
}
