package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/govern"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/rego"
	"github.com/promocheck/promocheck/policies"
)

// bundled are the policies that the program comes with. However many sessions there are in a process, they share
// what these compile to.
var bundled = sync.OnceValues(func() (*evaluate.Policies, error) { return evaluate.Load(policies.Source) })

// loader compiles policies: the bundled ones, those of what governs, and those in the caller's directories. What has the
// same files is compiled once, however many questions there are. The bundled ones were checked before they were released;
// the others are held against the event's schema each time, since a misspelt field would never fire.
type loader struct {
	prints  func(text string)           // takes what rules print; nil: nobody does
	callers func() ([]rego.File, error) // which count in the place of the team's own, to be tried out
	mu      sync.Mutex
	loaded  map[string]func() (*evaluate.Policies, error) // by the files
}

func newLoader(directories []string, prints func(text string)) *loader {
	return &loader{
		prints:  prints,
		callers: sync.OnceValues(func() ([]rego.File, error) { return readCallers(directories) }),
		loaded:  map[string]func() (*evaluate.Policies, error){},
	}
}

// by loads all policies that count where something governs.
func (l *loader) by(g *govern.Governing) (*evaluate.Policies, error) {
	own, err := g.Rules()
	if err != nil {
		return nil, err
	}
	tried, err := l.callers()
	if err != nil {
		return nil, err
	}
	if len(own)+len(tried) == 0 {
		return bundled()
	}
	return l.load(own, tried)()
}

func (l *loader) load(own, tried []rego.File) func() (*evaluate.Policies, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := keyOf(own) // the caller's stay the same
	load, known := l.loaded[key]
	if !known {
		load = sync.OnceValues(func() (*evaluate.Policies, error) {
			all, err := bundled()
			if err != nil {
				return nil, err
			}
			if l.prints != nil {
				all = all.Printing(l.prints)
			}
			return all.With(own, tried)
		})
		l.loaded[key] = load
	}
	return load
}

func keyOf(files []rego.File) string {
	var b strings.Builder
	for _, file := range files {
		fmt.Fprintf(&b, "%q %d\n%s", file.Name, len(file.Text), file.Text)
	}
	return b.String()
}

// readCallers reads the files in a caller's directories.
func readCallers(directories []string) ([]rego.File, error) {
	var all []rego.File
	for _, directory := range directories {
		files, err := rego.Read(directory, os.DirFS(directory))
		if errors.Is(err, fs.ErrNotExist) || err == nil && len(files) == 0 {
			err = &mistake.Error{Problem: "there is no policy in " + directory, Hint: "check --policy", Usage: true, Err: err}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, files...)
	}
	return all, nil
}

// TestRules runs the tests in Rego among files of a team's own, once the rules compile as they do for a check.
func TestRules(ctx context.Context, files []rego.File, prints func(text string)) ([]evaluate.TestResult, error) {
	all, err := bundled()
	if err != nil {
		return nil, err
	}
	rules := slices.DeleteFunc(slices.Clone(files), func(f rego.File) bool { return rego.IsTest(f.Name) })
	if _, err := all.With(rules, nil); err != nil {
		return nil, err
	}
	return all.Printing(prints).Test(ctx, files)
}

// BundledRules are the rules that the program comes with, as they are without a configuration.
func BundledRules() ([]evaluate.Ruling, error) {
	all, err := bundled()
	if err != nil {
		return nil, err
	}
	configured, err := all.Configure(nil)
	if err != nil {
		return nil, err
	}
	return configured.Rulings(), nil
}

// IsBundled reports whether a bundled rule has this name.
func IsBundled(id string) (bool, error) {
	all, err := bundled()
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(all.Rules(), func(r evaluate.Rule) bool { return r.ID == id }), nil
}
