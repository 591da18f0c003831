package check

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/policies"
)

// rules are the policies as they are configured.
type rules struct {
	*evaluate.Configured
	all           []evaluate.Rule
	settings      map[string]evaluate.Setting
	configuration *config.Config
}

// load loads the bundled policies, and the caller's own, while Git is being asked. What is built
// from its answers comes first.
func load(directories []string) func() (*evaluate.Policies, error) {
	type loaded struct {
		policies *evaluate.Policies
		err      error
	}
	done := make(chan loaded, 1)
	go func() {
		state.Prepare()
		p, err := loadPolicies(directories)
		done <- loaded{p, err}
	}()
	return func() (*evaluate.Policies, error) {
		l := <-done
		return l.policies, l.err
	}
}

// loadPolicies adds a caller's policies to the bundled ones. Those were checked before they were released;
// the others are held against the event's schema each time, since a misspelt field would never fire.
func loadPolicies(directories []string) (*evaluate.Policies, error) {
	sources := []evaluate.Source{{Name: "policies", Files: policies.Files, Compiled: policies.Compiled}}
	for _, directory := range directories {
		own := evaluate.Source{Name: directory, Files: os.DirFS(directory)}
		files, err := doublestar.Glob(own.Files, "**/*.rego", doublestar.WithFailOnIOErrors())
		if err == nil && len(files) == 0 {
			err = fmt.Errorf("there is no policy in %s", directory)
		}
		if err != nil {
			return nil, badPolicies(err)
		}
		sources = append(sources, own)
	}
	if len(directories) > 0 {
		if err := evaluate.TypeCheck(sources...); err != nil {
			return nil, badPolicies(err)
		}
	}
	return evaluate.Load(sources...)
}

func badPolicies(err error) error {
	return &git.Error{Problem: "the policies cannot be used: " + err.Error(), Hint: "check --policy", Usage: true, Err: err}
}

