package state

import (
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"sigs.k8s.io/kustomize/api/types"
)

// declaration is what images entries say of one image, down a chain of kustomizations.
type declaration struct {
	name, current       string // as the innermost entry has it; as the outermost renames it
	tag, suffix, digest string
}

// declarations reads the images entries of kustomization files alone, the overlay's own first. As in
// Kustomize, an outer entry matches the name that an inner one has given.
func declarations(files []*kustomization.File) []*declaration {
	var declared []*declaration
	for _, file := range slices.Backward(files) {
		for _, entry := range file.Images {
			at := slices.IndexFunc(declared, func(d *declaration) bool { return d.current == entry.Name })
			if at < 0 {
				declared = append(declared, &declaration{name: entry.Name, current: entry.Name})
				at = len(declared) - 1
			}
			declared[at].apply(entry)
		}
	}
	return declared
}

func (d *declaration) apply(entry types.Image) {
	if entry.NewName != "" {
		d.current = entry.NewName
	}
	if entry.NewTag != "" || entry.Digest != "" {
		d.tag, d.digest, d.suffix = entry.NewTag, entry.Digest, ""
	}
	d.suffix += entry.TagSuffix
}

// held is the version that is declared, if it is declared whole.
func (d *declaration) held() (Held, bool) {
	named, _, err := artifact.ParseImage(d.name)
	_, version, currentErr := artifact.ParseImage(d.current)
	if d.tag != "" || d.digest != "" {
		version.Tag, version.Digest = d.tag, d.digest
	}
	if err != nil || currentErr != nil || version.Tag == "" && version.Digest == "" { // a name may have a tag in it
		return Held{}, false
	}
	if version.Tag != "" {
		version.Tag += d.suffix
	}
	return Held{Artifact: named, Version: version, Slot: Slot{Object: "images", Part: d.name}}, true
}

// declaredImages are the versions that images entries declare.
func declaredImages(files []*kustomization.File) []Held {
	var held []Held
	for _, d := range declarations(files) {
		if declared, ok := d.held(); ok {
			held = append(held, declared)
		}
	}
	return held
}

// DeclareOtherVersions reports whether the images entries of two overlays differ. What they render to may be the
// same all the same, or differ where the entries do not.
func DeclareOtherVersions(before, after *overlay.Overlay) bool {
	return !slices.EqualFunc(declarations(before.Closure.Files), declarations(after.Closure.Files), func(a, b *declaration) bool { return *a == *b })
}

// addDeclared adds what images entries do to something that was left out, unless what they say is
// rendered: then it is known.
func (s *State) addDeclared(d *declaration) {
	declared, whole := d.held()
	switch {
	case whole && s.holds(declared.Artifact, declared.Version):
		return
	case whole:
		s.Held = append(s.Held, declared)
	}
	s.Objects = append(s.Objects, Object{
		Kind: "images", Name: d.name,
		content: textFingerprint(d.current, d.tag, d.suffix, d.digest),
		beside:  textFingerprint(d.name),
	})
}

// remotes are the revisions of what Kustomize would fetch.
func remotes(fetched []kustomization.Named) []Held {
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
