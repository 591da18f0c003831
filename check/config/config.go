// Package config reads .promocheck.yaml. It is strict: what it does not know is an error that names
// the line and the nearest thing it knows, because a misspelt rule would otherwise guard nothing.
package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/spelling"
)

// FileName is where a repo keeps its configuration, at the top of the tree.
const FileName = ".promocheck.yaml"

// Config is what a team says about its repo. The zero value, with UTC as the zone, recognises the
// usual layouts.
type Config struct {
	Path         string // the file it was read from, for errors; empty where there is none
	Environments []Environment
	Overlays     []Pattern
	Images       Images
	Repository   string // where others find this repo; empty: not said
	Timezone     *time.Location
	ZoneIsGiven  bool
	Depth        int // how many commits of the base branch to look back
	Rules        map[string]Rule
	Windows      []Window
	WindowsFrom  []WindowSource
	Holidays     []Holiday
	Freeze       string // path of the freeze file
}

// Environment is a step of the promotion path, in the order of the file.
type Environment struct {
	Name       string
	Match      []string  // globs for directory names, beside the name itself
	Upstream   *[]string // nil: the environment before it; empty: starts a chain
	Production *bool     // nil: by its name, or by being the last of its chain
	HoldsAll   bool      // holds a version only when all its targets do
	Line       int
}

// Pattern names an environment's directory, with captures such as {app} and {env}.
type Pattern struct {
	Text string
	Line int
}

// Images says where images are named besides the usual places.
type Images struct {
	Variables []string // globs for names of variables that name an image; with ! before them, that name none
}

// Rule is what the configuration says of one rule.
type Rule struct {
	Line         int
	Severity     string // empty: the rule's own; "off" silences it
	Environments []string
	Apps         []string // globs
	Parameters   map[string]any
	Lines        map[string]int // of each key
}

// usualDepth is years of most repositories, and keeps a check of the others within seconds.
const usualDepth = 10_000

// Default is the configuration of a repo that has none.
func Default() *Config {
	return &Config{Timezone: time.UTC, Depth: usualDepth, Freeze: FreezeName}
}

// Parse reads the configuration in data; path is used in errors, which are of type *mistake.Error.
func Parse(path string, data []byte) (*Config, error) {
	config := Default()
	config.Path = path
	reader := &reader{path: path}
	document, err := reader.document(data)
	if err != nil || document == nil {
		return config, err
	}
	err = reader.mapping(document, "configuration", fields{
		"environments": func(node *yaml.Node) error { return reader.environments(node, config) },
		"overlays":     func(node *yaml.Node) error { return reader.overlays(node, config) },
		"images":       func(node *yaml.Node) error { return reader.images(node, config) },
		"repository":   func(node *yaml.Node) error { return reader.repository(node, config) },
		"timezone":     func(node *yaml.Node) error { return reader.timezone(node, config) },
		"history":      func(node *yaml.Node) error { return reader.history(node, config) },
		"rules":        func(node *yaml.Node) error { return reader.rules(node, config) },
		"windows":      func(node *yaml.Node) (err error) { config.Windows, err = reader.windows(node, ""); return err },
		"windowsFrom":  func(node *yaml.Node) (err error) { config.WindowsFrom, err = reader.windowsFrom(node); return err },
		"holidays":     func(node *yaml.Node) (err error) { config.Holidays, err = reader.holidays(node); return err },
		"freeze":       func(node *yaml.Node) (err error) { config.Freeze, err = reader.file(node, "freeze"); return err },
	})
	if err != nil {
		return nil, err
	}
	return config, nil
}

func (r *reader) environments(node *yaml.Node, config *Config) error {
	items, err := r.sequence(node, "environments")
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return r.errorf(node, "environments is empty: list them in the order of promotion, or leave the key out")
	}
	for _, item := range items {
		environment, err := r.environment(item)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(config.Environments, func(e Environment) bool { return e.Name == environment.Name }) {
			return r.errorf(item, "environment %q is listed twice", environment.Name)
		}
		config.Environments = append(config.Environments, environment)
	}
	return r.checkUpstreams(config.Environments)
}

