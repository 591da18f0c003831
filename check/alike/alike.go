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
}

// essence is what a content comes down to: an understood one, or nothing.
type essence []part

// part is a document of a content, in three ways of being read.
type part struct {
	kind, name string
	readings   [freely + 1]reading
}

// How a document is read depends on what patches may count on in it.
const (
	strictly = iota // JSON patches may: everything has to stay where it is
	openly          // others may: what they merge by name may come and go
	freely          // none does: only what is found in it matters
)

// reading is what a document comes down to.
type reading struct {
	rest     [sha256.Size]byte // all that counts but its versions
	versions string            // its tags and digests, in order, each with a line of its own
}

// mostKnown is how many answers are remembered.
const mostKnown = 1 << 14

// Change reports whether a change of a file that an overlay is built from leaves its versions as they are, as far
// as some tags and digests are looked for (nil: all are). The closure is that of one of the two sides, and the
// traits are its own.
func (r *Reader) Change(t *tree.Tree, c *kustomization.Closure, traits Traits, change tree.Change, looked map[string]bool) bool {
	if !traits.known {
		return false
	}
	uses := usesOf(c, change.Path)
	for _, use := range uses {
		before, after := r.essence(t, change.Path, change.Before, use), r.essence(t, change.Path, change.After, use)
		if len(before) == 0 || !slices.EqualFunc(before, after, func(a, b part) bool { return a.isLike(b, traits.reading(use.role, a), looked) }) {
			return false
		}
	}
	return len(uses) > 0
}

func (p part) isLike(o part, way int, looked map[string]bool) bool {
	a, b := p.readings[way], o.readings[way]
	if p.kind != o.kind || p.name != o.name || a.rest != b.rest {
		return false
	}
	if a.versions == b.versions {
		return true
	}
	return slices.EqualFunc(strings.Split(a.versions, "\n"), strings.Split(b.versions, "\n"), func(a, b string) bool {
		return a == b || looked != nil && !looked[a] && !looked[b]
	})
}

// essence is what a file comes down to in a use.
func (r *Reader) essence(t *tree.Tree, path string, entry tree.Entry, u use) essence {
	q := question{entry.OID, u.role, u.key}
	if known, ok := r.known[q]; ok {
		return known
	}
	if len(r.known) >= mostKnown {
		clear(r.known)
	}
	var found essence
	if data, err := t.Content(path, entry); err == nil {
		found = r.read(data, u)
	}
	r.known[q] = found
	return found
}

// read reads a file; nil if it is not understood.
func (r *Reader) read(data []byte, u use) essence {
	switch u.role {
	case asVariables:
		return r.plain(func(w *writer) bool { return w.environment(data) })
	case asData:
		return r.plain(func(w *writer) bool { return w.entry(u.key, string(data)) })
	}
	// What is written in JSON, or with anchors, is seldom enough to be rendered.
	if bytes.ContainsAny(data, "\r\t") {
		return nil
	}
	roots, err := document.Parse(data)
	if err != nil {
		return nil
	}
	var found essence
	for _, root := range roots {
		if !isPlain(root) || root.Kind != yaml.MappingNode {
			return nil
		}
		var one essence
		switch u.role {
		case asKustomization:
			one = r.plain(func(w *writer) bool { w.kustomization(root); return true })
		case asSealed:
			one = r.sealed(root)
		default:
			one = r.object(root)
		}
		if one == nil {
			return nil
		}
		found = append(found, one...)
	}
	return found
}

// plain is read in one way only.
func (r *Reader) plain(write func(*writer) bool) essence {
	w := writer{forms: r.forms}
	if !write(&w) {
		return nil
	}
	only := w.reading()
	return essence{{readings: [freely + 1]reading{only, only, only}}}
}

// object reads an object, or a patch of one.
func (r *Reader) object(root *yaml.Node) essence {
	p := part{kind: document.Text(document.Get(root, "kind")), name: document.Text(document.Get(root, "metadata", "name"))}
	for way := range p.readings {
		w := writer{forms: r.forms, open: way != strictly}
		if way == freely && p.isAlone() {
			w.found(root)
		} else {
			w.object(root)
		}
		p.readings[way] = w.reading()
	}
	return essence{p}
}

// isAlone reports whether a part is one object.
func (p part) isAlone() bool {
	return p.kind != "" && p.name != "" && !strings.HasSuffix(p.kind, "List")
}

// sealed reads an object whose values are encrypted, for a generator that is not run.
func (r *Reader) sealed(root *yaml.Node) essence {
	if kind := document.Text(document.Get(root, "kind")); kind != "Secret" && kind != "ConfigMap" || document.Get(root, "sops", "mac") == nil {
		return nil
	}
	return r.plain(func(w *writer) bool { w.found(root); return true })
}

// writer writes down what a content comes down to.
type writer struct {
	forms  form.Settings
	open   bool // lists of variables may be left out as a whole
	text   strings.Builder
	masked []string // the versions, in whose place the text has something else
}

func (w *writer) reading() reading {
	return reading{sha256.Sum256([]byte(w.text.String())), strings.Join(w.masked, "\n")}
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
