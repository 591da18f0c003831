package evaluate

import "github.com/open-policy-agent/opa/v1/ast"

// ReadsTime is what a rule reads of the input's time, by itself or by what it uses.
type ReadsTime struct {
	Moment  bool // when it is: the date, the time of day
	Kind    bool // what kind of moment that is: a weekday, a holiday, within a window
	Moments bool // it defines when its answer changes because of when it is
}

// noteTime notes it for each rule.
func noteTime(compiler *ast.Compiler, rules []Rule) {
	reading := reading{compiler: compiler, known: map[*ast.Rule]*reads{}}
	for i, rule := range rules {
		rules[i].Time = reading.of(rule.ref("findings"))
		rules[i].Time.Moments = len(compiler.GetRulesExact(rule.ref("moments"))) > 0
	}
}

// reading finds out what rules, in the sense of Rego, read of the time, each once.
type reading struct {
	compiler *ast.Compiler
	known    map[*ast.Rule]*reads
}

// reads is what a rule itself reads.
type reads struct {
	ReadsTime
	rules []*ast.Rule
}

// of is what is read for what a reference leads to, by it and by all that it uses.
func (r *reading) of(ref ast.Ref) (all ReadsTime) {
	seen := map[*ast.Rule]bool{}
	for left := r.compiler.GetRules(ref); len(left) > 0; left = left[1:] {
		if next := left[0]; !seen[next] {
			seen[next] = true
			direct := r.direct(next)
			all.Moment, all.Kind = all.Moment || direct.Moment, all.Kind || direct.Kind
			left = append(left, direct.rules...)
		}
	}
	return all
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

// input notes what is read of the input. What cannot be told counts as all that there is of the time.
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
