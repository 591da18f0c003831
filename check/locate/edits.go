package locate

import (
	"cmp"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/state"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// edits searches what a deployer puts into the kustomization of what it deploys.
func (l *locator) edits(edits *kustomization.Edits) (state.Location, bool) {
	if edits == nil {
		return state.Location{}, false
	}
	for _, written := range edits.Written {
		if found, ok := l.written(written); ok {
			return found, true
		}
	}
	return state.Location{}, false
}

func (l *locator) written(w kustomization.Written) (state.Location, bool) {
	if found, ok := l.set(w); ok {
		return found, true
	}
	return l.text(w.Path)
}

// set finds the place among what is set there.
func (l *locator) set(w kustomization.Written) (state.Location, bool) {
	for _, image := range document.Items(document.Get(w.Settings, "images")) {
		scalar := l.imagesEntry(newImage(image))
		if scalar == nil && l.isSet(document.Text(image)) {
			scalar = image
		}
		if scalar != nil {
			path, from := from(w, scalar, cmp.Or(l.held.Version.Digest, l.held.Version.Tag))
			return placeIn(path, from.Line, from.Column), true
		}
	}
	data, err := l.tree.ReadFile(w.Path)
	if err != nil {
		return state.Location{}, false
	}
	return l.document(w.Path, data, newSaid(w.Root))
}

// from is where a scalar of some settings comes from that says a text.
func from(w kustomization.Written, scalar *yaml.Node, text string) (string, *yaml.Node) {
	if w.Origin == nil {
		return w.Path, scalar
	}
	return w.Origin(scalar, text)
}

// isSet reports whether what the command takes that sets an image says the version.
func (l *locator) isSet(argument string) bool {
	name, reference, renames := strings.Cut(argument, "=")
	if !renames {
		return l.says("image", argument)
	}
	if !l.isName(name) {
		return false
	}
	if strings.HasPrefix(reference, kustomization.Keep) {
		reference = name + strings.TrimPrefix(reference, kustomization.Keep)
	}
	reference = strings.TrimSuffix(reference, ":"+kustomization.Keep)
	return l.says("image", reference) || l.byRepository && l.isRepository(reference)
}
