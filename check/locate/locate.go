// Package locate finds where a version is written: the place in a file that a person would edit. States know
// what an overlay holds; what it is built from tells where to look.
package locate

import (
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// Of finds the scalar that a person would edit to change what the overlay holds: the outermost
// one that says this version, since outer layers have the last word. before is what it replaces, nil
// if nothing: where only the repository changed, its name is what to look for. Where no reader knows which it is, it is
// the first text that says the version, or the overlay's own file.
func (r *Reader) Of(t *tree.Tree, o *overlay.Overlay, held state.Held, before *artifact.Version) state.Location {
	if found, ok := r.Scalar(t, o, held, before); ok {
		return found
	}
	l := r.locator(t, o, held, before)
	if held.Made != nil && !held.Made.Beneath {
		if found, ok := l.variable(o); ok {
			return found
		}
		return state.MainLocation(o)
	}
	for _, file := range slices.Concat(kustomizationFiles(o.Closure), o.Manifests, o.Closure.Read()) {
		if found, ok := l.text(file); ok {
			return found
		}
	}
	if found, ok := l.variable(o); ok {
		return found
	}
	return state.MainLocation(o)
}

// Scalar finds it where it is known which one it is.
func (r *Reader) Scalar(t *tree.Tree, o *overlay.Overlay, held state.Held, before *artifact.Version) (state.Location, bool) {
	if held.Written.Path != "" {
		return held.Written, true
	}
	l := r.locator(t, o, held, before)
	if found, ok := l.used(o); ok {
		return found, true
	}
	if held.Made != nil && !held.Made.Beneath {
		return l.made(held.Made)
	}
	// What is written for this very object goes before what says the same version of another.
	for _, l.strict = range []bool{true, false} {
		l.seen = map[string]bool{}
		if found, ok := l.overlay(o); ok {
			return found, true
		}
		if held.Made != nil {
			if found, ok := l.made(held.Made); ok {
				return found, true
			}
		}
	}
	return state.Location{}, false
}

func (r *Reader) locator(t *tree.Tree, o *overlay.Overlay, held state.Held, before *artifact.Version) *locator {
	names := map[string]bool{held.Version.Repository: true}
	for _, repository := range r.repositoriesOf(o.Closure)[held.Artifact.Name] {
		names[repository] = true
	}
	renamed := before != nil && before.Renamed(held.Version)
	return &locator{
		Reader: r, config: o.Config, tree: t, of: o, settings: state.Forms(t, o), held: held, names: names,
		byRepository: before != nil && before.Same(held.Version) && !renamed, renamed: renamed,
	}
}

// locator looks for the place of one version.
type locator struct {
	*Reader
	config       *config.Config
	tree         *tree.Tree
	of           *overlay.Overlay
	settings     form.Settings
	held         state.Held
	byRepository bool
	renamed      bool            // what differs is the tag alone
	strict       bool            // only what is written for the object that holds the version
	names        map[string]bool // the repositories that the artifact goes by on its way through the layers
	seen         map[string]bool // kustomization files
	files        map[string]*kustomization.File
}

// overlay searches whatever the overlay is made of, what its deployers change of it first.
func (l *locator) overlay(o *overlay.Overlay) (state.Location, bool) {
	if found, ok := l.edits(o.Edits.Kustom()); ok {
		return found, true
	}
	for _, manifest := range o.Manifests {
		if found, ok := l.file(manifest); ok {
			return found, true
		}
	}
	for _, layer := range slices.Backward(o.Layers) {
		if found, ok := l.file(layer); ok {
			return found, true
		}
	}
	for _, remote := range o.Closure.Remotes {
		if l.held.Artifact.Kind == artifact.Git && remote.Remote.Version == l.held.Version {
			line, column := remote.File.Find(remote.Value)
			return placeIn(remote.File.Path, line, column), true
		}
	}
	l.files = map[string]*kustomization.File{}
	for _, file := range o.Closure.Files {
		l.files[file.Dir] = file
	}
	if len(o.Closure.Files) == 0 {
		return state.Location{}, false
	}
	return l.kustomization(o.Closure.Files[0])
}

// kustomizationFiles are the paths of a closure's kustomization files.
func kustomizationFiles(closure *kustomization.Closure) []string {
	var paths []string
	for _, file := range closure.Files {
		paths = append(paths, file.Path)
	}
	return paths
}

func placeIn(path string, line, column int) state.Location {
	return state.Location{Path: path, Line: line, Column: column}
}
