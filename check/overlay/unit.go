package overlay

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/tree"
)

// unit is what a deployer builds at once: a directory with a kustomization, or manifests.
type unit struct {
	dir       string
	below     string   // the directory, from the source's path; "." is that itself
	manifests []string // nil where there is a kustomization, or a chart
	release   *deploy.Release
}

// unitsOf are what a source of a deployer is built from in a tree; none where nothing is.
func unitsOf(t *tree.Tree, source deploy.Source) []unit {
	if release := source.Edits.Made(); release != nil {
		return []unit{{dir: source.Path, below: ".", release: release}}
	}
	top := &listing{path: source.Path}
	if err := (lister{tree: t, links: new(int)}).list(top, source.Path); err != nil {
		return nil
	}
	switch {
	case top.kustomization != "" && !source.Files.Plain:
		return []unit{{dir: top.path, below: "."}}
	case source.Files.Below:
		return generated(top)
	}
	if manifests := plainly(top, source.Files); len(manifests) > 0 {
		return []unit{{dir: top.path, below: ".", manifests: manifests}}
	}
	return nil
}

// leftOut are the files and directories that no source of Flux has in it, wherever they lie: what is for CI systems, for
// releases and for SOPS.
var leftOut = []string{
	".git", ".github", ".circleci", ".travis.yml", ".gitlab-ci.yml", "appveyor.yml", ".drone.yml", "cloudbuild.yaml", "codeship-services.yml", "codeship-steps.yml",
	".goreleaser.yml", ".sops.yaml", ".flux.yaml",
}

// inSources are the manifests that a source of Flux has in it.
func inSources(manifests []string) []string {
	return slices.DeleteFunc(slices.Clone(manifests), func(manifest string) bool { return slices.Contains(leftOut, path.Base(manifest)) })
}

// generated are what the kustomization has that Flux makes where there is none: all YAML below, where a directory with a
// kustomization is taken whole. Of the top of a repository Flux leaves out what is hidden.
func generated(top *listing) []unit {
	var units []unit
	var manifests []string
	hidden := func(p string) bool {
		return top.path == "." && strings.HasPrefix(p, ".") || slices.Contains(leftOut, path.Base(p))
	}
	top.walk(func(l *listing) bool {
		switch {
		case l != top && hidden(l.path):
			return false
		case l.kustomization != "":
			units = append(units, unit{dir: l.path, below: within(l.path, top.path)})
			return false
		}
		for _, manifest := range l.manifests {
			if path.Ext(manifest) != ".json" && !hidden(manifest) {
				manifests = append(manifests, manifest)
			}
		}
		return true
	})
	if len(manifests) > 0 {
		units = append(units, unit{dir: top.path, below: ".", manifests: manifests})
	}
	return units
}

// plainly are the manifests that Argo CD takes of a directory.
func plainly(top *listing, files deploy.Files) []string {
	var manifests []string
	// An asterisk stands for slashes, too.
	matches := func(glob, manifest string) bool {
		flat := strings.NewReplacer("/", "\x01")
		return doublestar.MatchUnvalidated(flat.Replace(glob), flat.Replace(within(manifest, top.path)))
	}
	top.walk(func(l *listing) bool {
		for _, manifest := range l.manifests {
			out := files.Exclude != "" && matches(files.Exclude, manifest)
			if !out && (files.Include == "" || matches(files.Include, manifest)) {
				manifests = append(manifests, manifest)
			}
		}
		return files.Recurse
	})
	return manifests
}

// within is a path as it is seen from a directory that it lies in.
func within(p, dir string) string {
	if p == dir {
		return "."
	}
	if dir == "." {
		return p
	}
	return strings.TrimPrefix(p, dir+"/")
}

// without leaves out manifests; what is left of a directory without any is nothing.
func (u unit) without(taken []string) (unit, bool) {
	if u.manifests == nil {
		return u, true
	}
	u.manifests = slices.DeleteFunc(slices.Clone(u.manifests), func(manifest string) bool { return slices.Contains(taken, manifest) })
	return u, len(u.manifests) > 0
}
