// Package config reads .promocheck.yaml, but for what needs to know about time: that is the calendar's, and the waivers', to read.
package config

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/config/strict"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/spelling"
)

// FileName is where a repo keeps its configuration, at the top of the tree.
const FileName = ".promocheck.yaml"

// MistakenName is what it is called by those who use the other extension. Nobody reads it there.
const MistakenName = ".promocheck.yml"

// Config is what a team says about its repo. The zero value, with UTC as the zone, recognises the
// usual layouts.
type Config struct {
	Path         string // the file it was read from, for errors; empty where there is none
	Environments []Environment
	Overlays     []Pattern
	Ignore       []string // globs for files that deploy nothing
	Images       Images
	Artifacts    []artifact.Names // by each, what goes by several names and is one artifact
	BadVersions  []artifact.Bad   // that are not to run
	Repositories []string         // where others find this repo, each of them; empty: not said
	// IgnoresManualSync is set where what an application of Argo CD declares is no evidence unless Argo CD syncs it by itself.
	IgnoresManualSync bool
	Depth             int         // how many commits of the base branch to look back
	Policies          []Directory // with rules of the team's own
	Rules             map[string]Rule
	Requires          []Requirement
	Provided          []Provided
	Time              *yaml.Node // a mapping of the keys that are about time, as they are written; nil where there are none
	Waivers           *yaml.Node // exceptions to rules, as they are written; nil where there are none
	Ramp              *yaml.Node // which apps are only warned, as it is written; nil where none are
}

// Environment is a step of the promotion path, in the order of the file.
type Environment struct {
	Name       string
	Match      []string  // globs for directory names, beside the name itself
	Upstream   *[]string // nil: the environment before it; empty: starts a chain
	Production *bool     // nil: by its name, or by being the last of its chain
	HoldsAll   bool      // holds a version only when all its targets do
	Branch     string    // that deploys it, with all that is in there; empty: directories do
	Line       int
}

// Pattern names an environment's directory, with captures such as {app} and {env}.
type Pattern struct {
	Text string
	Line int
}

// Directory is one of the repo.
type Directory struct {
	Path string // from the top
	Line int
}

// Images says where images are named besides the usual places.
type Images struct {
	Variables []string // globs for names of variables that name an image; with ! before them, that name none
	Tags      []string // globs for paths of keys, in values, that have an image's tag; with ! before them, that have none
}

// Rule is what the configuration says of one rule.
type Rule struct {
	Line         int
	Severity     string // empty: the rule's own; "off" silences it
	Environments []string
	Apps         []string   // globs
	WarnUntil    *yaml.Node // as it is written; nil where nothing is
	Parameters   map[string]any
	Lines        map[string]int // of each key
}

// usualDepth is years of most repositories, and keeps a check of the others within seconds.
const usualDepth = 10_000

// Default is the configuration of a repo that has none.
func Default() *Config { return &Config{Depth: usualDepth} }

// Parse reads the configuration in data; path is used in errors, which are of type *mistake.Error.
func Parse(path string, data []byte) (*Config, error) {
	config := Default()
	config.Path = path
	r := reader{strict.Reader{Path: path}}
	document, err := r.Document(data)
	if err != nil || document == nil {
		return config, err
	}
	known := strict.Fields{
		"environments": strict.Into(&config.Environments, r.environments),
		"overlays":     strict.Into(&config.Overlays, r.overlays),
		"ignore":       strict.Into(&config.Ignore, r.Globs),
		"images":       strict.Into(&config.Images, r.images),
		"artifacts":    strict.Into(&config.Artifacts, strict.List(r.Reader, r.artifact)),
		"bad-versions": strict.Into(&config.BadVersions, strict.List(r.Reader, r.badVersion)),
		"repository":   strict.Into(&config.Repositories, r.repositories),
		"evidence":     strict.Into(&config.IgnoresManualSync, r.evidence),
		"history":      strict.Into(&config.Depth, r.history),
		"policies":     strict.Into(&config.Policies, r.policies),
		"rules":        strict.Into(&config.Rules, r.rules),
		"waivers":      strict.Into(&config.Waivers, asWritten),
		"ramp":         strict.Into(&config.Ramp, asWritten),
		"provided":     strict.Into(&config.Provided, strict.List(r.Reader, r.provided)),
		"requires":     strict.Into(&config.Requires, strict.List(r.Reader, r.requirement)),
	}
	for _, key := range []string{"timezone", "windows", "windowsFrom", "holidays", "freeze"} {
		known[key] = config.aboutTime
	}
	if err := r.Mapping(document, "configuration", known); err != nil {
		return nil, err
	}
	return config, nil
}

