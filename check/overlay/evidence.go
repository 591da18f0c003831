package overlay

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/spelling"
)

// content is what a directory deploys, as far as its files say.
type content struct {
	names  []string // of its objects, without the environment's own words
	images []string
}

// sibling is a directory right below an environment's.
type sibling struct {
	child
	dir string
	content
}

// division tells apps and targets apart by what they deploy.
func (s *search) division() (*division, error) {
	d := &division{children: map[child]*ruling{}, patterns: map[string]bool{}}
	for _, c := range s.overlays {
		d.patterns[c.app] = true
	}
	families := s.families()
	if err := s.readObjects(families); err != nil {
		return nil, err
	}
	s.divideDirectories(d, families)
	s.divideByFile(d)
	for c, ruling := range d.children {
		if ruling.verdict == isApp && d.patterns[c.called()] {
			ruling.verdict = isTarget
		}
	}
	slices.Sort(d.undecided)
	return d, nil
}

// rule notes a verdict on a child; what says most counts.
func (d *division) rule(c child, step int, v verdict) {
	if d.children[c] == nil {
		d.children[c] = &ruling{steps: map[int]bool{}}
	}
	d.children[c].steps[step] = true
	switch now := d.children[c]; {
	case now.verdict == isTarget || v == isTarget:
		now.verdict = isTarget
	default:
		now.verdict = max(now.verdict, v)
	}
}

// families are, of each environment's directory that may have apps in it, the overlays of each directory right below.
func (s *search) families() map[string]map[string][]candidate {
	parts := partsOf(s.overlays)
	families := map[string]map[string][]candidate{}
	for _, c := range s.overlays {
		name, ok := c.directory()
		if !ok || parts[c.Dir] {
			continue
		}
		if families[c.Root] == nil {
			families[c.Root] = map[string][]candidate{}
		}
		families[c.Root][name] = append(families[c.Root][name], c)
	}
	return families
}

// divideDirectories tells directories apart that are siblings below an environment's.
func (s *search) divideDirectories(d *division, families map[string]map[string][]candidate) {
	places := map[child][]string{}
	for _, root := range slices.Sorted(maps.Keys(families)) {
		var siblings []sibling
		step := 0
		for _, name := range slices.Sorted(maps.Keys(families[root])) {
			overlays := families[root][name]
			step = overlays[0].step
			c := child{app: overlays[0].app, name: s.names.without(name, step)}
			siblings = append(siblings, sibling{c, path.Join(root, name), s.contentOf(overlays)})
			places[c] = append(places[c], path.Join(root, name))
		}
		if len(siblings) == 1 {
			d.rule(siblings[0].child, step, alone)
			continue
		}
		for i, one := range siblings {
			v := undecided
			if one.ownsName() {
				v = isApp
			}
			for j, other := range siblings {
				if i != j {
					v = worse(v, one.beside(other))
				}
			}
			d.rule(one.child, step, v)
		}
	}
	for c, dirs := range places {
		if d.children[c].verdict == undecided {
			d.undecided = append(d.undecided, dirs...)
		}
	}
}

// worse is the verdict that counts of two: one sibling that is the same elsewhere makes a target.
func worse(a, b verdict) verdict {
	if a == isTarget || b == isTarget {
		return isTarget
	}
	return max(a, b)
}

// beside is what a sibling tells of another. The same objects in both are one app in two places. Where the names differ
// by those of the directories alone, they are so too if there is more to the names and the images are the same.
func (a sibling) beside(b sibling) verdict {
	if len(a.names) == 0 || len(b.names) == 0 {
		return undecided
	}
	if alike(a.names, b.names) {
		return isTarget
	}
	as, bs := a.bare(), b.bare()
	switch {
	case !alike(as, bs):
		return undecided
	case slices.Contains(as, "") && slices.Contains(bs, ""):
		return isApp
	case alike(a.images, b.images):
		return isTarget
	}
	return isApp
}

// alike reports whether one of two sorted lists has all that the other has.
func alike(a, b []string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return !slices.ContainsFunc(a, func(text string) bool { return !slices.Contains(b, text) })
}

// ownsName reports whether an object is called just as the directory is.
func (a sibling) ownsName() bool { return slices.Contains(a.names, a.name) }

// bare are the names of the objects without the directory's.
func (a sibling) bare() []string {
	own := spelling.Words(a.name)
	bare := make([]string, 0, len(a.names))
	for _, name := range a.names {
		words := spelling.Words(name)
		for i := range words {
			if i+len(own) <= len(words) && slices.Equal(words[i:i+len(own)], own) {
				words = slices.Delete(slices.Clone(words), i, i+len(own))
				break
			}
		}
		bare = append(bare, strings.Join(words, "-"))
	}
	return bare
}

// divideByFile tells plain manifests apart that lie in environments' directories: where a file holds a release, or an
// application, of its own name, and several environments have such a one.
func (s *search) divideByFile(d *division) {
	directories := map[string]bool{}
	for c := range d.children {
		directories[c.called()] = true
	}
	for _, c := range s.overlays {
		if !c.divides || c.Dir != c.Root {
			continue
		}
		for _, file := range c.Manifests {
			child := s.childOf(c, file)
			verdict := isTarget
			if !directories[child.called()] && s.releases(file, child.name, c.step) {
				verdict = alone
			}
			d.rule(child, c.step, verdict)
		}
	}
	for c, ruling := range d.children {
		if c.file && ruling.verdict == alone && len(ruling.steps) > 1 {
			ruling.verdict = isApp
		}
	}
}
