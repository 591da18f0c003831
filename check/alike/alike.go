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
	"slices"
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
	forms form.Settings
	known map[question]essence
}

// New returns a reader for a repo of such forms.
func New(s form.Settings) *Reader { return &Reader{forms: s, known: map[question]essence{}} }

// question is what a content comes down to in a role.
type question struct {
	content git.OID
	role    role
	key     string // of the ConfigMap's data
	open    bool
}

// essence is what a content comes down to.
type essence struct {
	understood bool
	rest       [sha256.Size]byte // all that counts but its versions
	versions   []string          // its tags and digests, in order
}

// mostKnown is how many answers are remembered.
const mostKnown = 1 << 15

// Change reports whether a change of a file that an overlay is built from leaves its versions as they are, as far
// as some tags and digests are looked for (nil: all are). The closure is that of one of the two sides, and the
// traits are its own.
func (r *Reader) Change(t *tree.Tree, c *kustomization.Closure, traits Traits, change tree.Change, looked map[string]bool) bool {
	if !traits.known {
		return false
	}
	uses := usesOf(c, change.Path)
	for _, use := range uses {
		before, after := r.essence(t, change.Path, change.Before, use, traits), r.essence(t, change.Path, change.After, use, traits)
		if !before.isLike(after, looked) {
			return false
		}
	}
	return len(uses) > 0
}

func (e essence) isLike(o essence, looked map[string]bool) bool {
	return e.understood && o.understood && e.rest == o.rest && slices.EqualFunc(e.versions, o.versions, func(a, b string) bool {
		return a == b || looked != nil && !looked[a] && !looked[b]
	})
}

// essence is what a file comes down to in a use.
func (r *Reader) essence(t *tree.Tree, path string, entry tree.Entry, u use, traits Traits) essence {
	q := question{entry.OID, u.role, u.key, traits.open}
	if known, ok := r.known[q]; ok {
		return known
	}
	if len(r.known) >= mostKnown {
		clear(r.known)
	}
	w := writer{forms: r.forms, open: traits.open}
	var found essence
	if data, err := t.Content(path, entry); err == nil && w.file(data, u) {
		found = essence{true, sha256.Sum256([]byte(w.text.String())), w.masked}
	}
	r.known[q] = found
	return found
}

// writer writes down what a content comes down to.
type writer struct {
	forms  form.Settings
	open   bool // lists of variables may be left out as a whole
	text   strings.Builder
	masked []string // the versions, in whose place the text has something else
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

var isName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

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
