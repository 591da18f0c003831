package evaluate

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ast/location"
	"github.com/open-policy-agent/opa/v1/util"

	"github.com/promocheck/promocheck/check/event"
)

// Source is a tree of Rego files, such as the bundled policies or a team's own. Every .rego file
// below its root is read, except tests (_test.rego).
type Source struct {
	Name     string // how error messages call the root
	Files    fs.FS
	Compiled string // what Precompile made of the files, which saves Load the work; may be empty
	Own      bool   // it is a team's own: what it reads is held against the event's schema, each time
}

// file is a Rego file of a source.
type file struct {
	name string // as in error messages
	text []byte
}

// Policies are rules that are ready to be configured.
type Policies struct {
	compiler *ast.Compiler
	rules    []Rule
}

// Load reads and compiles policies, all of them once. It refuses whatever would make a rule silently do
// nothing: a package that no query asks for, a rule without findings, a reference to what is not defined, a
// built-in function that is not allowed and, where there are rules of a team's own, a field that the event does
// not have. (The bundled ones are held against the schema before they are released.) What a rule passes to a
// function escapes that check.
func Load(sources ...Source) (*Policies, error) {
	files, err := read(sources)
	if err != nil {
		return nil, err
	}
	if len(sources) == 1 {
		if policies, err := loadCompiled(sources[0].Compiled, files); !errors.Is(err, errOutdated) {
			return policies, err
		}
	}
	compiler := ast.NewCompiler()
	if slices.ContainsFunc(sources, func(s Source) bool { return s.Own }) {
		schemas, err := eventSchema()
		if err != nil {
			return nil, err
		}
		compiler.WithSchemas(schemas)
	}
	return load(compiler, files)
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

// Rules are the rules that were loaded, in the order of their IDs.
func (p *Policies) Rules() []Rule { return slices.Clone(p.rules) }

func load(compiler *ast.Compiler, files []file) (*Policies, error) {
	modules, err := parse(files)
	if err != nil {
		return nil, err
	}
	rules, err := rulesOf(modules)
	if err != nil {
		return nil, err
	}
	compiler.WithStrict(true).WithCapabilities(capabilities()).Compile(modules)
	if compiler.Failed() {
		return nil, fmt.Errorf("policies do not compile: %w", compiler.Errors)
	}
	if err := checkReferences(compiler); err != nil {
		return nil, err
	}
	noteReads(compiler, rules)
	for _, module := range compiler.Modules {
		inOrder(module)
	}
	return &Policies{compiler: compiler, rules: rules}, nil
}

// read reads the files of all sources.
func read(sources []Source) ([]file, error) {
	var files []file
	known := map[string]bool{}
	for _, source := range sources {
		err := fs.WalkDir(source.Files, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() || path.Ext(name) != ".rego" || strings.HasSuffix(name, "_test.rego") {
				return nil
			}
			text, err := fs.ReadFile(source.Files, name)
			if err != nil {
				return err
			}
			name = path.Join(source.Name, name)
			if known[name] {
				return fmt.Errorf("%s is read twice: two sources have the same name", name)
			}
			known[name] = true
			files = append(files, file{name, text})
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("policies in %s: %w", source.Name, err)
		}
	}
	return files, nil
}

// parse reads the modules of files, by the name that errors give them.
func parse(files []file) (map[string]*ast.Module, error) {
	options := ast.ParserOptions{Capabilities: capabilities(), ProcessAnnotation: true, RegoVersion: ast.RegoV1}
	modules := make(map[string]*ast.Module, len(files))
	for _, file := range files {
		module, err := ast.ParseModuleWithOpts(file.name, string(file.text), options)
		if err != nil {
			return nil, fmt.Errorf("policies: %w", err)
		}
		if module == nil { // nothing but comments
			return nil, fmt.Errorf("policies: %s has no package", file.name)
		}
		modules[file.name] = module
	}
	return modules, nil
}

// rulesOf finds the rules among the modules. A package is defined by one file, so that no source can
// add to, or take from, what another one says.
func rulesOf(modules map[string]*ast.Module) ([]Rule, error) {
	var rules []Rule
	definedIn := map[string]string{}
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		module := modules[file]
		pkg := module.Package.Path.String()
		if other, ok := definedIn[pkg]; ok {
			return nil, fmt.Errorf("%s: %s is the package of %s already", file, strings.TrimPrefix(pkg, "data."), other)
		}
		definedIn[pkg] = file

		switch {
		case module.Package.Path.HasPrefix(rulesPrefix):
			rule, err := newRule(module)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			rules = append(rules, rule)
		case !module.Package.Path.HasPrefix(libPrefix):
			return nil, fmt.Errorf("%s: package %s is neither a rule (promocheck.rules.<name>) nor what rules share "+
				"(promocheck.lib.<name>)", file, strings.TrimPrefix(pkg, "data."))
		}
	}
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules, nil
}

// checkReferences refuses references to data that no module defines. To Rego they are merely
// undefined, and a rule that needs what is undefined never fires.
func checkReferences(compiler *ast.Compiler) error {
	for _, file := range slices.Sorted(maps.Keys(compiler.Modules)) {
		var undefined *ast.Term
		ast.WalkTerms(compiler.Modules[file], func(term *ast.Term) bool {
			ref, ok := term.Value.(ast.Ref)
			if ok && undefined == nil && ref.HasPrefix(ast.DefaultRootRef) && len(compiler.GetRules(ref)) == 0 {
				undefined = term
			}
			return undefined != nil
		})
		if undefined != nil {
			return &undefinedError{undefined.Location, undefined.Value.(ast.Ref)}
		}
	}
	return nil
}

type undefinedError struct {
	at  *location.Location
	ref ast.Ref
}

func (e *undefinedError) Error() string {
	return fmt.Sprintf("%s:%d: %s is not defined anywhere", e.at.File, e.at.Row, e.ref)
}
