// Package alike tells of a file that differs between two trees whether the versions that an overlay renders to
// can differ for it, without rendering. Most changes are of what programs are told, and of how much they get:
// those move no version.
//
// It says yes only where it knows: of a file whose role in the kustomization it understands, of a kind of
// object that it knows, with the same shape on both sides. What is left out of the comparison are texts that
// decide neither what Kustomize does nor which artifact an object runs, and tags and digests which nobody
// looks for: one of those in the place of another only says that something else still runs there.
package alike

import (
	"bytes"
	"crypto/sha256"
	"regexp"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Reader compares files. It is not safe for concurrent use.
type Reader struct {
	forms  form.Settings
	looked map[string]bool // the tags and digests that are looked for
	known  map[question]digest
}

// New returns a reader for a repo of such forms, for a search for some tags and digests; nil: for all.
func New(s form.Settings, looked map[string]bool) *Reader {
	return &Reader{forms: s, looked: looked, known: map[question]digest{}}
}

// question is what a content comes down to in a role.
type question struct {
	content git.OID
	role    role
	key     string // of the ConfigMap's data
	open    bool
}

// digest is what a content comes down to; zero where that is not known.
type digest [sha256.Size]byte

// mostKnown is how many answers are remembered.
const mostKnown = 1 << 15

// Change reports whether a change of a file that an overlay is built from leaves its versions as they are. The
// closure is that of one of the two sides, and traits are its own.
func (r *Reader) Change(t *tree.Tree, c *kustomization.Closure, traits Traits, change tree.Change) bool {
	if !traits.known {
		return false
	}
	uses := usesOf(c, change.Path)
	for _, use := range uses {
		before, after := r.reduced(t, change.Path, change.Before, use, traits), r.reduced(t, change.Path, change.After, use, traits)
		if before != after || before == (digest{}) {
			return false
		}
	}
	return len(uses) > 0
}

// reduced is what a file comes down to in a use.
func (r *Reader) reduced(t *tree.Tree, path string, entry tree.Entry, u use, traits Traits) digest {
	q := question{entry.OID, u.role, u.key, traits.open}
	if known, ok := r.known[q]; ok {
		return known
	}
	if len(r.known) >= mostKnown {
		clear(r.known)
	}
	w := writer{Reader: r, open: traits.open}
	data, err := t.Content(path, entry)
	ok := err == nil && w.file(data, u)
	if ok {
		r.known[q] = sha256.Sum256([]byte(w.text.String()))
	} else {
		r.known[q] = digest{}
	}
	return r.known[q]
}

// writer writes down what a content comes down to.
type writer struct {
	*Reader
	open bool // lists of variables may be left out as a whole
	text strings.Builder
}

// file reports whether a file could be written down.
func (w *writer) file(data []byte, u use) bool {
	switch u.role {
	case asVariables:
		return w.environment(data)
	case asData:
		return w.entry(u.key, string(data))
	}
	// An object that is written in JSON, or with anchors, is seldom enough to be rendered.
	if bytes.ContainsAny(data, "\r\t") {
		return false
	}
	roots, err := document.Parse(data)
	if err != nil || len(roots) == 0 {
		return false
	}
	for _, root := range roots {
		if !isPlain(root) || root.Kind != yaml.MappingNode {
			return false
		}
		if u.role == asKustomization {
			w.kustomization(root)
		} else {
			w.object(root)
		}
	}
	return true
}

// environment writes down the names of variables.
func (w *writer) environment(data []byte) bool {
	if bytes.ContainsAny(data, "\r\x00\\'\"") {
		return false
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, _ := strings.Cut(line, "=")
		if !isName.MatchString(name) || seen[name] || !strings.Contains(line, "=") || !w.entry(name, value) {
			return false
		}
		seen[name] = true
	}
	return true
}

// entry writes down an entry of a ConfigMap's or a Secret's data, if nothing in it speaks of an image.
func (w *writer) entry(key, value string) bool {
	if len(w.forms.Variables) > 0 || speaksOfImages(key) || speaksOfImages(value) {
		return false
	}
	w.say("entry", key)
	return true
}

func speaksOfImages(text string) bool { return ofImages.MatchString(text) }

// ofImages matches what forms take for the name of an image or its tag, and more. Staging is none.
var ofImages = regexp.MustCompile(`(?i)image|docker|(?:^|[^s])tag`)

func (w *writer) say(texts ...string) {
	for _, text := range texts {
		w.text.WriteString(quoted(text))
	}
}
