// Package account says of every changed file what became of it: what it says is deployed somewhere, it is known to
// deploy nothing, or nothing reads it, and then it may decide what runs without any rule having seen it.
package account

import (
	"fmt"
	"slices"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/tree"
)

// Fate is what became of a changed file.
type Fate string

// Fates of a file.
const (
	Read   Fate = "read"   // an environment deploys what it says
	Inert  Fate = "inert"  // it is known to deploy nothing
	Unread Fate = "unread" // nobody knows
)

// File is a changed file with its fate.
type File struct {
	Path string
	Fate Fate
	Why  string // a clause about the file: "it is prose"
	// Production is set where the path says production, the branch is production's, or a deployer of production points there. What runs there may
	// hang on the file, whatever it is.
	Production bool
	// Environment is set where the path says any environment.
	Environment bool
	Places      []place.Place // that read it, in the order of the layout
	Unused      Unused        // of what is unread; empty where it may be deployed as it stands
}

// Change is what is accounted for.
type Change struct {
	Files   []tree.Change // in the order of their paths
	Before  *tree.Tree    // nil: nothing was there
	After   *tree.Tree
	Layout  *overlay.Pairing
	Governs func(path string) bool // tells files that decide how a change is judged
	Ignored []string               // globs for files that deploy nothing by the team's own word
	// Undeployed is a clause on why nothing that changes is deployed; empty where something may be.
	Undeployed string

	kustomizations *kustomization.Reader // of the tree after the change
}

// Of accounts for each file of a change. What a reader has taken in is read, whatever it is called; only what nobody
// reads is held against what is known to deploy nothing.
func Of(c Change) []File {
	paths := newPaths(c.Layout)
	c.kustomizations = kustomization.NewReader(c.After, kustomization.Cache{})
	files := make([]File, 0, len(c.Files))
	for _, changed := range c.Files {
		file := File{
			Path: changed.Path, Production: c.Layout.Production || paths.decidesProduction(changed.Path), Environment: paths.sayEnvironment(changed.Path),
			Places: c.Layout.ReadBy(changed.Path),
		}
		switch {
		case len(file.Places) > 0:
			file.Fate, file.Why = Read, "an environment is built from it"
		default:
			c.unclaimed(&file, changed, paths)
		}
		files = append(files, file)
	}
	return files
}

// unclaimed finds out whether a file that no environment is built from is known to deploy nothing.
func (c Change) unclaimed(file *File, changed tree.Change, paths paths) {
	file.Fate = Inert
	switch {
	case c.Governs(file.Path):
		file.Why = "it says how promocheck judges"
		return
	case c.Undeployed != "":
		file.Why = c.Undeployed
		return
	case c.Layout.IsElsewhere(file.Path):
		file.Why = "it is another environment's, which has a branch of its own"
		return
	case c.saysTheSame(changed):
		file.Why = "it says what it said before, in another form"
		return
	case slices.ContainsFunc(c.Ignored, func(glob string) bool { return doublestar.MatchUnvalidated(glob, file.Path) }):
		file.Why = "the configuration ignores it"
		return
	}
	inPipeline := pipeline(file.Path)
	if why, known := c.deploysNothing(file.Path, !inPipeline && paths.belongToNobody(file.Path)); known && !isWorkflow(file.Path) {
		file.Why = why
		if file.Production && isRun(file.Path) {
			c.ofRun(file, changed)
		}
		return
	}
	if inPipeline {
		file.Production = false // it says what a pipeline does, and where that ends is for nobody to tell from here
		file.Fate, file.Why = c.ofPipeline(changed, paths.sayProduction(file.Path))
		return
	}
	if c.ofChart(file.Path) && !file.Production {
		file.Why = "it is a chart's test, or about it"
		return
	}
	if c.configuresNothing(file.Path) {
		file.Why = "it says where Kustomize's transformers look, and no kustomization names it"
		return
	}
	if fate, why, is := c.ofSealed(changed); is {
		file.Fate, file.Why, file.Production = fate, why, false // it may be nothing but another key
		return
	}
	file.Fate, file.Why = Unread, paths.whyUnread(file.Path)
	if pointer, ok := paths.pointedAt(file.Path); ok {
		file.Why = fmt.Sprintf("%s %s in %s points to %s, and %s", pointer.Kind, pointer.Name, pointer.File, pointer.Path, pointer.Why)
		file.Production = file.Production || pointer.Production
	} else if unused, why := c.unused(changed, file.Production, paths); unused != "" {
		file.Unused, file.Why = unused, why
	}
}
