package overlay

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
)

// taker is a deployer that takes an overlay in for what that is for, by one of its sources.
type taker struct {
	*deploy.Deployer
	take
	source deploy.Source
}

// renders tells what a deployer makes of what it takes in from what others do. Where it puts in what its cluster has, it is what
// no other cluster's does.
func (t taker) renders() string {
	if t.source.Edits.Substitution().IsOfCluster() {
		return fmt.Sprintf("%s %d %s", t.source.Edits.Key(), t.seat.step, t.seat.target)
	}
	return t.source.Edits.Key()
}

// edit puts what deployers change over what they take in.
func (f *following) edit() {
	var all []candidate
	for _, c := range f.overlays {
		all = append(all, c.edited(f.search)...)
	}
	f.overlays = all
}

// edited is an overlay as its deployers render it: once for each that renders it differently, with the deployer's target,
// and else once, with its own.
func (c candidate) edited(s *search) []candidate {
	groups := c.groups()
	if len(groups) == 0 || len(groups) == 1 && groups[0][0].source.Edits.Key() == "" {
		return []candidate{c}
	}
	targets, rest := targetsOf(groups), c
	if len(groups) > 1 {
		rest = c.withoutTakers()
	}
	all := make([]candidate, 0, len(groups))
	for i, group := range groups {
		one := rest
		if len(groups) > 1 {
			one.by = targets[i]
			one.takes, one.Deployers = slices.Clone(rest.takes), slices.Clone(rest.Deployers)
			for _, t := range group {
				one.takenBy(t.Deployer, t.take)
			}
		}
		one.takers = group
		one.putOver(group[0].source, s)
		all = append(all, one)
	}
	return all
}

// groups are the deployers that render an overlay alike.
func (c candidate) groups() [][]taker {
	var groups [][]taker
	at := map[string]int{}
	for _, t := range c.takers {
		key := t.renders()
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], t)
	}
	return groups
}

// withoutTakers leaves only those deployers that take it in for something else than what it is for.
func (c candidate) withoutTakers() candidate {
	takes, deployers := map[take]bool{}, map[*deploy.Deployer]bool{}
	for _, t := range c.takers {
		takes[t.take], deployers[t.Deployer] = true, true
	}
	c.takes = slices.DeleteFunc(slices.Clone(c.takes), func(t take) bool { return takes[t] })
	c.Deployers = slices.DeleteFunc(slices.Clone(c.Deployers), func(d *deploy.Deployer) bool { return deployers[d] })
	return c
}

// putOver has the overlay be built as a source changes it.
func (c *candidate) putOver(source deploy.Source, s *search) {
	c.source, c.Edits = source, source.Edits
	if release := source.Edits.Made(); release != nil {
		c.Release, c.Manifests = release, nil
	}
	if c.Layers == nil || c.Release != nil {
		c.build(s)
	}
}

// targetsOf calls each group of deployers by their target, where that tells them apart, else by a name, too.
func targetsOf(groups [][]taker) []string {
	ways := []func(taker) string{
		func(t taker) string { return t.seat.target },
		func(t taker) string { return path.Join(t.seat.target, t.Deployer.Name) },
		func(t taker) string {
			return path.Join(t.seat.target, t.Deployer.Namespace, t.Deployer.Name, t.take.source)
		},
		func(t taker) string { return strings.TrimSuffix(t.File, path.Ext(t.File)) + fmt.Sprintf(":%d", t.Line) },
	}
	var targets []string
	for _, way := range ways {
		targets = nil
		for _, group := range groups {
			targets = append(targets, way(group[0]))
		}
		if distinct := distinct(slices.Clone(targets)); len(distinct) == len(groups) {
			return targets
		}
	}
	for i := range targets {
		targets[i] = fmt.Sprintf("%s#%d", targets[i], i+1)
	}
	return targets
}

// placed is the overlay with the target that tells it from what other deployers render of the same directory.
func (c candidate) placed() candidate {
	if c.by != "" {
		c.target = path.Join(c.by, c.target)
	}
	return c
}

// build works out what the overlay is built from, and what deployers among that install beside it.
func (c *candidate) build(s *search) {
	c.compose(s)
	c.install(s)
}

