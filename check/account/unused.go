package account

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// Unused is what is known of a file that nothing reads, where as it stands nothing is deployed of it.
type Unused string

// What files are that nothing reads.
const (
	Gone      Unused = "gone"      // nothing read it before, and it is not there any more
	Unlisted  Unused = "unlisted"  // the kustomization beside it is built, and does not name it
	Component Unused = "component" // it is of a component that nothing is built with
	Base      Unused = "base"      // it is of a base that nothing is built from
)

// unused tells whether as it stands nothing is deployed of a file that nothing reads, and why. What is for production, and may be
// deployed from elsewhere, is never unused.
func (c Change) unused(changed tree.Change, isProduction bool, p paths) (Unused, string) {
	if changed.After == (tree.Entry{}) && !isProduction {
		return Gone, "it is gone, and nothing read it before"
	}
	if by := p.builds[path.Dir(changed.Path)]; by != "" && c.isManifest(changed) {
		return Unlisted, by + " does not name it: name it there, or take it away"
	}
	if isProduction || changed.After == (tree.Entry{}) {
		return "", ""
	}
	for dir := path.Dir(changed.Path); dir != "."; dir = path.Dir(dir) {
		file := c.kustomizations.File(dir)
		switch {
		case file == nil:
			continue
		case p.builds[dir] != "":
		case file.Component():
			return Component, fmt.Sprintf("%s is a component, and nothing is built with it", dir)
		case slices.ContainsFunc(strings.Split(dir, "/"), func(segment string) bool { return segment == "base" || segment == "bases" }):
			return Base, fmt.Sprintf("%s is a base, and nothing is built from it", dir)
		}
		break
	}
	return "", ""
}

// isManifest reports whether a file is one that a kustomization would name under its resources or patches, and nobody else knows
// by its name, as Argo CD and Helm know theirs.
func (c Change) isManifest(changed tree.Change) bool {
	name := path.Base(changed.Path)
	if ext := path.Ext(name); ext != ".yaml" && ext != ".yml" || strings.HasPrefix(name, ".") || strings.Contains(name, "values") || kustomization.IsName(name) {
		return false
	}
	in, entry := c.After, changed.After
	if entry == (tree.Entry{}) {
		in, entry = c.Before, changed.Before
	}
	documents, err := document.Parse([]byte(textOf(in, changed.Path)))
	return entry.Mode.IsFile() && err == nil && len(documents) > 0
}

// building maps the directories of kustomizations that environments are built from to their files, as far as nothing keeps them
// from being built.
func building(layout *overlay.Pairing) map[string]string {
	builds := map[string]string{}
	for _, place := range layout.Places {
		if place.After == nil || len(place.After.Closure.Problems) > 0 {
			continue
		}
		for _, file := range place.After.Closure.Files {
			if !file.Generated {
				builds[file.Dir] = file.Path
			}
		}
	}
	return builds
}
