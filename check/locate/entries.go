package locate

import (
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/state"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// entries searches the kustomization file itself: its images entries, then its inline patches.
func (l *locator) entries(file *kustomization.File) (state.Location, bool) {
	for _, said := range l.inside(file) {
		root := said.root
		for _, image := range said.images() {
			if scalar := l.imagesEntry(image); scalar != nil {
				return placeIn(file.Path, scalar.Line, scalar.Column), true
			}
		}
		for _, generator := range []string{"configMapGenerator", "secretGenerator"} {
			for _, entry := range document.Items(document.Get(root, generator)) {
				for _, literal := range document.Items(document.Get(entry, "literals")) {
					if l.isLiteral(document.Text(literal)) {
						return placeIn(file.Path, literal.Line, literal.Column), true
					}
				}
			}
		}
		for _, chart := range document.Items(document.Get(root, "helmCharts")) {
			if scalar := document.Get(chart, "version"); l.held.Artifact.Kind == artifact.Chart && scalar != nil &&
				document.Text(document.Get(chart, "name")) == l.held.Artifact.Name && document.Text(scalar) == l.held.Version.Tag {
				return placeIn(file.Path, scalar.Line, scalar.Column), true
			}
		}
		if found, ok := l.document(file.Path, file.Data, said); ok {
			return found, true
		}
	}
	return state.Location{}, false
}

// isLiteral reports whether a generator's literal, key=value, says the version: as an image, or as the tag
// that the key is all that is known of.
func (l *locator) isLiteral(literal string) bool {
	key, value, _ := strings.Cut(literal, "=")
	return l.says("value", value) || key == l.held.Artifact.Name && !l.byRepository && value == l.held.Version.Tag
}

// imagesEntry returns the scalar of an images entry that says the version, nil if it says another.
func (l *locator) imagesEntry(image image) *yaml.Node {
	if !l.isNamed(image.name) && !l.isNamed(image.newName) {
		return nil
	}
	entry := image.entry
	newName := document.Get(entry, "newName")
	if l.byRepository {
		if image.newName != "" && image.newName == l.held.Version.Repository {
			return newName
		}
		return nil
	}
	tag, digest := document.Get(entry, "newTag"), document.Get(entry, "digest")
	version := l.held.Version
	switch {
	case version.Digest != "" && !l.renamed && document.Text(digest) == version.Digest:
		return digest
	case version.Tag != "" && document.Text(tag)+document.Text(document.Get(entry, "tagSuffix")) == version.Tag:
		return tag
	case document.Text(tag) == "" && document.Text(document.Get(entry, "tagSuffix")) != "" &&
		strings.HasSuffix(version.Tag, document.Text(document.Get(entry, "tagSuffix"))):
		return document.Get(entry, "tagSuffix")
	case document.Text(tag) == "" && document.Text(digest) == "" && l.says("image", document.Text(newName)):
		return newName // some write the tag into the name
	}
	return nil
}

func (l *locator) isName(image string) bool {
	_, version, err := artifact.ParseImage(image)
	return err == nil && l.names[version.Repository]
}

// isNamed reports whether the artifact goes by a repository, if there is one.
func (l *locator) isNamed(repository string) bool { return repository != "" && l.names[repository] }

func (l *locator) isRepository(image string) bool {
	_, version, err := artifact.ParseImage(image)
	return err == nil && version.Repository == l.held.Version.Repository
}
