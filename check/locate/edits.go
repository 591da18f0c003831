package locate

import (
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/state"
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
	for _, image := range document.Items(document.Get(w.Settings, "images")) {
		scalar := l.imagesEntry(image)
		if scalar == nil && l.isSet(document.Text(image)) {
			scalar = image
		}
		if scalar != nil {
			return placeIn(w.Path, scalar.Line, scalar.Column), true
		}
	}
	data, err := l.tree.ReadFile(w.Path)
	if err != nil {
		return state.Location{}, false
	}
	if found, ok := l.document(w.Path, data, w.Root); ok {
		return found, true
	}
	return l.text(w.Path)
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
