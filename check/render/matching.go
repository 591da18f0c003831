package render

import (
	"strings"

	"github.com/promocheck/promocheck/check/kustomization"
)

// imagesField is the field of images entries.
const imagesField kustomization.Field = "images"

// matchingImages tells which images entries may match an image of some documents, or one that another such entry makes.
func matchingImages(documents map[*resources][]int, files map[*kustomization.File]fields) map[step]bool {
	words := map[string]bool{}
	for file, indices := range documents {
		for _, index := range indices {
			for word := range strings.FieldsFuncSeq(file.documents[index], noWord) {
				words[word] = true
			}
		}
	}
	matching := map[step]bool{}
	for grown := true; grown; {
		grown = false
		for file, all := range files {
			entries, _ := all[imagesField].([]any)
			for i, entry := range entries {
				at := step{file, imagesField, i}
				image, _ := entry.(map[string]any)
				if matching[at] || !mayMatch(image, words) {
					continue
				}
				matching[at], grown = true, true
				for _, made := range image {
					text, _ := made.(string)
					for word := range strings.FieldsFuncSeq(text, noWord) {
						words[word] = true
					}
				}
			}
		}
	}
	return matching
}

// mayMatch reports whether an images entry may match an image in a text that has some words. Kustomize takes its name for a
// regular expression. Where the end of its path is a word, that matches itself alone, and stands in the image as a word, too.
func mayMatch(image map[string]any, words map[string]bool) bool {
	name, _ := image["name"].(string)
	if _, suffixed := image["tagSuffix"]; suffixed || strings.ContainsFunc(name, isPattern) {
		return true
	}
	last := name[strings.LastIndexByte(name, '/')+1:]
	if end := strings.IndexAny(last, ":@"); end >= 0 {
		last = last[:end]
	}
	return last == "" || strings.ContainsFunc(last, noWord) || words[last]
}

// isPattern reports whether a regular expression may mean something else than itself by a character. A point may be any other.
func isPattern(r rune) bool { return noWord(r) && !strings.ContainsRune("./:@", r) }

// noWord reports whether a character ends a word.
func noWord(r rune) bool {
	return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}
