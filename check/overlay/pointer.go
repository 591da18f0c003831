package overlay

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
)

// Pointer is a deployer's path that is not read, and why: a clause about the deployer.
type Pointer struct {
	*deploy.Deployer
	Path string
	Why  string
	// Ours is set where it is this repository's.
	Ours bool
	// Environment is the one that it is for, where what it says names one of this repository's; Production is set where that
	// is production.
	Environment string
	Production  bool

	source string // its name, of the deployer's
	steps  []int
}

// Has reports whether a file is among what is pointed to.
func (p Pointer) Has(file string) bool { return p.Path == "." || strings.HasPrefix(file, p.Path+"/") }

// point notes what is not read of what a deployer points to.
func (f *following) point(d *deploy.Deployer) {
	for _, source := range d.Sources {
		why := source.Elsewhere
		if why == "" && len(f.settled[d]) == 0 && !f.isPlace(source) {
			why = "neither it nor where it lies says one environment"
		}
		if why == "" && f.count > mostDeployed {
			why = "more is deployed than promocheck follows"
		}
		if why == "" && f.endless {
			why = "more is deployed by what is deployed than promocheck follows"
		}
		ours := source.Ours || source.Elsewhere == ""
		if why == "" && source.Files.Jsonnet {
			why = "Jsonnet makes what it deploys of some of that"
		}
		if why == "" {
			continue
		}
		pointer := Pointer{Deployer: d, Path: source.Path, Why: why, Ours: ours, source: source.Name}
		if ours {
			for _, at := range f.seatsOf(d, true) {
				pointer.steps = append(pointer.steps, at.step)
			}
		}
		f.pointers = append(f.pointers, pointer)
	}
}

// isPlace reports whether a source's path is a place by itself; then the deployer is one that takes it in.
func (f *following) isPlace(source deploy.Source) bool {
	return slices.ContainsFunc(unitsOf(f.tree, source), func(u unit) bool { return len(f.ownersOf(u, noStep)) > 0 })
}

// pointers are those of both sides of a change, with what production is on its path.
func pointers(path []Environment, sides ...[]Pointer) []Pointer {
	all := slices.Concat(sides...)
	for i := range all {
		// Of several, the last on the path is the gravest.
		for _, e := range path {
			if slices.Contains(all[i].steps, e.step) {
				all[i].Environment, all[i].Production = e.Name, all[i].Production || e.Production
			}
		}
	}
	return all
}