// readConfig reads the configuration that the change is judged by: the caller's file, else the one
// at the base ref, never the change's own.
func readConfig(o Options, base *tree.Tree) (*config.Config, error) {
	if o.Config == "" {
		return configAt(base)
	}
	file := o.Config
	if !filepath.IsAbs(file) {
		file = filepath.Join(o.Dir, file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, &git.Error{Problem: "cannot read the configuration: " + err.Error(), Hint: "check --config", Usage: true, Err: err}
	}
	return config.Parse(o.Config, data)
}

// configAt reads a tree's configuration.
func configAt(t *tree.Tree) (*config.Config, error) {
	data, err := t.ReadFile(config.FileName)
	if errors.Is(err, fs.ErrNotExist) {
		return config.Default(), nil
	}
	if err != nil {
		return nil, err
	}
	return config.Parse(config.FileName, data)
}

// configure applies the configuration to the rules, and puts their parameters into the event.
func configure(loading func() (*evaluate.Policies, error), c *config.Config, e *event.Event) (*rules, error) {
	policies, err := loading()
	if err != nil {
		return nil, err
	}
	r := &rules{all: policies.Rules(), settings: map[string]evaluate.Setting{}, configuration: c}
	for id, rule := range c.Rules {
		r.settings[id] = evaluate.Setting{
			Severity:     evaluate.Severity(rule.Severity),
			Environments: asSpelt(rule.Environments, e.Path),
			Apps:         rule.Apps,
			Parameters:   keysAsSpelt(rule.Parameters, e.Path),
		}
	}
	if r.Configured, err = policies.Configure(r.settings); err != nil {
		return nil, r.place(err)
	}
	e.Config = event.Config{Rules: r.Parameters()}
	return r, r.checkEnvironments(e.Path)
}

// asSpelt turns names of environments into those that the repo uses, where they are spellings of the
// same: what the repo calls prod, the configuration may call production.
func asSpelt(names []string, path []event.Environment) []string {
	spelt := slices.Clone(names)
	for i, name := range spelt {
		if slices.ContainsFunc(path, func(e event.Environment) bool { return e.Name == name }) {
			continue
		}
		for _, environment := range path {
			if overlay.SameEnvironment(name, environment.Name) {
				spelt[i] = environment.Name
			}
		}
	}
	return spelt
}

// keysAsSpelt does so for parameters that are by environment. Keys that are no environments stay what they
// are.
func keysAsSpelt(parameters map[string]any, path []event.Environment) map[string]any {
	spelt := maps.Clone(parameters)
	for name, value := range spelt {
		byKey, ok := value.(map[string]any)
		if !ok {
			continue
		}
		renamed := make(map[string]any, len(byKey))
		for key, value := range byKey {
			renamed[asSpelt([]string{key}, path)[0]] = value
		}
		spelt[name] = renamed
	}
	return spelt
}

// checkEnvironments refuses settings for environments that the repo does not have.
func (r *rules) checkEnvironments(path []event.Environment) error {
	if len(path) == 0 { // a repo before its first overlay
		return nil
	}
	names := make([]string, 0, len(path))
	for _, environment := range path {
		names = append(names, environment.Name)
	}
	return r.place(r.CheckEnvironments(names))
}

// place turns a mistake in a rule's settings into an error with its line.
func (r *rules) place(err error) error {
	var mistake *evaluate.SettingError
	if !errors.As(err, &mistake) {
		return err
	}
	rule := r.configuration.Rules[mistake.Rule]
	line := rule.Line
	if at, ok := rule.Lines[mistake.Key]; ok {
		line = at
	}
	return &config.Error{Path: r.configuration.Path, Line: line, Problem: mistake.Error()}
}

// notices says what limits the verdict.
func notices(o Options, c *config.Config, compared *refs.Comparison, changes []tree.Change, layout *overlay.Layout) []string {
	var notices []string
	if len(layout.Places) == 0 && len(changes) > 0 {
		notices = append(notices, "no overlay was found, neither before nor after: if this repository has environments, say where in "+config.FileName)
	}
	for _, environment := range c.Environments {
		if !slices.ContainsFunc(layout.Places, func(p overlay.Place) bool { return p.Environment == environment.Name }) {
			notices = append(notices, fmt.Sprintf("%s:%d: nothing in the repository is an overlay of the environment %q", c.Path, environment.Line, environment.Name))
		}
	}
	if o.Config == "" {
		for _, change := range changes {
			if change.Path == config.FileName {
				notices = append(notices, configNotice(change, compared.Base.Name))
			}
		}
	}
	if len(compared.Commits) == 0 && !compared.Staged && !o.NoMerge {
		notices = append(notices, fmt.Sprintf("%s has everything that %s has: merging it would change nothing", compared.Base.Name, compared.Head.Name))
	}
	if compared.Truncated {
		notices = append(notices, fmt.Sprintf("the change has more commits than are listed; the newest %d are", len(compared.Commits)))
	}
	return notices
}

// configNotice says that a change is not judged by the configuration that it brings.
func configNotice(change tree.Change, base string) string {
	switch {
	case change.Before == (tree.Entry{}):
		return fmt.Sprintf("the change adds %s; it is judged without one, as %s is, and the new one counts once it is merged", config.FileName, base)
	case change.After == (tree.Entry{}):
		return fmt.Sprintf("the change removes %s; it is still judged by the one at %s", config.FileName, base)
	}
	return fmt.Sprintf("the change edits %s; it is judged by the one at %s, and the edit counts once it is merged", config.FileName, base)
}

// checkOwnConfig refuses a change whose own configuration is wrong: merged, it would stop every check.
func checkOwnConfig(before, after *tree.Tree) error {
	is, err := after.ReadFile(config.FileName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if was, err := before.ReadFile(config.FileName); err == nil && bytes.Equal(was, is) {
		return nil
	}
	_, err = config.Parse(config.FileName, is)
	var mistake *config.Error
	if errors.As(err, &mistake) {
		mistake.Problem = "the change makes the configuration wrong, and merging it would stop every check: " + mistake.Problem
	}
	return err
}

// historyNotice says how far back the base branch's history is known, where something is not known for
// want of more.
func historyNotice(e *event.Event, open func() (*history.History, error)) []string {
	if !e.HistoryLacks() {
		return nil
	}
	past, err := open()
	if err != nil || past.Whole() {
		return nil // an error has been told by now
	}
	commits := "1 commit"
	if n := past.Commits(); n != 1 {
		commits = fmt.Sprintf("%d commits", n)
	}
	known := fmt.Sprintf("the history of %s is known for %s, back to %s", e.Base.Ref, commits, past.Oldest().Time.Format(time.DateOnly))
	if past.Shallow() {
		return []string{known + ": the clone is shallow. What was before counts as not known; fetch all of it (`fetch-depth: 0` for actions/checkout, `git fetch --unshallow`)"}
	}
	return []string{known + ", as `history.depth` in " + config.FileName + " has it. What was before counts as not known"}
}
