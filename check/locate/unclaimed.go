package locate

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// Text finds where a text stands that no form tells the place of: in the line of its file, if that is known; else
// where the files that the overlay is built from have it, first beside its key.
func Text(t *tree.Tree, o *overlay.Overlay, text state.Text) state.Location {
	if _, directory, found := strings.Cut(text.Value, "//"); found && text.Kind == unclaimed.Directory {
		text.Value, _, _ = strings.Cut(directory, " (") // the repository may be spelt in other ways
	}
	if name, _, isTo := strings.Cut(text.Value, " ("); text.Kind == unclaimed.Source || isTo && text.Kind == unclaimed.Directory {
		text.Value = path.Base(name) // which stands by itself, or in an address
	}
	isPut := slices.Contains([]unclaimed.Kind{unclaimed.Choice, unclaimed.Acts, unclaimed.Taken, unclaimed.Hidden}, text.Kind) // together of what stands in several lines
	if text.File == "" && (isPut || text.Value == "") {
		return state.MainLocation(o)
	}
	if isPut || text.Value == "" {
		return state.Location{Path: text.File, Line: text.Line, Column: min(text.Line, 1)}
	}
	if text.File != "" && text.Line > 0 {
		if data, err := t.ReadFile(text.File); err == nil {
			lines := strings.Split(string(data), "\n")
			if text.Line <= len(lines) {
				if before, _, found := strings.Cut(lines[text.Line-1], text.Value); found {
					return placeIn(text.File, text.Line, utf8.RuneCountInString(before)+1)
				}
			}
		}
	}
	key := text.Path[strings.LastIndexByte(text.Path, '.')+1:]
	files := slices.Concat(kustomizationFiles(o.Closure), o.Manifests, o.Layers, o.Closure.Read())
	for _, with := range []string{key, ""} {
		for _, file := range files {
			if found, ok := written(t, file, text.Value, with); ok {
				return found
			}
		}
	}
	return state.MainLocation(o)
}

// written finds a text in a line of a file that has another text as well.
func written(t *tree.Tree, file, text, with string) (state.Location, bool) {
	data, err := t.ReadFile(file)
	if err != nil {
		return state.Location{}, false
	}
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		if before, _, found := strings.Cut(line, text); found && strings.Contains(line, with) {
			return placeIn(file, number, utf8.RuneCountInString(before)+1), true
		}
	}
	return state.Location{}, false
}
