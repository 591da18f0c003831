package evaluate

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/spelling"
)

// Setting is what configuration says about one rule. The zero value leaves it as it comes.
type Setting struct {
	Severity     Severity // of every finding, whatever the rule says; Off silences the rule
	Environments []string // report only these; all where empty
	Apps         []string // doublestar patterns: report only these; all where empty
	Parameters   map[string]any

	Path  string         // of the file that says so; empty where none does
	Line  int            // where it says something of the rule
	Lines map[string]int // of each key
}

// wrong is a mistake in a rule's setting. key is empty where it is about the rule itself.
func (s Setting) wrong(rule, key, problem string) error {
	at, line := "rules."+rule, s.Line
	if key != "" {
		at += "." + key
	}
	if of, known := s.Lines[key]; known {
		line = of
	}
	return mistake.Configured(s.Path, line, at+": "+problem)
}

// Configured are policies with all that configuration says about them.
type Configured struct {
	policies   *Policies
	settings   map[string]Setting
	active     []Rule // those that are asked
	parameters map[string]map[string]any
}

// Configure applies settings, which are keyed by the rules' IDs. The error joins a *mistake.Error
// for each thing that is wrong with them.
func (p *Policies) Configure(settings map[string]Setting) (*Configured, error) {
	c := &Configured{policies: p, settings: settings, parameters: make(map[string]map[string]any, len(p.rules))}
	var problems []error
	for _, rule := range p.rules {
		setting := rule.as(settings)
		values, errs := rule.apply(setting)
		problems = append(problems, errs...)
		c.parameters[rule.ID] = values
		if setting.Severity != Off && len(rule.lacks(values)) == 0 {
			c.active = append(c.active, rule)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(settings)) {
		if _, ok := c.parameters[id]; !ok {
			meant := cmp.Or(spelling.Suggest(id, slices.Collect(maps.Keys(c.parameters))), "; `policies` names the directories of a team's own")
			problems = append(problems, settings[id].wrong(id, "", "there is no such rule"+meant))
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return c, nil
}

// With applies other settings to the same policies.
func (c *Configured) With(settings map[string]Setting) (*Configured, error) {
	return c.policies.Configure(settings)
}

// Parameters are the values of all rules' parameters, with defaults where nothing is configured: the
// event's config.rules.
func (c *Configured) Parameters() map[string]map[string]any { return c.parameters }

// ReadLongest reports whether a rule that is asked reads the longest stay of a version, or may do so.
func (c *Configured) ReadLongest() bool {
	return slices.ContainsFunc(c.active, func(r Rule) bool { return r.Reads.Longest })
}

// ReadFacts are the optional parts of the event that a rule which is asked reads, or may read.
func (c *Configured) ReadFacts() map[string]bool {
	facts := map[string]bool{}
	for _, rule := range c.active {
		for _, fact := range rule.Reads.Facts {
			facts[fact] = true
		}
	}
	return facts
}

// CheckEnvironments refuses settings for environments that are not among those of the promotion path: a rule that is
// meant for one that is misspelt would never report anything. It is a check of its own because without a
// configured path only the repository tells what is on it. The error joins a *mistake.Error for each.
func (c *Configured) CheckEnvironments(known []string) error {
	var problems []error
	check := func(rule, key string, names []string) {
		for _, name := range names {
			if !slices.Contains(known, name) {
				problems = append(problems, c.settings[rule].wrong(rule, key,
					fmt.Sprintf("%q is not on the promotion path%s", name, spelling.Suggest(name, known))))
			}
		}
	}
	for _, rule := range c.policies.rules {
		check(rule.ID, "environments", c.settings[rule.ID].Environments)
		for _, parameter := range rule.Parameters {
			if byEnvironment, ok := c.settings[rule.ID].Parameters[parameter.Name].(map[string]any); ok && parameter.isByEnvironment() {
				check(rule.ID, parameter.Name, slices.Sorted(maps.Keys(byEnvironment)))
			}
		}
	}
	return errors.Join(problems...)
}

// apply checks a setting, and works out the rule's parameters.
func (r Rule) apply(setting Setting) (map[string]any, []error) {
	var problems []error
	report := func(key, problem string) {
		problems = append(problems, setting.wrong(r.ID, key, problem))
	}

	if s := setting.Severity; s != "" && s != Off && !s.Valid() {
		report("severity", fmt.Sprintf("is %q, not error, warning, note or off", s))
	}
	for _, pattern := range setting.Apps {
		if !doublestar.ValidatePattern(pattern) {
			report("apps", fmt.Sprintf("%q is no pattern", pattern))
		}
	}

	values := make(map[string]any, len(r.Parameters))
	for _, parameter := range r.Parameters {
		values[parameter.Name] = parameter.Default
	}
	for _, name := range slices.Sorted(maps.Keys(setting.Parameters)) {
		at := slices.IndexFunc(r.Parameters, func(p Parameter) bool { return p.Name == name })
		if at < 0 {
			known := slices.Concat(reserved, slices.Collect(maps.Keys(values)))
			report(name, "there is no such setting"+spelling.Suggest(name, known))
			continue
		}
		if err := r.Parameters[at].accepts(setting.Parameters[name]); err != nil {
			report(name, err.Error())
			continue
		}
		values[name] = setting.Parameters[name]
	}
	return values, problems
}

// as is what settings say of the rule. One that comes switched off is off until they say anything of it.
func (r Rule) as(settings map[string]Setting) Setting {
	setting, given := settings[r.ID]
	if r.Off && !given {
		setting.Severity = Off
	}
	return setting
}

// lacks are the parameters that the rule needs and that have no other values than their defaults.
func (r Rule) lacks(values map[string]any) []string {
	var names []string
	for _, p := range r.Parameters {
		if slices.Contains(r.Needs, p.Name) && equal(values[p.Name], p.Default) {
			names = append(names, p.Name)
		}
	}
	return names
}
