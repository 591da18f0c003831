package config

import (
	"regexp"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/config/strict"
)

// Requirement is that an app of some versions needs another app in some versions.
type Requirement struct {
	Versioned
	Needs        Versioned
	Environments []string // empty: all
	Line         int
}

// Versioned is an app in some of its versions.
type Versioned struct {
	App     string
	Version string // a range: comparisons, all of which hold
}

// versionRange are comparisons with versions, such as ">=1.4.0 <2" or "^1.4".
var versionRange = regexp.MustCompile(`^\s*(>=|<=|>|<|=|\^|~)?\s*` + comparedVersion + `(\s*[ ,]\s*(>=|<=|>|<|=|\^|~)\s*` + comparedVersion + `)*\s*$`)

const comparedVersion = `[vV]?[0-9]+(\.[0-9]+){0,2}(-[0-9A-Za-z.-]+)?`

func (r reader) requirement(node *yaml.Node, what string) (q Requirement, err error) {
	q.Line = node.Line
	err = r.Mapping(node, what, strict.Fields{
		"app":     strict.Into(&q.App, r.Text),
		"version": strict.Into(&q.Version, r.versionRange),
		"needs": strict.Into(&q.Needs, func(node *yaml.Node, what string) (v Versioned, err error) {
			err = r.Mapping(node, what, strict.Fields{"app": strict.Into(&v.App, r.Text), "version": strict.Into(&v.Version, r.versionRange)})
			return v, err
		}),
		"environments": strict.Into(&q.Environments, r.Texts),
	})
	if err == nil && (q.App == "" || q.Needs.App == "" || q.Version == "" || q.Needs.Version == "") {
		err = r.Errorf(node, "requires needs an app and a version, and both of what it needs: {app: web, version: \">=2.0.0\", needs: {app: api, version: \">=1.4.0\"}}")
	}
	return q, err
}

func (r reader) versionRange(node *yaml.Node, what string) (string, error) {
	text, err := r.Text(node, what)
	if err == nil && !versionRange.MatchString(text) {
		err = r.Errorf(node, "%s is %q: write comparisons such as \">=1.4.0\", \">=1.4.0 <2.0.0\", \"^1.4\" or \"~1.4.2\"", what, text)
	}
	return text, err
}
