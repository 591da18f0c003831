package overlay

import (
	"cmp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/flux"
)

// cluster is where something is deployed, as far as that tells which objects it finds there.
type cluster struct {
	step   int
	target string
}

// clustersOf are those that an overlay is deployed to: where its deployers are at work, or where it is a place by itself.
func clustersOf(c candidate) []cluster {
	var all []cluster
	for _, t := range c.takers {
		all = append(all, cluster{t.seat.step, t.seat.target})
	}
	if !c.deployed {
		all = append(all, cluster{c.step, strings.Trim(c.target, "./")})
	}
	return all
}

// apart tells how far two overlays are from being deployed to one cluster: 0 where they are, 1 where the target of one lies
// within the other's, 2 where they have no more than the environment in common; false where not even that.
func apart(a, b candidate) (int, bool) {
	best, some := 0, false
	for _, one := range clustersOf(a) {
		for _, other := range clustersOf(b) {
			if one.step != other.step {
				continue
			}
			far := 2
			switch {
			case one.target == other.target:
				far = 0
			case one.target == "" || other.target == "" || strings.HasPrefix(one.target+"/", other.target+"/") || strings.HasPrefix(other.target+"/", one.target+"/"):
				far = 1
			}
			if !some || far < best {
				best, some = far, true
			}
		}
	}
	return best, some
}

// isOfCluster reports whether a deployer puts variables into what it deploys that another cluster may have otherwise.
func isOfCluster(d *deploy.Deployer) bool {
	return slices.ContainsFunc(d.Sources, func(source deploy.Source) bool { return source.Edits.Substitution().IsOfCluster() })
}

// What takes from others is followed to an end: those may take from others, too.
const (
	mostProviders = 16
	mostBetween   = 3
)

// sharing finds out which overlays bring what others take from ConfigMaps and Secrets.
type sharing struct {
	*search
	brought  map[string][]string // by name, the files
	builders map[string][]int    // by file, the overlays that are built from it, by their places
	renamed  bool                // names may have another beginning or end than they are written with
}

// nest has the variables of a Kustomization be what another one makes of them that deploys it.
func (sh *sharing) nest(i int) {
	c := &sh.overlays[i]
	if substitution := c.Edits.Substitution(); substitution == nil || !substitution.IsMade() {
		return
	}
	closest := 0
	for _, t := range c.takers {
		if sh.built.by[t.Deployer] != nil {
			continue // they are in it by now
		}
		for _, j := range sh.builders[t.File] {
			above := sh.overlays[j]
			if far, some := apart(*c, above); some && j != i && above.Edits.Substitution() != nil && len(above.takers) > 0 && (c.above == nil || far < closest) {
				c.above, closest = &above.takers[0], far
			}
		}
	}
	c.putBelow(sh.search, c.above)
}

// putBelow puts the variables of one deployer into those of another, which it deploys, as they are in this tree.
func (c *candidate) putBelow(s *search, above *taker) {
	if above == nil || c.Edits.Substitution() == nil {
		return
	}
	source, there, _ := s.sourceIn(*above)
	if !there || source.Edits.Substitution() == nil {
		return
	}
	c.Edits = c.Edits.Below(source.Edits.Substitution())
	c.Closure = c.Closure.With(s.plain(above.Written()))
}

// share finds, for each overlay that takes something from ConfigMaps or Secrets of its cluster, those that bring them. wanted
// are those that releases take values from, by file. The error is about a tree that cannot be read.
func (s *search) share(wanted map[string][]flux.Ref) error {
	wants, isMade := map[int][]string{}, false
	for i, c := range s.overlays {
		if names := substituted(c); len(names) > 0 {
			wants[i] = names
		}
		isMade = isMade || c.Edits.Substitution() != nil && c.Edits.Substitution().IsMade()
	}
	if len(wants)+len(wanted) == 0 && !isMade {
		return nil
	}
	brought, err := s.deployers.Brought(s.tree)
	if err != nil {
		return err
	}
	sh := &sharing{search: s, brought: brought, builders: map[string][]int{}}
	for i, c := range s.overlays {
		if c.component && !c.pointed {
			continue // it brings nothing but to those that are built with it
		}
		for _, file := range c.madeOf() {
			sh.builders[file] = append(sh.builders[file], i)
		}
		sh.renamed = sh.renamed || renames(c)
	}
	for i := range s.overlays {
		if sh.nest(i); s.overlays[i].above != nil {
			wants[i] = append(wants[i], substituted(s.overlays[i])...)
		}
	}
	for file, references := range wanted {
		for _, i := range sh.builders[file] {
			for _, reference := range references {
				wants[i] = append(wants[i], reference.Name)
			}
		}
	}
	providers := map[int][]*Overlay{}
	for i, names := range wants {
		providers[i] = sh.providersOf(s.overlays[i], distinct(names), []int{i})
	}
	for i, from := range providers {
		s.overlays[i].Takes, s.overlays[i].wants = true, distinct(wants[i])
		s.overlays[i].provideBy(from)
	}
	return nil
}

