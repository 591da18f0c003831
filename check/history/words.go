package history

import (
	"bytes"
	"cmp"
	"regexp"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/tree"
)

// words are the texts that are looked for in files: a version whose tag stands in no file of an overlay is not in
// what that renders to.
type words struct {
	texts   [][]byte
	numbers map[string]int
	in      map[git.OID]set // by content
}

// set is a set of words, by their numbers.
type set []uint64

func (s set) has(n int) bool { return s[n/64]&(1<<(n%64)) != 0 }
func (s set) add(n int)      { s[n/64] |= 1 << (n % 64) }

// mostContents is of how many contents it is remembered what they say.
const mostContents = 1 << 15

// composing are the words that tell that a tag may be put together from pieces, whole in no file.
var composing = []string{"tagSuffix", "ReplacementTransformer", substituting}

// substituting stands for variables that make a tag together with a text, or are cut to one, where a line speaks of versions.
const substituting = "\x00${}"

var substituted = regexp.MustCompile(`(?i)(?:image|tag|version|digest|chart|ref|revision)[^\n]*(?:[\w.+-]\$\{|\$\{\w+\}[\w.+-]|\$\{#|\$\{\w+(?:[#%/,^]|:\s*-?\d))`)

func newWords(versions []artifact.Version) *words {
	w := &words{numbers: map[string]int{}, in: map[git.OID]set{}}
	for _, text := range composing {
		w.add(text)
	}
	for _, version := range versions {
		w.add(wordOf(version))
		for _, tag := range version.Spellings() {
			w.add(tag)
		}
	}
	return w
}

func (w *words) add(text string) {
	if _, known := w.numbers[text]; !known && text != "" {
		w.numbers[text] = len(w.texts)
		w.texts = append(w.texts, []byte(text))
	}
}

// wordOf is what stands in a file that says a version; empty where that may be anything.
func wordOf(version artifact.Version) string {
	_, hex, _ := strings.Cut(version.Digest, ":") // some forms leave the algorithm out
	return cmp.Or(hex, version.Tag)
}

// mayHold reports whether a version may be in what a site renders to: its tag or digest stands in one of
// the files, or may be put together from pieces.
func (w *words) mayHold(s *site, version artifact.Version) bool {
	word := wordOf(version)
	number, known := w.numbers[word]
	if word == "" || !known || s.Closure.Composes() {
		return true
	}
	if s.said == nil {
		s.said = w.saidIn(s)
	}
	for n, text := range composing {
		// Variables are only put into what a deployer builds with some.
		if s.said.has(n) && (text != substituting || s.Edits.Substitution() != nil) {
			return true
		}
	}
	return s.said.has(number)
}

// saidIn are the words that stand anywhere in what a site is built from.
func (w *words) saidIn(s *site) set {
	said := w.none()
	for _, entry := range s.Closure.Texts(s.tree) {
		for i, more := range w.saidBy(s.tree, s.Dir, entry) {
			said[i] |= more
		}
	}
	for n, text := range w.texts {
		if strings.Contains(s.Edits.Key(), string(text)) {
			said.add(n)
		}
	}
	return said
}

func (w *words) none() set { return make(set, (len(w.texts)+63)/64) }

func (w *words) saidBy(t *tree.Tree, dir string, entry tree.Entry) set {
	if said, known := w.in[entry.OID]; known {
		return said
	}
	if len(w.in) >= mostContents {
		clear(w.in)
	}
	said := w.none()
	data, err := t.Content(dir, entry)
	for n, text := range w.texts {
		isMade := string(text) == substituting && bytes.Contains(data, []byte("${")) && substituted.Match(data)
		if err != nil || isMade || bytes.Contains(data, text) { // what cannot be read may say anything
			said.add(n)
		}
	}
	w.in[entry.OID] = said
	return said
}
