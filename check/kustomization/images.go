package kustomization

import (
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"sigs.k8s.io/kustomize/api/types"
)

// Declaration is what images entries say of one image, down a chain of kustomizations.
type Declaration struct {
	Name, Current       string // as the innermost entry has it; as the outermost renames it
	Tag, Suffix, Digest string
}

// Declarations reads the images entries of kustomization files alone, the overlay's own first. As in
// Kustomize, an outer entry matches the name that an inner one has given.
func Declarations(files []*File) []*Declaration {
	var declared []*Declaration
	for _, file := range slices.Backward(files) {
		for _, entry := range file.Images {
			at := slices.IndexFunc(declared, func(d *Declaration) bool { return d.Current == entry.Name })
			if at < 0 {
				declared = append(declared, &Declaration{Name: entry.Name, Current: entry.Name})
				at = len(declared) - 1
			}
			declared[at].apply(entry)
		}
	}
	return declared
}

func (d *Declaration) apply(entry types.Image) {
	if entry.NewName != "" {
		d.Current = entry.NewName
	}
	if entry.NewTag != "" || entry.Digest != "" {
		d.Tag, d.Digest, d.Suffix = entry.NewTag, entry.Digest, ""
	}
	d.Suffix += entry.TagSuffix
}

// Image is the image and the version of it that are declared, if they are declared whole.
func (d *Declaration) Image() (artifact.Artifact, artifact.Version, bool) {
	named, _, err := artifact.ParseImage(d.Name)
	current, version, currentErr := artifact.ParseImage(d.Current)
	if err != nil && d.Current != d.Name {
		named, err = current, currentErr // what is renamed need not be called like an image: ko://github.com/acme/shop
	}
	if d.Tag != "" || d.Digest != "" {
		version.Tag, version.Digest = d.Tag, d.Digest
	}
	if err != nil || currentErr != nil || version.Tag == "" && version.Digest == "" { // a name may have a tag in it
		return artifact.Artifact{}, artifact.Version{}, false
	}
	if version.Tag != "" {
		version.Tag += d.Suffix
	}
	return named, version, true
}

// LogicalNames maps repositories that images entries renamed to the artifact's name before, so that
// each environment may pull it from a registry and path of its own. An entry counts that renames what an inner
// one has given its name, or what matches reports of its name that there is. A repository that two names were renamed
// to is none of them.
func LogicalNames(files []*File, matches func(name string) bool) map[string]string {
	names := map[string]string{}
	twice := map[string]bool{}
	for _, file := range slices.Backward(files) {
		for _, entry := range file.Images {
			a, from, err := artifact.ParseImage(entry.Name)
			_, to, toErr := artifact.ParseImage(entry.NewName)
			if entry.NewName == "" || err != nil || toErr != nil || from.Repository == to.Repository {
				continue
			}
			name, isGiven := names[from.Repository]
			if !isGiven {
				if !matches(entry.Name) {
					continue
				}
				name = a.Name
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
