package overlay

import (
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/spelling"
)

// path works out the promotion path. spelt maps each usual step that the repo has to how it
// spells it; that does not count where the configuration lists environments.
func (n namer) path(spelt map[int]string) []Environment {
	if n.configured == nil {
		return usualPath(spelt)
	}
	var path []Environment
	downstream := map[string]bool{}
	for i, environment := range n.configured {
		step := Environment{Name: environment.Name, Upstream: []string{}, HoldsAll: environment.HoldsAll, Branch: environment.Branch, step: i}
		switch {
		case environment.Upstream != nil:
			step.Upstream = *environment.Upstream
		case i > 0:
			step.Upstream = []string{n.configured[i-1].Name}
		}
		for _, upstream := range step.Upstream {
			downstream[upstream] = true
		}
		path = append(path, step)
	}
	markProduction(path, n.configured, downstream)
	return path
}

func usualPath(spelt map[int]string) []Environment {
	var path []Environment
	for step := range spelling.Environments {
		name, ok := spelt[step]
		if !ok {
			continue
		}
		environment := Environment{Name: name, Upstream: []string{}, Production: step == spelling.Production, step: step}
		if len(path) > 0 {
			environment.Upstream = []string{path[len(path)-1].Name}
		}
		path = append(path, environment)
	}
	if _, ok := spelt[spelling.Production]; !ok && len(path) > 0 {
		path[len(path)-1].Production = true
	}
	return path
}

// markProduction sets production as configured. In a chain that says nothing of it, it is the
// environment that is called so, else the chain's last.
func markProduction(path []Environment, configured []config.Environment, downstream map[string]bool) {
	chains := chainsOf(path)
	decided := map[int]bool{}
	for i := range path {
		if configured[i].Production != nil {
			path[i].Production = *configured[i].Production
			decided[chains[i]] = decided[chains[i]] || path[i].Production
		}
	}
	for i := range path {
		if configured[i].Production == nil && !decided[chains[i]] && spelling.Step(path[i].Name) == spelling.Production {
			path[i].Production = true
			decided[chains[i]] = true
		}
	}
	for i := range path {
		if configured[i].Production == nil && !decided[chains[i]] && !downstream[path[i].Name] {
			path[i].Production = true
		}
	}
}

// chainsOf numbers the chains of a path: environments that are linked by upstreams share a number.
func chainsOf(path []Environment) []int {
	chains := make([]int, len(path))
	at := map[string]int{}
	for i, environment := range path {
		chains[i] = i
		at[environment.Name] = i
		for _, upstream := range environment.Upstream {
			joined, into := chains[at[upstream]], chains[i]
			for j := range chains[:i+1] {
				if chains[j] == joined {
					chains[j] = into
				}
			}
		}
	}
	return chains
}
