package overlay

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/place"
)

// key is what an overlay is for, whatever its environment is called.
type key struct {
	app    string
	step   int
	target string
}

func (c candidate) key() key { return key{c.app, c.step, c.target} }

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.app, other.app), cmp.Compare(k.step, other.step), cmp.Compare(k.target, other.target))
}

// sitesOf are overlays of one tree without the parts, told apart and in order. What is a part shows in all that was found.
func sitesOf(found, overlays []candidate, nameOf func(step int) string) []Site {
	parts := partsOf(found)
	isPart := func(c candidate) bool { return parts[c.foundAs()] }
	crowded := crowdedPlaces(isPart, overlays)
	var deployed []candidate
	for _, c := range overlays {
		if isPart(c) {
			continue
		}
		if crowded[c.key()] {
			c.target = c.Dir
		}
		deployed = append(deployed, c)
	}
	slices.SortStableFunc(deployed, func(a, b candidate) int { return a.key().compare(b.key()) })
	sites := make([]Site, 0, len(deployed))
	for _, c := range deployed {
		sites = append(sites, Site{Place: place.Place{App: c.app, Environment: nameOf(c.step), Target: c.target}, Overlay: &c.Overlay})
	}
	return sites
}

// partsOf tells of each directory that was found whether it is only a part of others.
func partsOf(overlays []candidate) map[string]bool {
	built := builtBelow(overlays)
	parts := map[string]bool{}
	for _, c := range overlays {
		parts[c.Dir] = c.component || built[c.Root][c.Dir] || c.isBase() && c.isBuilt(overlays)
	}
	for _, c := range overlays {
		if c.pointed {
			parts[c.Dir] = false // somebody deploys it by itself
		}
	}
	return parts
}

// foundAs is the directory or file by which a candidate is known to be a part, or to be none.
func (c candidate) foundAs() string { return cmp.Or(c.found, c.Dir) }

// isBase reports whether a directory below an environment's is called base: one for others, wherever those are.
func (c candidate) isBase() bool { return c.Dir != c.Root && path.Base(c.Dir) == "base" }

// isBuilt reports whether a directory is built into another of its environment.
func (c candidate) isBuilt(overlays []candidate) bool {
	return slices.ContainsFunc(overlays, func(other candidate) bool {
		return other.app == c.app && other.step == c.step && !other.component && slices.Contains(other.Closure.Built, c.Dir)
	})
}

// builtBelow maps each environment's directory to the directories below it that are built into others
// there.
func builtBelow(overlays []candidate) map[string]map[string]bool {
	built := map[string]map[string]bool{}
	for _, c := range overlays {
		if c.component {
			continue
		}
		for _, dir := range c.Closure.Built {
			if isWithin(dir, c.Root) {
				if built[c.Root] == nil {
					built[c.Root] = map[string]bool{}
				}
				built[c.Root][dir] = true
			}
		}
	}
	return built
}

// isWithin reports whether a path is a directory, or in it.
func isWithin(p, dir string) bool { return dir == "." || strings.HasPrefix(p+"/", dir+"/") }

// crowdedPlaces finds what more than one directory of a tree is for ("prod" beside "production"): those are
// told apart by their directories, so that none hides another.
func crowdedPlaces(isPart func(candidate) bool, trees ...[]candidate) map[key]bool {
	crowded := map[key]bool{}
	for _, overlays := range trees {
		claimed := map[key]bool{}
		for _, c := range overlays {
			if isPart(c) {
				continue
			}
			crowded[c.key()] = crowded[c.key()] || claimed[c.key()]
			claimed[c.key()] = true
		}
	}
	maps.DeleteFunc(crowded, func(_ key, more bool) bool { return !more })
	return crowded
}
