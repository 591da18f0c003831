package overlay

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
)

// built are the deployers of a tree that something builds which may make others of them than their files say.
type built struct {
	by      map[*deploy.Deployer]*maker
	makers  []*maker
	made    map[madeOf]bool
	said    string // all that those say, and where
	endless bool   // there are more than are followed
}

// maker is an overlay that builds deployers.
type maker struct {
	candidate
	tree      *tree.Tree
	deployers []*deploy.Deployer
}

// madeOf tells an overlay from others before deployers change it.
type madeOf struct {
	key
	dir string
}

func (c candidate) madeAs() madeOf { return madeOf{c.key(), c.Dir} }

// seat is where the deployers are at work that it builds.
func (m *maker) seat() seat {
	target := m.target
	switch {
	case m.by != "" && len(m.takers) > 0:
		target = m.takers[0].seat.target
	case m.deployed:
		target = m.base
	}
	return seat{m.app, m.step, strings.Trim(target, "./")}
}

func (b built) deployers() []*deploy.Deployer {
	var all []*deploy.Deployer
	for _, m := range b.makers {
		all = append(all, m.deployers...)
	}
	return all
}

// isBy reports whether an overlay is one of those that build deployers.
func (b built) isBy(c candidate) bool { return b.made[c.madeAs()] }

// replaces are those of some deployers that are written in files which others are built from: they are what they are then, but
// where something else has them as they are.
func (b built) replaces(deployers []*deploy.Deployer) map[*deploy.Deployer]bool {
	replaced := map[*deploy.Deployer]bool{}
	for _, d := range deployers {
		isRead := slices.Contains(deploy.Kinds, d.Kind) && b.by[d] == nil
		replaced[d] = isRead && slices.ContainsFunc(b.makers, func(m *maker) bool { return m.Closure.Builds(d.File) })
	}
	return replaced
}

// build builds what may make other deployers of those in some files, and reads them.
func (s *search) build(found *deploy.Found) (built, error) {
	all := built{by: map[*deploy.Deployer]*maker{}, made: map[madeOf]bool{}}
	if s.builds == nil || len(found.Deploying.Files) == 0 {
		return all, nil
	}
	parts := partsOf(s.overlays)
	wanted := func(c candidate) bool { return !c.component && !parts[c.foundAs()] && s.makes(c, found.Deploying) }
	var files []tree.Files
	for _, c := range s.overlays {
		if wanted(c) {
			all.made[c.madeAs()] = true
			files = append(files, tree.Files{Tree: s.tree, Paths: c.Named()})
		}
	}
	if err := tree.Prefetch(files...); err != nil {
		return all, err
	}
	var said strings.Builder
	for _, c := range s.overlays {
		if !all.made[c.madeAs()] {
			continue
		}
		objects, ok, err := s.builds(s.tree, &c.Overlay)
		if err != nil {
			return all, err
		}
		if !ok {
			delete(all.made, c.madeAs()) // what is wrong with it is told, and its files say the most that is known
			continue
		}
		m := &maker{candidate: c, tree: s.tree, deployers: found.Built(objects, c.Closure.Builds, c.MainFile(), s.decide(c))}
		fmt.Fprintf(&said, "%v %q\n", c.madeAs(), c.by)
		for _, object := range objects {
			text, _ := yaml.Marshal(object.Root) // it was read from YAML
			fmt.Fprintf(&said, "%q\n", text)
		}
		for _, d := range m.deployers {
			all.by[d] = m
		}
		all.makers = append(all.makers, m)
		if all.endless = len(all.by) > mostDeployed; all.endless {
			break
		}
	}
	all.said = said.String()
	return all, nil
}

// decide are the files that decide what an overlay builds: its own, and those of what takes it in.
func (s *search) decide(c candidate) []string {
	files := c.madeOf()
	if c.Release != nil {
		_ = s.tree.Walk(c.Release.Chart, func(file string, _ tree.Entry) error { // what is not there decides nothing
			files = append(files, file)
			return nil
		})
	}
	for _, t := range c.takers {
		files = append(files, t.Written()...)
	}
	return files
}

// makes reports whether an overlay may make other deployers of those in some files than they say.
func (s *search) makes(c candidate, deploying deploy.Deploying) bool {
	files := deploying.Files
	if c.Release == nil && !slices.ContainsFunc(c.Closure.Files, s.changesDeployers) {
		if c.Edits.Substitution() == nil {
			return false
		}
		files = deploying.Varied
	}
	return slices.ContainsFunc(files, c.Closure.Builds)
}

