package check

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/govern"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/spelling"
)

// rules are the policies as they are configured.
type rules struct {
	*evaluate.Configured
	all      []evaluate.Rule
	settings map[string]evaluate.Setting
	replaced []string // files of the team's own rules in whose place the caller's count
}

// configure applies the configuration to the rules.
func (s *Session) configure(g *govern.Governing, path []overlay.Environment) (*rules, error) {
	policies, err := s.policies.by(g)
	if err != nil {
		return nil, err
	}
	c := g.Config
	names := namesOf(path)
	r := &rules{all: policies.Rules(), settings: map[string]evaluate.Setting{}, replaced: policies.Replaced()}
	for id, rule := range c.Rules {
		r.settings[id] = evaluate.Setting{
			Severity:     evaluate.Severity(rule.Severity),
			Environments: asSpelt(rule.Environments, names),
			Apps:         rule.Apps,
			Parameters:   keysAsSpelt(rule.Parameters, names),
			Path:         c.Path,
			Line:         rule.Line,
			Lines:        rule.Lines,
		}
	}
	if r.Configured, err = policies.Configure(r.settings); err != nil {
		return nil, first(err)
	}
	if len(names) == 0 { // a repo before its first overlay
		return r, nil
	}
	if err := first(r.CheckEnvironments(names)); err != nil {
		return nil, err
	}
	return r, checkEnvironments(c, names)
}

// checkEnvironments refuses what the configuration says of environments that there are not: what is required in one that is
// misspelt would be required nowhere.
func checkEnvironments(c *config.Config, known []string) error {
	check := func(key string, line int, names []string) error {
		for _, name := range names {
			if _, ok := spelling.Among(known, name); !ok {
				return mistake.Configured(c.Path, line, fmt.Sprintf("%s: environment %q is not on the promotion path: %s%s", key, name, strings.Join(known, ", "), spelling.Suggest(name, known)))
			}
		}
		return nil
	}
	for _, r := range c.Requires {
		if err := check("requires", r.Line, r.Environments); err != nil {
			return err
		}
	}
	for _, p := range c.Provided {
		if err := check("provided", p.Line, p.Environments); err != nil {
			return err
		}
	}
	return nil
}

// with are the same rules with another setting of one.
func (r *rules) with(rule string, setting evaluate.Setting) (*rules, error) {
	other := &rules{all: r.all, settings: maps.Clone(r.settings)}
	other.settings[rule] = setting
	var err error
	other.Configured, err = r.With(other.settings)
	return other, err
}

// active are the rules that are not switched off.
func (r *rules) active() []evaluate.Rule {
	var active []evaluate.Rule
	for _, rule := range r.Rulings() {
		if !rule.IsOff() {
			active = append(active, rule.Rule)
		}
	}
	return active
}

// forEvent is what the event has to say for the rules. What none of them reads may be left out.
func (r *rules) forEvent() event.Rules {
	trailer, _ := r.Parameters()["undeclared-rollback"]["trailer"].(string)
	return event.Rules{Parameters: r.Parameters(), Longest: r.ReadLongest(), Facts: r.ReadFacts(), Rollback: trailer}
}

func (s *Session) forEvent(r *rules, err error) (event.Rules, error) {
	if err != nil {
		return event.Rules{}, err
	}
	given := r.forEvent()
	given.Longest = given.Longest || s.options.Longest
	return given, nil
}

// requirements are what the configuration says of apps that need others.
func requirements(c *config.Config, path []overlay.Environment) []event.Requirement {
	var all []event.Requirement
	for _, r := range c.Requires {
		all = append(all, event.Requirement{
			Versioned:    event.Versioned(r.Versioned),
			Needs:        event.Versioned(r.Needs),
			Environments: append([]string{}, asSpelt(r.Environments, namesOf(path))...),
		})
	}
	return all
}

// provided are the objects that the configuration says are made elsewhere.
func provided(c *config.Config, path []overlay.Environment) []event.Provided {
	var all []event.Provided
	for _, p := range c.Provided {
		all = append(all, event.Provided{
			Object: p.Object, Key: p.Key, Apps: append([]string{}, p.Apps...), Environments: append([]string{}, asSpelt(p.Environments, namesOf(path))...),
		})
	}
	return all
}

// asSpelt turns names of environments into those that the repo uses, where they are spellings of the
// same: what the repo calls prod, the configuration may call production.
func asSpelt(names, path []string) []string {
	spelt := slices.Clone(names)
	for i, name := range spelt {
		if called, found := spelling.Among(path, name); found {
			spelt[i] = called
		}
	}
	return spelt
}

// keysAsSpelt does so for parameters that are by environment. Keys that are no environments stay what they
// are.
func keysAsSpelt(parameters map[string]any, path []string) map[string]any {
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

// first is the first of several mistakes, which are told one at a time.
func first(err error) error {
	var wrong *mistake.Error
	if errors.As(err, &wrong) {
		return wrong
	}
	return err
}
