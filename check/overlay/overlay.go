// Package overlay finds, in two trees of a config repo, the directories that render one app for one
// environment and target, and tells which of them a change can reach.
package overlay

import (
	"slices"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/kustomization"
)

// Overlay is a directory that renders one app for one environment and target, or a file that says what
// it runs there.
type Overlay struct {
	Dir       string   // or the file's path
	Root      string   // the environment's directory that it lies in, or the file's path
	Manifests []string // where the directory has no kustomization: its plain manifest files
	Layers    []string // where it is a file: those that the app's environments share, then the file itself
	Closure   *kustomization.Closure
	Config    *config.Config // how what is deployed is to be read; nil: as usual
}

// Named lists the files that it is made of beside kustomization files.
func (o *Overlay) Named() []string { return slices.Concat(o.Closure.Read(), o.Manifests, o.Layers) }

// Place is what an overlay is for, with the overlay that fills it before and after the change. One
// of the two may be nil: the overlay is new, or goes away.
type Place struct {
	App         string
	Environment string
	Target      string
	Before      *Overlay
	After       *Overlay
	ReachedBy   []string // the changed paths that decide what the place deploys, sorted
	// Part is set where the change brings the overlay, and builds it into others of its environment. It
	// is a target all the same if it holds what those do not.
	Part bool
}

// Reached reports whether the change touches what the place is built from.
func (p *Place) Reached() bool { return len(p.ReachedBy) > 0 }

// Environment is a step of the promotion path.
type Environment struct {
	Name       string
	Upstream   []string
	Production bool
	HoldsAll   bool // it holds a version only when all its targets do
}

// Outside is a directory that looks like an environment's and that no overlay pattern takes in.
type Outside struct {
	Path    string
	Reason  string
	Reached bool // the change touches files below it
}

// Layout is how a repo lays out its environments, before and after a change.
type Layout struct {
	Path     []Environment
	Places   []Place // by app, then in path order, then by target
	Outside  []Outside
	Patterns []string            // those that matched something, in the order in which they are tried
	Names    map[string][]string // what the directories and files of each environment are called, sorted

	finder *finder
	nameOf func(step int) (string, bool) // false for an environment that neither side has
}