func (r *reader) environment(node *yaml.Node) (Environment, error) {
	environment := Environment{Line: node.Line}
	if node.Kind == yaml.ScalarNode {
		name, err := r.word(node, "an environment")
		environment.Name = name
		return environment, err
	}
	err := r.mapping(node, "an environment", fields{
		"name": func(node *yaml.Node) (err error) {
			environment.Name, err = r.word(node, "name")
			return err
		},
		"match": func(node *yaml.Node) (err error) {
			environment.Match, err = r.globs(node, "match")
			return err
		},
		"upstream": func(node *yaml.Node) error {
			upstream, err := r.strings(node, "upstream")
			environment.Upstream = &upstream
			return err
		},
		"production": func(node *yaml.Node) error {
			production, err := r.boolean(node, "production")
			environment.Production = &production
			return err
		},
		"holds": func(node *yaml.Node) error {
			holds, err := r.oneOf(node, "holds", "any", "all")
			environment.HoldsAll = holds == "all"
			return err
		},
	})
	if err == nil && environment.Name == "" {
		err = r.errorf(node, "an environment needs a name")
	}
	return environment, err
}

// checkUpstreams refuses upstreams that come later: the list is in the order of promotion, which also
// rules out cycles.
func (r *reader) checkUpstreams(environments []Environment) error {
	var earlier []string
	for _, environment := range environments {
		if environment.Upstream != nil {
			for _, name := range *environment.Upstream {
				if !slices.Contains(earlier, name) {
					return mistake.Configured(r.path, environment.Line, fmt.Sprintf(
						"upstream %q of %q is no environment listed before it%s", name, environment.Name, spelling.Suggest(name, earlier)))
				}
			}
		}
		earlier = append(earlier, environment.Name)
	}
	return nil
}

func (r *reader) overlays(node *yaml.Node, config *Config) error {
	patterns, err := list(r, node, "overlays", func(item *yaml.Node) (Pattern, error) {
		text, err := r.text(item, "an overlay pattern")
		return Pattern{Text: text, Line: item.Line}, err
	})
	config.Overlays = append(config.Overlays, patterns...)
	return err
}

func (r *reader) images(node *yaml.Node, config *Config) error {
	return r.mapping(node, "images", fields{
		"variables": func(node *yaml.Node) (err error) {
			config.Images.Variables, err = r.globs(node, "variables")
			return err
		},
	})
}

func (r *reader) repository(node *yaml.Node, config *Config) error {
	url, err := r.text(node, "repository")
	if err == nil && !strings.Contains(url, "/") {
		err = r.errorf(node, "repository is %q: give the URL that it is cloned from, such as https://github.com/acme/config", url)
	}
	config.Repository = url
	return err
}

func (r *reader) timezone(node *yaml.Node, config *Config) error {
	zone, err := r.zone(node, "timezone")
	if err != nil {
		return err
	}
	config.Timezone, config.ZoneIsGiven = zone, true
	return nil
}

func (r *reader) history(node *yaml.Node, config *Config) error {
	return r.mapping(node, "history", fields{
		"depth": func(node *yaml.Node) (err error) {
			config.Depth, err = r.positive(node, "depth")
			return err
		},
	})
}

func (r *reader) rules(node *yaml.Node, config *Config) error {
	config.Rules = map[string]Rule{}
	return r.entries(node, "rules", func(key, value *yaml.Node) error {
		rule, err := r.rule(value)
		rule.Line = key.Line
		config.Rules[key.Value] = rule
		return err
	})
}

// rule keeps the keys that it does not know as parameters: the rule itself declares those.
func (r *reader) rule(node *yaml.Node) (Rule, error) {
	rule := Rule{Parameters: map[string]any{}, Lines: map[string]int{}}
	err := r.entries(node, "a rule", func(key, value *yaml.Node) (err error) {
		rule.Lines[key.Value] = key.Line
		switch key.Value {
		case "severity":
			rule.Severity, err = r.oneOf(value, "severity", "error", "warning", "note", "off")
		case "environments":
			rule.Environments, err = r.strings(value, "environments")
		case "apps":
			rule.Apps, err = r.globs(value, "apps")
		default:
			var parameter any
			if err := value.Decode(&parameter); err != nil {
				return r.errorf(value, "%s", strings.TrimPrefix(err.Error(), "yaml: "))
			}
			rule.Parameters[key.Value] = parameter
		}
		return err
	})
	if err != nil {
		return rule, err
	}
	return rule, nil
}

func (r *reader) globs(node *yaml.Node, what string) ([]string, error) {
	globs, err := r.strings(node, what)
	for _, glob := range globs {
		if err := r.validGlob(node, glob, what); err != nil {
			return nil, err
		}
	}
	return globs, err
}

func (r *reader) validGlob(node *yaml.Node, glob, what string) error {
	if !doublestar.ValidatePattern(glob) {
		return r.errorf(node, "%q in %s is no valid glob", glob, what)
	}
	return nil
}
