// Package compiled writes Rego modules down as the compiler leaves them, and reads them back. It takes a
// small part of the time that parsing and compiling them takes.
package compiled

import (
	"errors"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Write writes down modules that were compiled, by their names. It leaves out what only the compiler and
// people need: comments, annotations, imports, the places of terms. It refuses what no compiled module has.
func Write(modules map[string]*ast.Module) (string, error) {
	c := &coder{writing: true, known: map[string]int{}}
	c.modules(&modules)
	return string(c.out), c.err
}

// Read reads the modules that Write wrote.
func Read(written string) (map[string]*ast.Module, error) {
	c := &coder{in: written}
	var modules map[string]*ast.Module
	c.modules(&modules)
	if c.err == nil && c.in != "" {
		c.err = errors.New("there is something after the modules")
	}
	return modules, c.err
}

// needed are the stages of the compiler that prepare the evaluation of modules.
var needed = []ast.StageID{ast.StageSetModuleTree, ast.StageSetRuleTree, ast.StageBuildRuleIndices}

// Prepared are the stages of the compiler that Prepare makes up for. What else evaluation can do without is what
// makes that of comprehensions faster, by less than it takes, for any event that was measured.
func Prepared() []ast.StageID {
	return []ast.StageID{ast.StageBuildRuleIndices, ast.StageBuildComprehensionIndices}
}

// Prepare has a new compiler prepare modules for evaluation that were compiled. It does not check or rewrite them
// again.
func Prepare(modules map[string]*ast.Module) (*ast.Compiler, error) {
	// A compiler copies what it is given, all of it. So it gets the names first, and what they stand for
	// once it has copied them.
	names := make(map[string]*ast.Module, len(modules))
	for name, module := range modules {
		names[name] = &ast.Module{Package: module.Package}
	}
	skipped := slices.DeleteFunc(ast.AllStages(), func(stage ast.StageID) bool { return slices.Contains(needed, stage) })
	compiler := ast.NewCompiler().WithCapabilities(&ast.Capabilities{}) // there is nothing to check
	compiler.WithSkipStages(skipped...).WithStageAfterID(ast.StageSetModuleTree, ast.CompilerStageDefinition{
		Name: "UseModules",
		Stage: func(c *ast.Compiler) *ast.Error {
			c.Modules = modules
			c.ModuleTree = ast.NewModuleTree(modules)
			return nil
		},
	})
	if compiler.Compile(names); compiler.Failed() {
		return nil, compiler.Errors
	}
	return compiler, nil
}