// compose works out what the overlay is built from.
func (c *candidate) compose(s *search) {
	edits := c.Edits.Kustom()
	switch {
	case c.Release != nil:
		c.Closure = s.reader.Chart(c.Release.Chart, c.Release.Files(), c.Release.Texts()...)
		return
	case c.Layers != nil:
		c.Closure = s.plain(c.Layers)
		return
	case edits == nil && c.Manifests != nil:
		c.Closure = s.plain(c.Manifests)
		return
	case edits == nil:
		c.Closure = s.closure(c.Dir)
		return
	case c.Manifests != nil:
		c.Closure = s.reader.Generated(c.source.Path, inSources(c.Manifests), edits)
	case c.Dir != c.source.Path:
		c.Closure = s.reader.Generated(c.source.Path, []string{c.Dir}, edits)
	default:
		c.Closure = s.reader.Edited(c.Dir, edits)
	}
	s.takeIn(c.Closure, c.Closure.Named())
}

// indexComponents adds the files that only a deployer's edits build into what it takes in: there may be deployers in them.
func (f *following) indexComponents(i int, source deploy.Source) {
	edits := source.Edits.Kustom()
	if edits == nil || len(edits.Kustomization.Components) == 0 {
		return
	}
	for _, component := range edits.Kustomization.Components {
		for _, file := range f.closure(path.Join(source.Path, component)).Read() {
			if !slices.Contains(f.builders[file], i) {
				f.builders[file] = append(f.builders[file], i)
			}
		}
	}
}

// sourceIn is what a deployer takes in by one of its sources in this tree. Where it takes in something else,
// it is elsewhere; where there is no such deployer, it is neither.
func (s *search) sourceIn(t taker) (source deploy.Source, there, elsewhere bool) {
	if s.built.by[t.Deployer] != nil {
		return t.source, true, false
	}
	if s.as != nil && s.as.search.built.by[t.Deployer] != nil {
		same := s.makesAs(s.as.search.built.by[t.Deployer])
		return t.source, same, !same
	}
	for _, was := range s.writtenWith(t.Deployer) {
		if was.ID != t.Deployer.ID {
			continue
		}
		for _, source := range was.Sources {
			if source.Same(t.source) {
				return source, true, false
			}
		}
		elsewhere = true
	}
	return deploy.Source{}, false, elsewhere
}

// writtenWith are the deployers in the files that one is written in, as they are in this tree: a set makes many, of which each is
// asked for.
func (s *search) writtenWith(d *deploy.Deployer) []*deploy.Deployer {
	files := d.Written()
	key := strings.Join(files, "\x00")
	if _, known := s.writtenIn[key]; !known {
		if s.writtenIn == nil {
			s.writtenIn = map[string][]*deploy.Deployer{}
		}
		s.writtenIn[key] = s.deployers.In(s.tree, files)
	}
	return s.writtenIn[key]
}

// editAs puts over what patterns find what the deployers of another tree's layout change of it, as they have it in this
// tree. What one of them did not take in by then is not known to have been deployed as it is today; where it was not there
// at all, the directory counts by itself. It returns what it did so with, as the layout has it.
func (s *search) editAs(l *Layout) []candidate {
	var all, asked []candidate
	for _, c := range s.overlays {
		edited := l.edited[c.Dir]
		if len(edited) == 0 {
			all = append(all, c)
		}
		for _, as := range edited {
			asked = append(asked, as)
			one := c
			one.by, one.takers, one.Deployers = as.by, as.takers, as.Deployers
			elsewhere := false
			for _, t := range as.takers {
				source, there, gone := s.sourceIn(t)
				if there {
					one.putOver(source, s)
					elsewhere = false
					break
				}
				elsewhere = elsewhere || gone
			}
			if !elsewhere {
				all = append(all, one)
			}
		}
	}
	s.overlays = all
	return asked
}

// editedBy are the overlays that patterns find and that deployers change, by directory.
func editedBy(overlays []candidate) map[string][]candidate {
	edited := map[string][]candidate{}
	for _, c := range overlays {
		if !c.deployed && (c.Layers == nil || c.Release != nil) && (c.by != "" || c.Edits.Key() != "") {
			edited[c.Dir] = append(edited[c.Dir], c)
		}
	}
	return edited
}

// madeAlike reports whether two overlays are made of the same files in the same way, whatever is in the files.
func madeAlike(a, b *Overlay) bool { return a == nil || b == nil || a.MadeOf() == b.MadeOf() }
