package evaluate

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/promocheck/promocheck/check/evaluate/compiled"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/rego"
)

// Source is a tree of Rego files, such as the bundled policies or a team's own. Every .rego file
// below its root is read, except tests (_test.rego).
type Source struct {
	Name     string // how error messages call the root
	Files    fs.FS
	Compiled string // what Precompile made of the files, which saves Load the work; may be empty
	Own      bool   // it is a team's own, and comes after the bundled ones
}

// Policies are rules that are ready to be configured.
type Policies struct {
	part
	compiler *ast.Compiler
	bundled  []rego.File // that are among what was compiled
	replaced []string    // files in whose place others count
	prints   *printer    // of what a team's own print; nil: it is left out
}

// Load reads and compiles policies, each once. It refuses whatever would make a rule silently do nothing: a
// package that no query asks for, a rule without findings, a reference to what is not defined, a built-in
// function that is not allowed. A team's own rules are also held against types and the event's schema, so that a
// field that it does not have is an error; the bundled ones are before they are released. What a rule passes to a
// function escapes that.
func Load(sources ...Source) (*Policies, error) {
	bundled, own, compiledText, err := readAll(sources)
	if err != nil {
		return nil, err
	}
	all, err := loadCompiled(compiledText, bundled)
	if errors.Is(err, errOutdated) {
		all, err = compileBundled(bundled)
	}
	if err != nil {
		return nil, err
	}
	if len(own) > 0 {
		return (&Policies{part: all, bundled: bundled}).With(own, nil)
	}
	return prepare(all, bundled)
}

// With are the bundled policies and a team's own, of which none takes the place of a bundled one. Those that are tried
// out count in the place of a team's own with the same package. What was compiled of the bundled ones is not compiled
// again.
func (p *Policies) With(own, tried []rego.File) (*Policies, error) {
	if err := errors.Join(differ(p.bundled, own), differ(p.bundled, tried)); err != nil {
		return nil, err
	}
	modules, replaced, err := parseOwn(own, tried)
	if err != nil {
		return nil, err
	}
	added, err := p.compileOwn(modules, slices.Concat(tried, own))
	if err != nil {
		return nil, err
	}
	all := part{maps.Clone(p.modules), sortRules(slices.Concat(p.rules, added.rules))}
	maps.Copy(all.modules, added.modules)
	with, err := prepare(all, p.bundled)
	if err == nil {
		with.replaced, with.prints = replaced, p.prints
	}
	return with, err
}

func prepare(all part, bundled []rego.File) (*Policies, error) {
	compiler, err := compiled.Prepare(all.modules)
	if err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	return &Policies{part: all, compiler: compiler, bundled: bundled}, nil
}

// Replaced are the files of a team's own in whose place others count, which are tried out.
func (p *Policies) Replaced() []string { return p.replaced }

// Rules are the rules that were loaded, in the order of their IDs.
func (p *Policies) Rules() []Rule { return slices.Clone(p.rules) }

// readAll reads the files of all sources, those of a team's own apart, and what the others are compiled to.
func readAll(sources []Source) (bundled, own []rego.File, compiledText string, err error) {
	for _, source := range sources {
		files, err := rego.Read(source.Name, source.Files)
		switch {
		case err != nil:
			return nil, nil, "", err
		case source.Own:
			own = append(own, files...)
		default:
			bundled, compiledText = append(bundled, files...), source.Compiled
		}
	}
	return bundled, own, compiledText, differ(bundled)
}

// differ refuses files of one name, of which only one would count.
func differ(files ...[]rego.File) error {
	known := map[string]bool{}
	for _, file := range slices.Concat(files...) {
		if known[file.Name] {
			return mistake.Configured(file.Name, 0, "read twice: two sources have the same name")
		}
		known[file.Name] = true
	}
	return nil
}

// parse reads the modules of files, by the name that errors give them.
func parse(files []rego.File) (map[string]*ast.Module, error) {
	options := ast.ParserOptions{Capabilities: capabilities(), ProcessAnnotation: true, RegoVersion: ast.RegoV1}
	parsed, errs := make([]*ast.Module, len(files)), make([]error, len(files))
	var parsers sync.WaitGroup
	for i, file := range files {
		parsers.Go(func() { parsed[i], errs[i] = ast.ParseModuleWithOpts(file.Name, string(file.Text), options) })
	}
	parsers.Wait()
	modules := make(map[string]*ast.Module, len(files))
	for i, file := range files {
		if errs[i] != nil {
			return nil, told(errs[i], nil, files)
		}
		if parsed[i] == nil { // nothing but comments
			return nil, mistake.Configured(file.Name, 0, "there is no package in it")
		}
		modules[file.Name] = parsed[i]
	}
	return modules, nil
}

// parseOwn reads a team's own modules, and those that are tried out in the place of some of them.
func parseOwn(own, tried []rego.File) (modules map[string]*ast.Module, replaced []string, err error) {
	modules, err = parse(tried)
	if err != nil || len(own) == 0 {
		return modules, nil, err
	}
	packages := map[string]bool{}
	for _, module := range modules {
		packages[module.Package.Path.String()] = true
	}
	teams, err := parse(own)
	if err != nil {
		return nil, nil, err
	}
	for _, file := range own {
		if module := teams[file.Name]; packages[module.Package.Path.String()] {
			replaced = append(replaced, file.Name)
		} else {
			modules[file.Name] = module
		}
	}
	return modules, replaced, nil
}
