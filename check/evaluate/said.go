package evaluate

import "github.com/open-policy-agent/opa/v1/ast"

// said is what a rule, in the sense of Rego, says, with all that it says by `else`.
type said struct {
	expressions []*ast.Expr
	terms       []*ast.Term
	uses        []*ast.Rule // that its references lead to
}

// gather goes through all rules that were compiled, each once.
func gather(compiler *ast.Compiler) map[*ast.Rule]*said {
	all := map[*ast.Rule]*said{}
	for _, module := range compiler.Modules {
		for _, rule := range module.Rules {
			all[rule] = saidBy(rule, compiler)
		}
	}
	return all
}

func saidBy(rule *ast.Rule, compiler *ast.Compiler) *said {
	s := &said{}
	ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Expr:
			s.expressions = append(s.expressions, x)
		case *ast.Term:
			s.terms = append(s.terms, x)
			if ref, ok := x.Value.(ast.Ref); ok && ref.HasPrefix(ast.DefaultRootRef) {
				s.uses = append(s.uses, compiler.GetRulesDynamicWithOpts(ref, ast.RulesOptions{IncludeHiddenModules: true})...)
			}
		}
		return false
	}).Walk(rule)
	return s
}