// changesDeployers reports whether a kustomization file may change deployers in what is built with it.
func (s *search) changesDeployers(file *kustomization.File) bool {
	return s.changes(file, deploy.Kinds)
}

// changes reports whether a kustomization file may change what objects of some kinds say in what is built with it.
func (s *search) changes(file *kustomization.File, kinds []string) bool {
	k := file.Kustomization
	if k.NamePrefix+k.NameSuffix != "" || len(k.Replacements)+len(k.Vars)+len(k.Transformers)+len(k.Generators)+len(k.Configurations)+len(k.HelmCharts) > 0 { //nolint:staticcheck // old, and still read
		return true
	}
	for _, patch := range k.PatchesStrategicMerge { //nolint:staticcheck // old, and still read
		if s.mayPatch(file, types.Patch{Patch: string(patch)}, kinds) || s.mayPatch(file, types.Patch{Path: string(patch)}, kinds) {
			return true
		}
	}
	return slices.ContainsFunc(slices.Concat(k.Patches, k.PatchesJson6902), func(patch types.Patch) bool { return s.mayPatch(file, patch, kinds) }) //nolint:staticcheck // old, and still read
}

var isWord = regexp.MustCompile(`^\w+$`)

// mayPatch reports whether a patch may be one of an object of some kinds: by the kind that it is for, or else by what it says.
func (s *search) mayPatch(file *kustomization.File, patch types.Patch, kinds []string) bool {
	if patch.Target != nil {
		return !isWord.MatchString(patch.Target.Kind) || slices.Contains(kinds, patch.Target.Kind)
	}
	text := []byte(patch.Patch)
	if patch.Path != "" {
		data, err := s.tree.ReadFile(file.Join(patch.Path))
		if err != nil {
			return false // it is told where it is built
		}
		text = data
	}
	return slices.ContainsFunc(kinds, func(kind string) bool { return bytes.Contains(text, []byte(kind)) })
}

// holdBuilt tells overlays which deployers they build.
func (f *following) holdBuilt() {
	for _, m := range f.built.makers {
		for i := range f.overlays {
			c := &f.overlays[i]
			if c.madeAs() != m.madeAs() || c.by != m.by {
				continue
			}
			for _, d := range m.deployers {
				if f.follows(d) {
					c.Follows = append(slices.Clip(c.Follows), d)
				} else {
					c.Points = append(slices.Clip(c.Points), d)
				}
			}
		}
	}
}

// makesAs reports whether what builds deployers in another tree builds the same ones in this: what it is built from is the same,
// and whatever takes that in.
func (s *search) makesAs(m *maker) bool {
	same, known := s.proven[m]
	if known {
		return same
	}
	s.proven[m] = true // what deploys itself is what else deploys it
	same = m.Closure.Key(s.tree) == m.Closure.Key(m.tree) && !slices.ContainsFunc(m.takers, func(t taker) bool {
		source, there, _ := s.sourceIn(t)
		return !there || source.Edits.Key() != t.source.Edits.Key()
	})
	s.proven[m] = same
	return same
}

// pointBeyond notes that more is deployed by what is built than is followed: nobody knows where that ends.
func (f *following) pointBeyond() {
	if !f.built.endless || len(f.built.makers) == 0 {
		return
	}
	last := f.built.makers[len(f.built.makers)-1]
	if len(last.deployers) == 0 {
		return
	}
	beyond := Pointer{Deployer: last.deployers[len(last.deployers)-1], Path: ".", Why: "more is deployed by what is built than promocheck follows"}
	for _, m := range f.built.makers {
		beyond.steps = append(beyond.steps, m.step)
	}
	f.pointers = append(f.pointers, beyond)
}

// watch adds what decides what something builds some deployers to.
func (b built) watch(deployers map[*deploy.Deployer]bool, w *tree.Watch) {
	for _, m := range b.makers {
		if slices.ContainsFunc(m.deployers, func(d *deploy.Deployer) bool { return deployers[d] }) {
			m.Closure.Watch(w)
			for _, d := range m.deployers {
				for _, file := range d.Written() {
					w.Entry(file)
				}
			}
		}
	}
}
