package state

import (
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/kustomization"
)

// declaredImages reads versions from the images entries of kustomization files alone, the overlay's
// own first. As in Kustomize, an outer entry matches the name that an inner one has given.
func declaredImages(files []*kustomization.File) []Held {
	type declaration struct {
		name, current string // as the innermost entry has it; as the outermost renames it
		tag, digest   string
	}
	var declarations []*declaration
	for _, file := range slices.Backward(files) {
		for _, entry := range file.Images {
			at := slices.IndexFunc(declarations, func(d *declaration) bool { return d.current == entry.Name })
			if at < 0 {
				declarations = append(declarations, &declaration{name: entry.Name, current: entry.Name})
				at = len(declarations) - 1
			}
			d := declarations[at]
			if entry.NewName != "" {
				d.current = entry.NewName
			}
			if entry.NewTag != "" || entry.Digest != "" {
				d.tag, d.digest = entry.NewTag, entry.Digest
			}
		}
	}
	var held []Held
	for _, d := range declarations {
		named, _, err := artifact.ParseImage(d.name)
		_, version, currentErr := artifact.ParseImage(d.current)
		if err != nil || currentErr != nil || d.tag == "" && d.digest == "" {
			continue
		}
		version.Tag, version.Digest = d.tag, d.digest
		held = append(held, Held{Artifact: named, Version: version, Slot: Slot{Object: "images", Part: d.name}})
	}
	return held
}

// declaredObject stands for an images entry that matches nothing rendered, as what it deploys is in a
// part that was left out.
func declaredObject(declared Held) Object {
	return Object{
		Kind: "images", Name: declared.Artifact.Name,
		content: textFingerprint(declared.Version.Repository, declared.Version.Tag, declared.Version.Digest),
		beside:  textFingerprint(declared.Artifact.Key()),
	}
}

// remotes are the revisions of what Kustomize would fetch.
func remotes(fetched []kustomization.Fetched) []Held {
	var held []Held
	for _, f := range fetched {
		held = append(held, Held{
			Artifact: f.Remote.Artifact, Version: f.Remote.Version,
			Slot: Slot{Object: "remote", Part: string(f.Field) + " " + f.Remote.Version.Repository + "//" + f.Remote.Path},
		})
	}
	return held
}

// logicalNames maps repositories that images entries renamed to the artifact's name before, so that
// each environment may pull it from a registry and path of its own. A repository that two names were
// renamed to is none of them.
func logicalNames(files []*kustomization.File) map[string]string {
	names := map[string]string{}
	twice := map[string]bool{}
	for _, file := range slices.Backward(files) {
		for _, entry := range file.Images {
			a, from, err := artifact.ParseImage(entry.Name)
			_, to, toErr := artifact.ParseImage(entry.NewName)
			if entry.NewName == "" || err != nil || toErr != nil || from.Repository == to.Repository {
				continue
			}
			name := a.Name
			if earlier, ok := names[from.Repository]; ok {
				name = earlier
			}
			if other, ok := names[to.Repository]; ok && other != name {
				twice[to.Repository] = true
			}
			names[to.Repository] = name
		}
	}
	for repository := range twice {
		delete(names, repository)
	}
	return names
}
