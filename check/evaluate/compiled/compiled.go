// Package compiled writes Rego modules down as the compiler leaves them, and reads them back. It takes a
// small part of the time that parsing and compiling them takes.
package compiled

import (
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Write writes down modules that were compiled, by their names. It leaves out what only the compiler and
// people need: comments, annotations, imports, the places of terms. It refuses what no compiled module has.
func Write(modules map[string]*ast.Module) (string, error) {
	c := &coder{writing: true, known: map[string]int{}}
	c.modules(&modules)
	return string(c.out), c.err
}

// Read reads what Write wrote. To be used, the modules have to be compiled, with all Stages skipped.
func Read(text string) (map[string]*ast.Module, error) {
	c := &coder{in: text}
	var modules map[string]*ast.Module
	c.modules(&modules)
	if c.err == nil && c.in != "" {
		c.err = errors.New("there is something after the modules")
	}
	return modules, c.err
}

// needed are the stages of the compiler that prepare the evaluation of modules that it has compiled
// before. The others check them or rewrite them, which is done, or make the evaluation of comprehensions
// faster, by less than they take for any event that was measured.
var needed = map[ast.StageID]bool{
	ast.StageSetModuleTree:    true,
	ast.StageSetRuleTree:      true,
	ast.StageBuildRuleIndices: true,
}

// Stages are those of the compiler that were gone through before the modules were written.
func Stages() []ast.StageID {
	var done []ast.StageID
	for _, stage := range ast.AllStages() {
		if !needed[stage] {
			done = append(done, stage)
		}
	}
	return done
}