// substituted are the names of those that variables are taken from.
func substituted(c candidate) []string {
	var names []string
	for s := c.Edits.Substitution(); s != nil; s = s.Above {
		for _, reference := range s.From {
			names = append(names, reference.Name)
		}
	}
	return names
}

// madeOf are the files that say what an overlay has in it.
func (o *Overlay) madeOf() []string {
	files := o.Named()
	for _, file := range o.Closure.Files {
		files = append(files, file.Path)
	}
	return distinct(files)
}

// renames reports whether an overlay gives names another beginning or end.
func renames(c candidate) bool {
	for _, file := range c.Closure.Files {
		if file.NamePrefix+file.NameSuffix != "" {
			return true
		}
	}
	return false
}

// providersOf are the overlays that may bring some ConfigMaps and Secrets to where another is deployed, the closest first.
// within are those that they are asked for.
func (sh *sharing) providersOf(c candidate, names []string, within []int) []*Overlay {
	files := map[int][]string{}
	asked := map[int][]string{}
	for _, name := range names {
		for i, bringing := range sh.bringing(name) {
			files[i], asked[i] = append(files[i], bringing...), append(asked[i], name)
		}
	}
	type found struct{ at, apart, common int }
	var all []found
	for i := range files {
		if far, some := apart(c, sh.overlays[i]); some && !slices.Contains(within, i) {
			all = append(all, found{i, far, deploy.Common(sh.overlays[i].Dir, c.Dir)})
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.apart, b.apart), cmp.Compare(b.common, a.common), cmp.Compare(a.at, b.at))
	})
	var providers []*Overlay
	for _, f := range all[:min(len(all), mostProviders)] {
		from := sh.overlays[f.at]
		provider := sh.provider(from, distinct(files[f.at]), distinct(asked[f.at]))
		if substituted := substituted(from); len(within) < mostBetween && len(substituted) > 0 {
			provider.Providers = sh.providersOf(from, substituted, append(slices.Clone(within), f.at))
		}
		providers = append(providers, provider)
	}
	return providers
}

// bringing are the overlays that may bring a ConfigMap or Secret of a name, with the files that do.
func (sh *sharing) bringing(name string) map[int][]string {
	found := map[int][]string{}
	add := func(written string, isIt func(candidate) bool) {
		for _, file := range sh.brought[written] {
			for _, i := range sh.builders[file] {
				if isIt(sh.overlays[i]) {
					found[i] = append(found[i], file)
				}
			}
		}
	}
	add(name, func(candidate) bool { return true })
	if sh.renamed {
		for written := range sh.brought {
			if written != name && written != "" && strings.Contains(name, written) {
				add(written, renames)
			}
		}
	}
	return found
}

// provider is an overlay as one that others take something from: of plain manifests, those alone that bring it count.
func (sh *sharing) provider(c candidate, files, names []string) *Overlay {
	provider := c.Overlay
	provider.Providers, provider.Offers, provider.Deployers, provider.Follows = nil, names, nil, nil
	if provider.Manifests != nil && len(provider.Closure.Files) == 0 {
		provider.Manifests = files
		provider.Closure = sh.plain(files)
		return &provider
	}
	provider.Closure = provider.Closure.Bringing(files)
	return &provider
}

// provideBy has an overlay take what it takes from others.
func (c *candidate) provideBy(providers []*Overlay) {
	c.Providers = providers
	for _, provider := range everyProvider(providers) {
		c.Closure = c.Closure.With(provider.Closure)
	}
}

func everyProvider(providers []*Overlay) []*Overlay {
	var all []*Overlay
	for _, provider := range providers {
		all = append(append(all, provider), everyProvider(provider.Providers)...)
	}
	return all
}

// shareAs has overlays take from the same ones as in another tree's layout, as those are in this tree.
func (s *search) shareAs(l *Layout, overlays []candidate) {
	for i := range overlays {
		c := &overlays[i]
		if at, ok := l.index().takes[takesIn{c.Dir, c.step, c.by}]; ok {
			c.Takes, c.wants = true, l.overlays[at].wants
			c.putBelow(s, l.overlays[at].above)
			c.provideBy(s.providersAs(l.overlays[at].Providers))
		}
	}
}

// providersAs are overlays that others take something from, as they are in this tree. What plain manifests have in them that
// are not there is not known.
func (s *search) providersAs(as []*Overlay) []*Overlay {
	var providers []*Overlay
	for _, other := range as {
		provider := *other
		switch {
		case provider.Manifests != nil && len(provider.Closure.Files) == 0:
			provider.Manifests = slices.DeleteFunc(slices.Clone(provider.Manifests), func(file string) bool { return !s.isThere(file) })
			provider.Closure = s.plain(other.Manifests)
		case provider.Layers == nil:
			c := candidate{Overlay: provider}
			c.source.Path = provider.Closure.Dir
			c.build(s)
			provider = c.Overlay
		}
		provider.Providers = s.providersAs(other.Providers)
		providers = append(providers, &provider)
	}
	return providers
}

func (s *search) isThere(file string) bool {
	_, err := s.tree.Lookup(file)
	return err == nil
}
