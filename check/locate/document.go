package locate

import (
	"path"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/state"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// file searches a manifest or patch.
func (l *locator) file(path string) (state.Location, bool) {
	f := l.parsed(l.tree, l.config, path)
	if f == nil {
		return state.Location{}, false
	}
	for _, d := range f.documents {
		if !l.isFor(d) {
			continue
		}
		if found, ok := l.document(path, f.data, d); ok {
			return found, true
		}
	}
	return state.Location{}, false
}

// document searches a document for what says the version: an image reference, also within scalars that
// hold YAML of their own, as inline patches do; or whatever says it in another form.
func (l *locator) document(path string, data []byte, d *said) (found state.Location, ok bool) {
	if d.identity.Kind == "ImageTagTransformer" {
		if scalar := l.imagesEntry(newImage(document.Get(d.root, "imageTag"))); scalar != nil {
			return placeIn(path, scalar.Line, scalar.Column), true
		}
	}
	if scalar := l.inForm(d); scalar != nil {
		if within, ok := l.inline(path, data, scalar, true); ok {
			return within, true
		}
		return placeIn(path, scalar.Line, scalar.Column), true
	}
	document.Scalars(d.root, func(key string, scalar *yaml.Node) bool {
		if l.says(key, scalar.Value) {
			found, ok = placeIn(path, scalar.Line, scalar.Column), true
		} else if isBlock(scalar) {
			found, ok = l.inline(path, data, scalar, false)
		}
		return !ok
	})
	return found, ok
}

// inForm returns the scalar that says the version in one of the forms that objects and values have, or
// in a patch of such an object, which need not say what the version is of.
func (l *locator) inForm(d *said) *yaml.Node {
	for _, found := range d.says(l.settings) {
		switch {
		case len(found.Scalars) == 0 || !l.isHeld(found):
		case l.byRepository && found.Version.Repository == l.held.Version.Repository:
			return found.Scalars[len(found.Scalars)-1]
		case !l.byRepository && found.Version == l.held.Version:
			return found.Scalars[0]
		}
	}
	if l.byRepository {
		return nil
	}
	return l.inPatch(d)
}

// inPatch returns the scalar that is the version by itself: of a JSON patch, or of a patch or values for
// the kind of object that holds the version. What has a digest as well as a tag is edited by its digest.
func (l *locator) inPatch(d *said) *yaml.Node {
	isOfKind := strings.Contains(l.held.Slot.Object, "/"+d.identity.Kind+"/")
	for _, text := range []string{l.held.Version.Digest, l.held.Version.Tag} {
		var patched *yaml.Node
		says := func(key string, scalar *yaml.Node) bool {
			if patched == nil && form.SaysVersion(key) && text != "" && document.Text(scalar) == text {
				patched = scalar
			}
			return patched == nil
		}
		for _, operation := range document.Items(d.root) {
			says(path.Base(document.Text(document.Get(operation, "path"))), document.Get(operation, "value"))
		}
		if isOfKind {
			document.Scalars(d.root, says)
		}
		if patched != nil {
			return patched
		}
	}
	return nil
}

// isHeld reports whether what was found is of the artifact that is held; in a strict search, also in
// the same place. Values without their chart name no more than the end of the place and artifact.
func (l *locator) isHeld(found form.Found) bool {
	held := l.held.Artifact
	return found.Artifact.Kind == held.Kind && (!l.strict || strings.HasSuffix(l.held.Slot.Part, found.Part)) &&
		(held.Kind == artifact.Image && found.Version.Repository != "" ||
			found.Artifact.Name == held.Name || strings.HasSuffix(held.Name, "/"+found.Artifact.Name))
}

// isFor reports whether a document may be for the object that holds the version, in a strict search:
// patches in JSON do not say what they are for.
func (l *locator) isFor(d *said) bool {
	object := d.identity
	return !l.strict || object.Kind == document.KindFile ||
		strings.HasPrefix(l.held.Slot.Object, object.Group+"/"+object.Kind+"/") && strings.HasSuffix(l.held.Slot.Object, "/"+object.Name)
}

// says reports whether the scalar under a key is an image reference that says the version: that of a
// container or volume, or the value of a JSON patch.
func (l *locator) says(key, image string) bool {
	if key != "image" && key != "reference" && key != "value" {
		return false
	}
	_, version, err := artifact.ParseImage(image)
	if err != nil || !l.names[version.Repository] {
		return false
	}
	if l.byRepository {
		return version.Repository == l.held.Version.Repository
	}
	return version.Tag == l.held.Version.Tag && version.Digest == l.held.Version.Digest
}
