// Package overlay finds, in a tree of a config repo, the directories and files that render one app for one
// environment and target.
//
// The layout of one tree is a function of that tree and the configuration (Finder.Of). What a change does to
// it is a second step, which pairs the layouts of two trees (Pair). The past asks for the first alone, of any
// commit, and mostly for one app of it (Finder.App).
package overlay

import (
	"fmt"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/place"
)

// Overlay is a directory that renders one app for one environment and target, or a file that says what
// it runs there.
type Overlay struct {
	Dir       string   // or the file's path
	Root      string   // the environment's directory that it lies in, or the file's path
	Manifests []string // where the directory has no kustomization: its plain manifest files
	Layers    []string // where it is a file: those that the app's environments share, then the file itself
	// Release is what Helm makes of a chart of the tree, where that is what is deployed. Layers may be there as well.
	Release   *deploy.Release
	Closure   *kustomization.Closure
	Deployers []*deploy.Deployer // that take it in
	Edits     *deploy.Edits      // what those change of it; nil: nothing
	Follows   []*deploy.Deployer // that are written in it, and are followed
	Points    []*deploy.Deployer // that are written in it, and are not
	Placed    []*deploy.Deployer // of those that are followed, which install their charts in places of their own
	// Providers bring ConfigMaps and Secrets in the same cluster that it may take something from, those first that go before
	// others; Offers are the names of those that it brings itself for others, where it stands for no more than that.
	Providers []*Overlay
	Offers    []string
	// Takes is set where ConfigMaps or Secrets decide what it deploys, its own or others'.
	Takes bool
	// Idle is why nothing of it runs for the time being, whatever it has: all that deploys it is suspended. The zero value where
	// something is not, or nobody is known to deploy it.
	Idle     idle.Idle
	loose    []*deploy.Deployer // of those that take it in for what it is for, whose own objects are in no overlay
	deployed bool               // nothing but deployers says that it is
	Config   *config.Config     // how what is deployed is to be read; nil: as usual
	Self     deploy.Self        // the repository, which what is deployed may take something from
}

// Named lists the files that it is made of beside kustomization files.
func (o *Overlay) Named() []string {
	named := slices.Concat(o.Closure.Read(), o.Manifests, o.Layers)
	if o.Release != nil {
		named = append(named, o.Release.Files()...)
	}
	return named
}

// MainFile is the one that a person looks into first for what it deploys.
func (o *Overlay) MainFile() string {
	for _, file := range o.Closure.Files {
		if !file.Generated {
			return file.Path
		}
	}
	switch {
	case len(o.Manifests) > 0:
		return o.Manifests[0]
	case o.Layers != nil:
		return o.Dir
	case o.Release != nil:
		return path.Join(o.Release.Chart, "Chart.yaml")
	}
	return path.Join(o.Dir, kustomization.Names[0])
}

// MadeOf tells what it is made of beside its files, and which: two that are of the same, in trees that have those alike, deploy
// the same.
func (o *Overlay) MadeOf() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %q %q", o.Manifests, o.Layers, o.Edits.Key(), o.Release.Key())
	for d, release := range o.Installs() {
		fmt.Fprintf(&b, "\n%s %s", d.ID, release.Key())
	}
	return b.String()
}

// Installs are the charts that deployers install which are written in it, together with their own objects.
func (o *Overlay) Installs() iter.Seq2[*deploy.Deployer, *deploy.Release] {
	return func(yield func(*deploy.Deployer, *deploy.Release) bool) {
		for _, d := range o.Follows {
			for _, source := range d.Sources {
				if release := source.Edits.Made(); source.Within && source.Elsewhere == "" && !slices.Contains(o.Placed, d) && !yield(d, release) {
					return
				}
			}
		}
	}
}

// isByDeployer reports whether it is there, as it is, because of a deployer.
func (o *Overlay) isByDeployer() bool { return o.deployed || o.Edits.Key() != "" }

// ByDeployer reports whether only what deploys it says where it belongs.
func (o *Overlay) ByDeployer() bool { return o.deployed }

// Site is an overlay of one tree, with what it is for.
type Site struct {
	place.Place
	*Overlay
}

// Environment is a step of the promotion path.
type Environment struct {
	Name       string
	Upstream   []string
	Production bool
	HoldsAll   bool   // it holds a version only when all its targets do
	Branch     string // that deploys it; empty: directories say so

	step int
}

// Outside is a directory or file that looks like an environment's and that no overlay pattern takes in.
type Outside struct {
	Path       string
	Reason     string
	Production bool // its name says production
	Reached    bool // a change touches it, or files below it
}
