package overlay

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/kustomization"
)

// place identifies a place across the two trees.
type place struct {
	app    string
	step   int
	target string
}

// places pairs the overlays of both trees and leaves out parts.
func (f *finder) places(was, is *searched, changed []string, nameOf func(step int) string) []Place {
	// What is a part on one side only is none, so that nobody hides a target by having another overlay
	// include it, or by making a component of it, nor brings one in that was a part before.
	parts := []map[string]bool{was.parts(), is.parts()}
	part := func(c candidate) bool {
		return !slices.ContainsFunc(parts, func(p map[string]bool) bool {
			isPart, known := p[c.Dir]
			return known && !isPart
		})
	}
	newPart := func(c candidate) bool {
		_, wasThere := parts[0][c.Dir]
		return part(c) && !wasThere && !c.component
	}
	crowded := crowdedPlaces(part, was.overlays, is.overlays)
	places := map[place]*Place{}
	add := func(c candidate, after bool) {
		if part(c) && !newPart(c) {
			return
		}
		key := place{c.app, c.step, c.target}
		if crowded[key] {
			key.target = c.Dir
		}
		p, ok := places[key]
		if !ok {
			p = &Place{App: key.app, Environment: nameOf(key.step), Target: key.target}
			places[key] = p
		}
		if after {
			p.After = &c.Overlay
			p.Part = newPart(c)
		} else {
			p.Before = &c.Overlay
		}
	}
	for _, c := range was.overlays {
		add(c, false)
	}
	for _, c := range is.overlays {
		add(c, true)
	}
	result := make([]Place, 0, len(places))
	for _, p := range places {
		p.ReachedBy = reachedBy(p, changed)
		result = append(result, *p)
	}
	return result
}

// parts tells of each directory that was found whether it is only a part of others.
func (s *searched) parts() map[string]bool {
	built := s.built()
	parts := map[string]bool{}
	for _, c := range s.overlays {
		parts[c.Dir] = c.component || built[c.Root][c.Dir]
	}
	return parts
}

// built maps each environment's directory to the directories below it that are built into others
// there.
func (s *searched) built() map[string]map[string]bool {
	built := map[string]map[string]bool{}
	for _, c := range s.overlays {
		if c.component {
			continue
		}
		for _, dir := range c.Closure.Built {
			if strings.HasPrefix(dir+"/", c.Root+"/") {
				if built[c.Root] == nil {
					built[c.Root] = map[string]bool{}
				}
				built[c.Root][dir] = true
			}
		}
	}
	return built
}

// crowdedPlaces finds the places that more than one directory of a tree claims ("prod" beside
// "production"): those are told apart by their directories, so that none hides another.
func crowdedPlaces(part func(candidate) bool, trees ...[]candidate) map[place]bool {
	crowded := map[place]bool{}
	for _, overlays := range trees {
		claimed := map[place]bool{}
		for _, c := range overlays {
			if part(c) {
				continue
			}
			key := place{c.app, c.step, c.target}
			crowded[key] = crowded[key] || claimed[key]
			claimed[key] = true
		}
	}
	maps.DeleteFunc(crowded, func(_ place, more bool) bool { return !more })
	return crowded
}

// reachedBy lists the changed paths that decide what a place deploys. A directory that moved is
// reached by all that it is built from.
func reachedBy(p *Place, changed []string) []string {
	var reached []string
	for _, path := range changed {
		if p.Before != nil && p.Before.Closure.Reaches(path) || p.After != nil && p.After.Closure.Reaches(path) {
			reached = append(reached, path)
		}
	}
	return reached
}

// outside lists the strays of the tree after the change that are no part of any overlay.
func outside(places []Place, is *searched, changed []string) []Outside {
	var found []Outside
	for _, s := range is.stray {
		dir := s.listing.path
		if file := is.side.Reader.File(dir); file != nil && file.Component() {
			continue
		}
		if slices.ContainsFunc(places, func(p Place) bool { return p.After != nil && s.builtInto(p.After.Closure) }) {
			continue
		}
		found = append(found, Outside{
			Path:   dir,
			Reason: s.reason,
			Reached: slices.ContainsFunc(changed, func(p string) bool {
				return path.Dir(p) == dir || !s.alone && strings.HasPrefix(p, dir+"/")
			}),
		})
	}
	return found
}

// builtInto reports whether a stray is a part of what has the closure.
func (s stray) builtInto(closure *kustomization.Closure) bool {
	if s.alone {
		return slices.ContainsFunc(s.listing.own(), closure.Reaches)
	}
	return closure.Below(s.listing.path)
}
