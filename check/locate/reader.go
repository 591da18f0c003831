package locate

import (
	"slices"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Reader finds places, and keeps what it has read of the latest files: many versions may move in one. It is not safe
// for concurrent use.
type Reader struct {
	files map[fileKey]*file
	bytes int // of all of them
}

// mostBytes bounds the files that are kept parsed.
const mostBytes = 4 << 20

// NewReader returns a reader that has read nothing yet.
func NewReader() *Reader { return &Reader{files: map[fileKey]*file{}} }

// fileKey is all that decides what is read in a file.
type fileKey struct {
	tree   git.OID
	path   string
	config *config.Config
}

// file is one that was parsed.
type file struct {
	path      string
	data      []byte
	documents []*said
}

// said is a document of a file, and what versions it says.
type said struct {
	root     *yaml.Node
	identity document.Identity
	found    []form.Found
	isRead   bool
}

// says are the versions that a document says, in any form: where it stands does not tell which it has.
func (d *said) says(s form.Settings) []form.Found {
	if !d.isRead {
		found, _ := form.Object(d.root, s)
		d.found, d.isRead = slices.Concat(found, form.Values(d.root, true, s), form.Values(d.root, false, s), form.Chart(d.root)), true
	}
	return d.found
}

func newSaid(root *yaml.Node) *said {
	return &said{root: root, identity: document.Identify(root, "")}
}

// parsed is a file that was parsed; nil if it cannot be read.
func (r *Reader) parsed(t *tree.Tree, c *config.Config, path string) *file {
	key := fileKey{t.OID(), path, c}
	known, ok := r.files[key]
	if ok {
		return known
	}
	data, err := t.ReadFile(path)
	if err != nil {
		return nil
	}
	documents, _ := state.ReadLayer(path, data)
	if len(documents) == 1 && documents[0].Kind == yaml.ScalarNode {
		documents, _ = form.Variables(data) // a file of variables need not be called one
	}
	f := &file{path: path, data: data}
	for _, root := range documents {
		f.documents = append(f.documents, newSaid(root))
	}
	if r.bytes += len(data); r.bytes > mostBytes {
		clear(r.files)
		r.bytes = len(data)
	}
	r.files[key] = f
	return f
}