// aboutTime keeps what the calendar will read.
func (c *Config) aboutTime(node *yaml.Node, key string) error {
	if c.Time == nil {
		c.Time = &yaml.Node{Kind: yaml.MappingNode, Line: node.Line}
	}
	c.Time.Content = append(c.Time.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key, Line: node.Line}, node)
	return nil
}

// asWritten leaves a value to be read by a later stage, which knows about time.
func asWritten(node *yaml.Node, _ string) (*yaml.Node, error) { return node, nil }

type reader struct{ strict.Reader }

func (r reader) environments(node *yaml.Node, what string) ([]Environment, error) {
	var environments []Environment
	_, err := strict.List(r.Reader, func(item *yaml.Node, _ string) (Environment, error) {
		environment, err := r.environment(item)
		if err == nil && slices.ContainsFunc(environments, func(e Environment) bool { return e.Name == environment.Name }) {
			err = r.Errorf(item, "environment %q is listed twice", environment.Name)
		}
		environments = append(environments, environment)
		return environment, err
	})(node, what)
	if err == nil && len(environments) == 0 {
		err = r.Errorf(node, "environments is empty: list them in the order of promotion, or leave the key out")
	}
	if err != nil {
		return nil, err
	}
	if err := r.checkBranches(environments); err != nil {
		return nil, err
	}
	return environments, r.checkUpstreams(environments)
}

func (r reader) environment(node *yaml.Node) (e Environment, err error) {
	e.Line = node.Line
	if node.Kind == yaml.ScalarNode {
		e.Name, err = r.Word(node, "an environment")
		return e, err
	}
	var upstream []string
	var production bool
	var holds string
	err = r.Mapping(node, "an environment", strict.Fields{
		"name":       strict.Into(&e.Name, r.Word),
		"match":      strict.Into(&e.Match, r.Globs),
		"upstream":   strict.Into(&upstream, r.Texts),
		"production": strict.Into(&production, r.Boolean),
		"holds":      strict.Into(&holds, r.OneOf("any", "all")),
		"branch":     strict.Into(&e.Branch, r.branch),
	})
	if err == nil && e.Name == "" {
		err = r.Errorf(node, "an environment needs a name")
	}
	if strict.At(node, "upstream") != nil {
		e.Upstream = &upstream
	}
	if strict.At(node, "production") != nil {
		e.Production = &production
	}
	e.HoldsAll = holds == "all"
	e.Branch = strings.ReplaceAll(e.Branch, "{env}", e.Name)
	return e, err
}

// checkUpstreams refuses upstreams that come later: the list is in the order of promotion, which also
// rules out cycles.
func (r reader) checkUpstreams(environments []Environment) error {
	var earlier []string
	for _, environment := range environments {
		if environment.Upstream != nil {
			for _, name := range *environment.Upstream {
				if !slices.Contains(earlier, name) {
					return mistake.Configured(r.Path, environment.Line, fmt.Sprintf("upstream %q of %q is no environment listed before it%s",
						name, environment.Name, spelling.Suggest(name, earlier)))
				}
			}
		}
		earlier = append(earlier, environment.Name)
	}
	return nil
}

func (r reader) overlays(node *yaml.Node, what string) ([]Pattern, error) {
	return strict.List(r.Reader, func(item *yaml.Node, _ string) (Pattern, error) {
		text, err := r.Text(item, "an overlay pattern")
		return Pattern{Text: text, Line: item.Line}, err
	})(node, what)
}

func (r reader) images(node *yaml.Node, what string) (images Images, err error) {
	err = r.Mapping(node, what, strict.Fields{
		"variables": strict.Into(&images.Variables, r.Globs),
		"tags":      strict.Into(&images.Tags, r.Globs),
	})
	return images, err
}

// artifact takes the names that mean one artifact, or prefixes of names.
func (r reader) artifact(node *yaml.Node, what string) (names artifact.Names, err error) {
	err = r.Mapping(node, what, strict.Fields{"same": strict.Into(&names, func(node *yaml.Node, what string) (artifact.Names, error) {
		return strict.List(r.Reader, r.Text)(node, what)
	})})
	prefixes := 0
	for _, name := range names {
		if strings.HasSuffix(name, "/") {
			prefixes++
		}
	}
	switch {
	case err != nil:
	case len(names) < 2:
		err = r.Errorf(node, "artifacts needs several names for each artifact: same: [acme/shop, mirror/acme/shop]")
	case prefixes != 0 && prefixes != len(names):
		err = r.Errorf(node, "artifacts has prefixes among whole names: either all end in a slash, or none does")
	}
	return names, err
}

