package evaluate

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/promocheck/promocheck/check/evaluate/compiled"
)

// Source is a tree of Rego files, such as the bundled policies or a team's own. Every .rego file
// below its root is read, except tests (_test.rego).
type Source struct {
	Name     string // how error messages call the root
	Files    fs.FS
	Compiled string // what Precompile made of the files, which saves Load the work; may be empty
	Own      bool   // it is a team's own, and comes after the bundled ones
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
		added, err := compileOwn(own, bundled, all)
		if err != nil {
			return nil, err
		}
		maps.Copy(all.modules, added.modules)
		all.rules = sortRules(append(all.rules, added.rules...))
	}
	compiler, err := compiled.Prepare(all.modules)
	if err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	return &Policies{compiler: compiler, rules: all.rules}, nil
}

// Rules are the rules that were loaded, in the order of their IDs.
func (p *Policies) Rules() []Rule { return slices.Clone(p.rules) }

// readAll reads the files of all sources, those of a team's own apart, and what the others are compiled to.
func readAll(sources []Source) (bundled, own []file, compiledText string, err error) {
	known := map[string]bool{}
	for _, source := range sources {
		files, err := read(source, known)
		switch {
		case err != nil:
			return nil, nil, "", fmt.Errorf("policies in %s: %w", source.Name, err)
		case source.Own:
			own = append(own, files...)
		default:
			bundled, compiledText = append(bundled, files...), source.Compiled
		}
	}
	return bundled, own, compiledText, nil
}

// read reads the files of a source, none of which is known already.
func read(source Source, known map[string]bool) (files []file, err error) {
	err = fs.WalkDir(source.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Type()&fs.ModeSymlink != 0 {
			if to, err := fs.Stat(source.Files, name); err == nil && to.IsDir() {
				return fmt.Errorf("%s is a link to a directory, whose files would not be read: name that directory, too", path.Join(source.Name, name))
			}
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
	return files, err
}

// parse reads the modules of files, by the name that errors give them.
func parse(files []file) (map[string]*ast.Module, error) {
	options := ast.ParserOptions{Capabilities: capabilities(), ProcessAnnotation: true, RegoVersion: ast.RegoV1}
	parsed, errs := make([]*ast.Module, len(files)), make([]error, len(files))
	var parsers sync.WaitGroup
	for i, file := range files {
		parsers.Go(func() { parsed[i], errs[i] = ast.ParseModuleWithOpts(file.name, string(file.text), options) })
	}
	parsers.Wait()
	modules := make(map[string]*ast.Module, len(files))
	for i, file := range files {
		if errs[i] != nil {
			return nil, fmt.Errorf("policies: %w", errs[i])
		}
		if parsed[i] == nil { // nothing but comments
			return nil, fmt.Errorf("policies: %s has no package", file.name)
		}
		modules[file.name] = parsed[i]
	}
	return modules, nil
}
