package check

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/refs"
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

// load compiles the bundled policies while Git is being asked.
func load() func() (*evaluate.Policies, error) {
	type loaded struct {
		policies *evaluate.Policies
		err      error
	}
	done := make(chan loaded, 1)
	go func() {
		p, err := evaluate.Load(evaluate.Source{Name: "policies", Files: policies.Files})
		done <- loaded{p, err}
	}()
	return func() (*evaluate.Policies, error) {
		l := <-done
		return l.policies, l.err
	}
}

// readConfig reads the configuration that the change is judged by: the caller's file, else the one
// at the base ref, never the change's own.
func readConfig(o Options, base *tree.Tree) (*config.Config, error) {
	if o.Config != "" {
		data, err := os.ReadFile(filepath.Join(o.Dir, o.Config))
		if err != nil {
			return nil, &git.Error{Problem: "cannot read the configuration: " + err.Error(), Hint: "check --config", Usage: true, Err: err}
		}
		return config.Parse(o.Config, data)
	}
	data, err := base.ReadFile(config.FileName)
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
			Environments: rule.Environments,
			Apps:         rule.Apps,
			Parameters:   rule.Parameters,
		}
	}
	if r.Configured, err = policies.Configure(r.settings); err != nil {
		return nil, r.place(err)
	}
	e.Config = event.Config{Rules: r.Parameters()}
	return r, r.checkEnvironments(e.Path)
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
func notices(o Options, compared *refs.Comparison, changes []tree.Change, layout *overlay.Layout) []string {
	var notices []string
	if len(layout.Places) == 0 && len(changes) > 0 {
		notices = append(notices, "no overlay was found, neither before nor after: if this repository has environments, say where in "+config.FileName)
	}
	if o.Config == "" && slices.ContainsFunc(changes, func(c tree.Change) bool { return c.Path == config.FileName }) {
		notices = append(notices, fmt.Sprintf("the change edits %s; it is judged by the one at %s, and its own counts once it is merged", config.FileName, compared.Base.Name))
	}
	if compared.Truncated {
		notices = append(notices, fmt.Sprintf("the change has more commits than are listed; the newest %d are", len(compared.Commits)))
	}
	return notices
}