func (r reader) badVersion(node *yaml.Node, what string) (bad artifact.Bad, err error) {
	err = r.Mapping(node, what, strict.Fields{
		"artifact": strict.Into(&bad.Artifact, r.Glob),
		"version":  strict.Into(&bad.Version, r.Text),
		"reason":   strict.Into(&bad.Reason, r.Text),
	})
	switch {
	case err != nil:
	case bad.Artifact == "" || bad.Version == "" || strings.TrimSpace(bad.Reason) == "":
		err = r.Errorf(node, "bad-versions needs the artifact, its version or a range of versions, and the reason: {artifact: acme/shop, version: \">=1.4.0 <1.4.7\", reason: CVE-2026-4711}")
	default:
		bad.Line = node.Line
		if wrong := bad.Read(); wrong != nil {
			err = r.Errorf(node, "bad-versions: %v", wrong)
		}
	}
	return bad, err
}

// repositories takes one address, or a list of them.
func (r reader) repositories(node *yaml.Node, what string) ([]string, error) {
	if node.Kind == yaml.SequenceNode {
		return strict.List(r.Reader, r.repository)(node, what)
	}
	url, err := r.repository(node, what)
	return []string{url}, err
}

func (r reader) repository(node *yaml.Node, what string) (string, error) {
	url, err := r.Text(node, what)
	if err == nil && !strings.Contains(url, "/") {
		err = r.Errorf(node, "repository is %q: give the URL that it is cloned from, such as https://github.com/acme/config", url)
	}
	return url, err
}

func (r reader) history(node *yaml.Node, what string) (int, error) {
	depth := usualDepth
	err := r.Mapping(node, what, strict.Fields{"depth": strict.Into(&depth, r.Positive)})
	return depth, err
}

// policies takes directories with rules, none of which is within another: what is below one is read with it.
func (r reader) policies(node *yaml.Node, what string) ([]Directory, error) {
	directories, err := strict.List(r.Reader, func(item *yaml.Node, _ string) (Directory, error) {
		at, err := r.Text(item, what)
		cleaned := path.Clean(at)
		if err == nil && (at == "" || cleaned == "." || !fs.ValidPath(cleaned)) {
			err = r.Errorf(item, "policies has %q: give a directory by its path from the top of the repo, such as policies", at)
		}
		return Directory{cleaned, item.Line}, err
	})(node, what)
	if err != nil {
		return nil, err
	}
	for i, inner := range directories {
		for j, outer := range directories {
			if i != j && strings.HasPrefix(inner.Path+"/", outer.Path+"/") {
				return nil, mistake.Configured(r.Path, directories[max(i, j)].Line, fmt.Sprintf("policies has %s and %s: what is below a directory is read with it", outer.Path, inner.Path))
			}
		}
	}
	return directories, nil
}

func (r reader) rules(node *yaml.Node, what string) (map[string]Rule, error) {
	rules := map[string]Rule{}
	return rules, r.Entries(node, what, func(key, value *yaml.Node) error {
		rule, err := r.rule(value)
		rule.Line = key.Line
		rules[key.Value] = rule
		return err
	})
}

// rule keeps the keys that it does not know as parameters: the rule itself declares those.
func (r reader) rule(node *yaml.Node) (Rule, error) {
	rule := Rule{Parameters: map[string]any{}, Lines: map[string]int{}}
	known := strict.Fields{
		"severity":     strict.Into(&rule.Severity, r.OneOf("error", "warning", "note", "off")),
		"environments": strict.Into(&rule.Environments, r.Texts),
		"apps":         strict.Into(&rule.Apps, r.Globs),
		"warn-until":   strict.Into(&rule.WarnUntil, asWritten),
	}
	err := r.Entries(node, "a rule", func(key, value *yaml.Node) error {
		rule.Lines[key.Value] = key.Line
		if read, ok := known[key.Value]; ok {
			return read(value, key.Value)
		}
		var parameter any
		if err := value.Decode(&parameter); err != nil {
			return r.Errorf(value, "%s", strings.TrimPrefix(err.Error(), "yaml: "))
		}
		rule.Parameters[key.Value] = parameter
		return nil
	})
	return rule, err
}
