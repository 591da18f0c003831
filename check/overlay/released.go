package overlay

import (
	"path"
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
)

// noStep is that of no environment.
const noStep = -1

// valuesOwners are the places that a release's files of values, or its chart, are by themselves: of one environment, or else
// those of the deployer's.
func (f *following) valuesOwners(r *deploy.Release, step int) []int {
	owners := slices.Clone(f.owners[r.Chart])
	for _, file := range r.Files() {
		if file != path.Join(r.Chart, "values.yaml") {
			owners = append(owners, f.owners[file]...)
		}
	}
	for _, i := range f.owners[path.Join(r.Chart, "values.yaml")] {
		if f.overlays[i].step == step && f.overlays[i].Release != nil && len(owners) == 0 {
			owners = append(owners, i) // what has no values of its own
		}
	}
	slices.Sort(owners)
	owners = slices.DeleteFunc(slices.Compact(owners), func(i int) bool { return f.overlays[i].Release == nil && f.overlays[i].Manifests == nil })
	elsewhere := func(i int) bool { return f.overlays[i].step != step }
	if slices.ContainsFunc(owners, func(i int) bool { return f.overlays[i].step != f.overlays[owners[0]].step }) {
		return slices.DeleteFunc(owners, elsewhere)
	}
	return owners
}

// apart has the files of a release's values be a place of their own where other manifests lie beside them.
func (f *following) apart(r *deploy.Release) {
	for _, file := range r.Files() {
		for _, i := range f.owners[file] {
			own := &f.overlays[i]
			isValues := func(manifest string) bool { return slices.Contains(r.Files(), manifest) }
			rest := slices.DeleteFunc(slices.Clone(own.Manifests), isValues)
			if own.Manifests == nil || len(rest) == 0 || len(rest) == len(own.Manifests) {
				continue
			}
			alone := *own
			alone.Manifests = slices.DeleteFunc(slices.Clone(own.Manifests), func(manifest string) bool { return !isValues(manifest) })
			alone.found, alone.Dir, alone.target = own.Dir, file, path.Join(own.target, path.Base(file))
			own.Manifests = rest
			own.build(f.search)
			alone.build(f.search)
			f.overlays = append(f.overlays, alone)
			for _, manifest := range alone.Manifests {
				f.owners[manifest] = []int{len(f.overlays) - 1}
			}
			f.index(len(f.overlays) - 1)
		}
	}
}

// install has overlays take in the charts that deployers among their objects install there.
func (s *search) install() {
	for i := range s.overlays {
		s.overlays[i].install(s)
	}
}

// install has the overlay take in the charts that deployers in the files which it is built from install. What is values for one is
// no manifest.
func (c *candidate) install(s *search) {
	c.Follows = slices.DeleteFunc(slices.Clone(c.Follows), func(d *deploy.Deployer) bool { return !c.Closure.Reaches(d.File) })
	for _, r := range c.Installs() {
		c.Closure = c.Closure.With(s.reader.Chart(r.Chart, r.Files(), r.Texts()...))
		c.Manifests = slices.DeleteFunc(slices.Clone(c.Manifests), func(file string) bool { return slices.Contains(r.Files(), file) })
	}
}

// holdAs tells an overlay which deployers are written in it, as a layout does of the same one, each as it is in this tree.
func (c *candidate) holdAs(l *Layout, s *search) {
	for _, as := range l.holding[c.Dir] {
		if as.step != c.step || as.by != c.by {
			continue
		}
		for _, d := range as.Follows {
			if l.search.built.by[d] != nil {
				continue // they install nothing where they are
			}
			for _, was := range s.writtenWith(d) {
				if was.ID == d.ID && !slices.Contains(c.Follows, was) {
					c.Follows = append(slices.Clone(c.Follows), was)
				}
			}
		}
	}
	c.install(s)
}

// holdingBy are the overlays that deployers are written in which install charts there, by directory.
func holdingBy(overlays []candidate) map[string][]candidate {
	holding := map[string][]candidate{}
	for _, c := range overlays {
		if slices.ContainsFunc(c.Follows, func(d *deploy.Deployer) bool { return installs(d) && !slices.Contains(c.Placed, d) }) {
			holding[c.Dir] = append(holding[c.Dir], c)
		}
	}
	return holding
}

// installs reports whether a deployer installs a chart where it is itself.
func installs(d *deploy.Deployer) bool {
	return slices.ContainsFunc(d.Sources, func(s deploy.Source) bool { return s.Within && s.Elsewhere == "" })
}
