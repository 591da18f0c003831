package locate

import (
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/state"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// isVersion reports whether the scalar under a key is the version by itself.
func (l *locator) isVersion(key, text string) bool {
	return form.SaysVersion(key) && !l.byRepository && text != "" && (text == l.held.Version.Tag || text == l.held.Version.Digest)
}

// inline searches the YAML in a block scalar, whose lines are those of the file after the scalar's. Where
// it is known to say the version, it need not be for the object that holds it.
func (l *locator) inline(path string, data []byte, scalar *yaml.Node, isKnown bool) (found state.Location, ok bool) {
	documents, err := document.Parse([]byte(scalar.Value))
	if err != nil || !isBlock(scalar) {
		return state.Location{}, false
	}
	lines := strings.Split(string(data), "\n")
	for _, root := range documents {
		d := newSaid(root)
		if !isKnown && !l.isFor(d) {
			continue
		}
		inner := l.inForm(d)
		if inner == nil && d.identity.Kind == "ImageTagTransformer" {
			inner = l.imagesEntry(newImage(document.Get(root, "imageTag")))
		}
		document.Scalars(root, func(key string, scalar *yaml.Node) bool {
			if inner == nil && (l.says(key, scalar.Value) || isKnown && l.isVersion(key, scalar.Value)) {
				inner = scalar
			}
			return inner == nil
		})
		if inner == nil || scalar.Line+inner.Line > len(lines) {
			continue
		}
		line := scalar.Line + inner.Line
		// The block is indented in the file, by less than where it starts to say something.
		runes := []rune(lines[line-1])
		start := min(indent(lines[scalar.Line])-indent(scalar.Value)+inner.Column-1, len(runes))
		if before, _, written := strings.Cut(string(runes[max(start, 0):]), inner.Value); written {
			before = strings.TrimRight(before, `"'`) // quotes are part of the scalar
			return placeIn(path, line, max(start, 0)+len([]rune(before))+1), true
		}
	}
	return state.Location{}, false
}

// isBlock reports whether a scalar's text stands on lines of its own.
func isBlock(scalar *yaml.Node) bool { return scalar.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 }

// indent counts the spaces that a text starts with.
func indent(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }
