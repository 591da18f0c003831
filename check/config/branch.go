package config

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/mistake"
)

// ByBranch reports whether each environment has a branch of its own, which deploys all that is in there.
func (c *Config) ByBranch() bool { return len(c.Environments) > 0 && c.Environments[0].Branch != "" }

// OnBranch is the environment that a branch deploys; false where it deploys none.
func (c *Config) OnBranch(branch string) (Environment, bool) {
	at := slices.IndexFunc(c.Environments, func(e Environment) bool { return e.Branch != "" && e.Branch == branch })
	if at < 0 {
		return Environment{}, false
	}
	return c.Environments[at], true
}

// branch reads the name of a branch, in which {env} is the environment's.
func (r reader) branch(node *yaml.Node, what string) (string, error) {
	name, err := r.Text(node, what)
	name = strings.TrimPrefix(name, "refs/heads/")
	if err == nil && !mayBeBranch(strings.ReplaceAll(name, "{env}", "env")) {
		err = r.Errorf(node, "branch is %q: give the name of one, as in env/prod or env/{env}", name)
	}
	return name, err
}

// mayBeBranch reports whether Git takes a name for a branch's, as far as anybody is likely to get that wrong.
func mayBeBranch(name string) bool {
	return name != "" && name != "HEAD" && !strings.ContainsAny(name, " ~^:?*[\\{}\t\n\x7f") && !strings.Contains(name, "..") && !strings.Contains(name, "//") &&
		!strings.HasPrefix(name, "/") && !strings.HasPrefix(name, "-") && !strings.HasSuffix(name, "/") && !strings.HasSuffix(name, ".") && !strings.HasSuffix(name, ".lock")
}

// checkBranches requires that either all environments have a branch, each another one, or none has.
func (r reader) checkBranches(environments []Environment) error {
	for i, environment := range environments {
		with, without := environment, environments[0]
		if without.Branch != "" {
			with, without = without, with
		}
		if with.Branch != "" && without.Branch == "" {
			return mistake.Configured(r.Path, without.Line, fmt.Sprintf("environment %q has no branch, and %q has one: give each its own, or none any", without.Name, with.Name))
		}
		if other, ok := (&Config{Environments: environments[:i]}).OnBranch(environment.Branch); ok {
			return mistake.Configured(r.Path, environment.Line, fmt.Sprintf("environments %q and %q have the same branch, %s: which of them it deploys would not show", other.Name, environment.Name, environment.Branch))
		}
	}
	return nil
}
