package overlay

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/spelling"
)

// addProductionByValues adds production where it has no values of its own, and an earlier environment has: then it is
// what values.yaml alone gives. That does not hold for an environment before it: nobody would know that it runs at all,
// and it must prove nothing. Nor is it presumed of what a change begins where all but a few have values of their own there.
func (s *search) addProductionByValues() {
	for _, production := range s.productions() {
		for _, c := range slices.Clone(s.overlays) {
			values, ok := s.valuesUnder(c)
			if !ok || !production.after[c.step] || s.has(c.app, production.step) {
				continue
			}
			if s.begins(values, production.step) {
				s.beginning = append(s.beginning, beginning{c.app, production.step})
				continue
			}
			if _, spelt := s.spellings[production.step]; !spelt && s.names.configured == nil {
				s.spellings[production.step] = nil // it has the usual name, unless the repo spells it elsewhere
			}
			s.layered(candidate{app: c.app, step: production.step, target: ".", presumed: true}, values)
		}
	}
}

// beginning is an app that a change brings with values for environments before one that is production, and with none for that.
type beginning struct {
	app  string
	step int
}

// each is how many have values of their own for production, for each that is presumed to be there by values.yaml alone, where one
// that is new is not presumed to.
const each = 3

// begins reports whether a change brings a values file in a directory that is new, where base contradicts that it holds for
// production. An app that base presumes to be there may have moved, unless all of them are where they were.
func (s *search) begins(values string, production int) bool {
	if s.as == nil || s.partial || s.as.search.tree.IsDir(path.Dir(values)) {
		return false
	}
	own, presumed := 0, 0
	for _, c := range s.as.overlays {
		switch {
		case c.step != production:
		case c.presumed:
			if !s.tree.IsFile(c.Dir) {
				return false
			}
			presumed++
		default:
			if _, ok := s.valuesUnder(c); ok {
				own++
			}
		}
	}
	return own > 0 && own >= each*presumed
}

// production is an environment that is production, and the steps that come before it.
type production struct {
	step  int
	after map[int]bool
}

// productions are those that are called or configured so: the last of a path that has no other is no reason to look for
// what nobody names.
func (s *search) productions() []production {
	if s.names.configured == nil {
		p := production{step: spelling.Production, after: map[int]bool{}}
		for step := range spelling.Production {
			p.after[step] = true
		}
		return []production{p}
	}
	var all []production
	path := s.names.path(nil)
	steps := map[string]int{}
	for _, environment := range path {
		steps[environment.Name] = environment.step
	}
	for _, environment := range path {
		if !environment.Production {
			continue
		}
		p := production{step: environment.step, after: map[int]bool{}}
		for upstream := slices.Clone(environment.Upstream); len(upstream) > 0; upstream = upstream[1:] {
			if step, ok := steps[upstream[0]]; ok && !p.after[step] {
				p.after[step] = true
				upstream = append(upstream, path[step].Upstream...)
			}
		}
		all = append(all, p)
	}
	return all
}

// has reports whether an app has been found in an environment.
func (s *search) has(app string, step int) bool {
	return slices.ContainsFunc(s.overlays, func(c candidate) bool { return c.app == app && c.step == step })
}

// valuesUnder is the values file that an environment's own values go over, if there is one.
func (s *search) valuesUnder(c candidate) (string, bool) {
	if c.Layers == nil || !strings.HasPrefix(path.Base(c.Dir), "values") && path.Base(path.Dir(c.Dir)) != "values" {
		return "", false
	}
	at := slices.IndexFunc(c.Layers, func(layer string) bool {
		name := path.Base(layer)
		return (name == "values.yaml" || name == "values.yml") && s.tree.IsFile(layer)
	})
	if at < 0 {
		return "", false
	}
	return c.Layers[at], true
}
