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
	"sync"

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
	parts map[content][]part
	known map[question]reading
}

// New returns a reader for a repo of such forms.
func New(s form.Settings) *Reader {
	return &Reader{forms: s, parts: map[content][]part{}, known: map[question]reading{}}
}

// content is a file's content in a use.
type content struct {
	oid git.OID
	use
}

// part is a document of a content, which stands for itself.
type part struct{ kind, name string }

// question is what a part of a content comes down to for patches that mention some fields.
type question struct {
	content
	part      int
	mentioned string
}

// reading is what a part comes down to.
type reading struct {
	understood bool
	rest       [sha256.Size]byte // all that counts but its versions
	versions   string            // its tags and digests, in order, each on a line of its own, with the artifact that it is of if that is said
}

// Looked are the tags and digests that are looked for, with the names of the artifacts that each is looked for of; an empty
// name: of any. nil: all are.
type Looked map[string][]string

// has reports whether what stands on a line may be looked for.
func (l Looked) has(line string, renames bool) bool {
	text, name, _ := strings.Cut(line, " ")
	names, looked := l[text]
	return l == nil || looked && (renames || name == "" || slices.Contains(names, name) || slices.Contains(names, ""))
}

// mostKnown is how many answers are remembered.
const mostKnown = 1 << 15

// Change reports whether a change of a file that an overlay is built from leaves its versions as they are, as far
// as some tags and digests are looked for. The closure is that of one of the two sides, and the
// traits are its own.
func (r *Reader) Change(t *tree.Tree, c *kustomization.Closure, traits *Traits, change tree.Change, looked Looked) bool {
	if !traits.known {
		return false
	}
	uses := usesOf(c, change.Path)
	return len(uses) > 0 && !slices.ContainsFunc(uses, func(u use) bool {
		before, after := r.file(t, change.Path, change.Before, u), r.file(t, change.Path, change.After, u)
		parts := before.parts()
		return len(parts) == 0 || !slices.Equal(parts, after.parts()) || slices.ContainsFunc(indices(parts), func(i int) bool {
			mentioned := traits.mentionedIn(u.role, parts[i])
			return !before.read(i, mentioned).isLike(after.read(i, mentioned), looked, traits.renames)
		})
	})
}

func indices(parts []part) []int {
	numbers := make([]int, len(parts))
	for i := range parts {
		numbers[i] = i
	}
	return numbers
}

func (r reading) isLike(o reading, looked Looked, renames bool) bool {
	if !r.understood || !o.understood || r.rest != o.rest {
		return false
	}
	if r.versions == o.versions {
		return true
	}
	return slices.EqualFunc(strings.Split(r.versions, "\n"), strings.Split(o.versions, "\n"), func(a, b string) bool {
		return a == b || !looked.has(a, renames) && !looked.has(b, renames)
	})
}

// file is one side of a change.
type file struct {
	*Reader
	tree  *tree.Tree
	path  string
	entry tree.Entry
	use   use

	documents func() []*yaml.Node // none if one is not understood
}

func (r *Reader) file(t *tree.Tree, path string, entry tree.Entry, u use) *file {
	return &file{Reader: r, tree: t, path: path, entry: entry, use: u, documents: sync.OnceValue(func() []*yaml.Node { return documentsOf(t, path, entry) })}
}

// parts lists the parts of a file; none if it is not understood.
func (f *file) parts() []part {
	key := content{f.entry.OID, f.use}
	parts, ok := f.Reader.parts[key]
	if ok {
		return parts
	}
	switch f.use.role {
	case asVariables, asData, asKustomization:
		parts = []part{{}}
	default:
		for _, root := range f.documents() {
			parts = append(parts, part{document.Text(document.Get(root, "kind")), document.Text(document.Get(root, "metadata", "name"))})
		}
	}
	if len(f.Reader.parts) >= mostKnown {
		clear(f.Reader.parts)
	}
	f.Reader.parts[key] = parts
	return parts
}

// documentsOf are those of a file; none if one is not understood. What is written in JSON, or with anchors, is
// seldom enough to be rendered.
func documentsOf(t *tree.Tree, path string, entry tree.Entry) []*yaml.Node {
	data, err := t.Content(path, entry)
	if err != nil || bytes.ContainsAny(data, "\r\t") {
		return nil
	}
	roots, err := document.Parse(data)
	if err != nil || slices.ContainsFunc(roots, func(root *yaml.Node) bool { return root.Kind != yaml.MappingNode || !isPlain(root) }) {
		return nil
	}
	return roots
}

// read reads a part of a file.
func (f *file) read(part int, mentioned mentioned) reading {
	q := question{content{f.entry.OID, f.use}, part, mentioned.id}
	read, ok := f.known[q]
	if !ok {
		if len(f.known) >= mostKnown {
			clear(f.known)
		}
		w := writer{forms: f.forms, mentioned: mentioned}
		if f.write(&w, part) {
			read = reading{true, sha256.Sum256([]byte(w.text.String())), strings.Join(w.masked, "\n")}
		}
		f.known[q] = read
	}
	return read
}

// write writes a part down; false if it is not understood.
func (f *file) write(w *writer, part int) bool {
	switch f.use.role {
	case asVariables, asData:
		data, err := f.tree.Content(f.path, f.entry)
		if f.use.role == asVariables {
			return err == nil && w.environment(data)
		}
		return err == nil && w.entry(f.use.key, string(data))
	}
	roots := f.documents()
	if part >= len(roots) || f.use.role == asKustomization && len(roots) > 1 {
		return false
	}
	switch root := roots[part]; f.use.role {
	case asKustomization:
		w.kustomization(root)
	case asSealed:
		return w.sealed(root)
	default:
		w.object(root)
		kind := document.Text(document.Get(root, "kind"))
		if kind == "Application" || kind == "ApplicationSet" {
			return false // what Argo CD takes from files of the repo, too
		}
		return kind != "" && !strings.HasSuffix(kind, "List") && (!own[kind] || isAsExpected(root))
	}
	return true
}

// writer writes down what a part of a file comes down to.
type writer struct {
	forms     form.Settings
	mentioned mentioned
	text      strings.Builder
	foreign   bool     // it is of a kind that Kustomize knows nothing of
	masked    []string // the versions, in whose place the text has something else
	// instead reports whether a node is, or was, written down in another way.
	instead func(path []string, node *yaml.Node) bool
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
	if len(w.forms.Variables)+len(w.forms.Tags) > 0 || speaksOfImages(key) || speaksOfImages(value) {
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
