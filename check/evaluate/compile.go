package evaluate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"github.com/promocheck/promocheck/check/evaluate/compiled"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/rego"
)

// part is policies that were compiled, and not yet prepared for evaluation.
type part struct {
	modules map[string]*ast.Module // by their files
	rules   []Rule
}

// compileBundled compiles the bundled policies.
func compileBundled(files []rego.File) (part, error) {
	modules, err := parse(files)
	if err != nil {
		return part{}, err
	}
	rules, err := rulesOf(modules, nil)
	if err != nil {
		return part{}, err
	}
	return compile(ast.NewCompiler().WithSkipStages(slices.Concat(compiled.Prepared(), checking)...), modules, rules, files)
}

// checking are the stages of the compiler that only check what is written. The bundled policies' tests compile them with
// these stages, too, as a team's own are compiled.
var checking = []ast.StageID{
	ast.StageCheckUnusedImports, ast.StageCheckKeywordOverrides, ast.StageCheckDuplicateImports, ast.StageCheckVoidCalls,
	ast.StageCheckRuleConflicts, ast.StageCheckUndefinedFuncs, ast.StageCheckSafetyRuleHeads, ast.StageCheckRecursion,
	ast.StageCheckTypes, ast.StageCheckUnsafeBuiltins, ast.StageCheckDeprecatedBuiltins, ast.StageBuildRequiredCapabilities,
}

// compileOwn compiles a team's own policies, modules of some files, along with those of the bundled ones that they use.
func (p *Policies) compileOwn(modules map[string]*ast.Module, files []rego.File) (part, error) {
	rules, err := rulesOf(modules, p.modules)
	if err != nil {
		return part{}, err
	}
	for i := range rules {
		rules[i].Own = true
	}
	used := usedBy(modules, p.modules)
	usedModules, err := parse(slices.DeleteFunc(slices.Clone(p.bundled), func(f rego.File) bool { return !used[f.Name] }))
	if err != nil {
		return part{}, err
	}
	maps.Copy(usedModules, modules)
	schemas, err := eventSchema()
	if err != nil {
		return part{}, err
	}
	compiler := ast.NewCompiler().WithSkipStages(compiled.Prepared()...).WithSchemas(schemas).WithEnablePrintStatements(p.prints != nil)
	own, err := compile(compiler, usedModules, rules, files)
	for name := range used {
		delete(own.modules, name) // it is there already
	}
	return own, err
}

func compile(compiler *ast.Compiler, modules map[string]*ast.Module, rules []Rule, files []rego.File) (part, error) {
	compiler.WithStrict(true).WithCapabilities(capabilities()).Compile(modules)
	if compiler.Failed() {
		return part{}, told(compiler.Errors, compiler.RewrittenVars, files)
	}
	all := gather(compiler)
	if undefined := undefinedReference(compiler, all); undefined != nil {
		return part{}, at(undefined.Location, fmt.Sprintf("%s is not defined anywhere", undefined), files)
	}
	noteReads(compiler, rules, all)
	for _, module := range compiler.Modules {
		inOrder(module)
	}
	return part{compiler.Modules, rules}, nil
}

func eventSchema() (*ast.SchemaSet, error) {
	var schema any
	if err := util.UnmarshalJSON(event.Schema, &schema); err != nil {
		return nil, fmt.Errorf("event schema: %w", err)
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.SchemaRootRef, schema)
	return schemas, nil
}

// usedBy tells which of the bundled modules others use, by themselves or by what they use.
func usedBy(modules, bundled map[string]*ast.Module) map[string]bool {
	used := map[string]bool{}
	for left := slices.Collect(maps.Values(modules)); len(left) > 0; left = left[1:] {
		ast.WalkRefs(left[0], func(ref ast.Ref) bool {
			if !ref.HasPrefix(ast.DefaultRootRef) {
				return false
			}
			ref = ref.ConstantPrefix()
			for name, module := range bundled {
				if !used[name] && (ref.HasPrefix(module.Package.Path) || module.Package.Path.HasPrefix(ref)) {
					used[name] = true
					left = append(left, module)
				}
			}
			return false
		})
	}
	return used
}

// rulesOf finds the rules among modules, beside those that are there before. A package is defined by one file, so
// that no source can add to, or take from, what another one says.
func rulesOf(modules, before map[string]*ast.Module) ([]Rule, error) {
	var rules []Rule
	definedIn := map[string]string{}
	for file, module := range before {
		definedIn[module.Package.Path.String()] = file
	}
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		module := modules[file]
		wrong := func(problem string) error { return mistake.Configured(file, module.Package.Location.Row, problem) }
		pkg := module.Package.Path.String()
		if other, ok := definedIn[pkg]; ok {
			return nil, wrong(fmt.Sprintf("%s is the package of %s already", strings.TrimPrefix(pkg, "data."), other))
		}
		definedIn[pkg] = file

		switch {
		case module.Package.Path.HasPrefix(rulesPrefix):
			rule, err := newRule(module)
			if err != nil {
				return nil, wrong(err.Error())
			}
			rules = append(rules, rule)
		case !module.Package.Path.HasPrefix(libPrefix):
			return nil, wrong(fmt.Sprintf("package %s is neither a rule (promocheck.rules.<name>) nor what rules share (promocheck.lib.<name>)",
				strings.TrimPrefix(pkg, "data.")))
		}
	}
	return sortRules(rules), nil
}

func sortRules(rules []Rule) []Rule {
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules
}

// undefinedReference finds a reference to data that no module defines, nil where there is none. To Rego it is merely
// undefined, and a rule that needs what is undefined never fires.
func undefinedReference(compiler *ast.Compiler, all map[*ast.Rule]*said) *ast.Term {
	for _, file := range slices.Sorted(maps.Keys(compiler.Modules)) {
		for _, rule := range compiler.Modules[file].Rules {
			for _, term := range all[rule].terms {
				ref, ok := term.Value.(ast.Ref)
				if ok && ref.HasPrefix(ast.DefaultRootRef) && len(compiler.GetRules(ref)) == 0 {
					return term
				}
			}
		}
	}
	return nil
}
