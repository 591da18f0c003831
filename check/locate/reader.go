package locate

import (
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Reader finds places, and keeps what it has read of the latest files: many versions may move in one. It is not safe
// for concurrent use.
type Reader struct {
	files          map[fileKey]*file
	kustomizations map[*kustomization.File][]*said
	bytes          int // of all of these
	given          map[givenTo]*given
	repositories   map[*kustomization.Closure]map[string][]string // by the name of an artifact
}

// mostBytes bounds the files that are kept parsed, and mostGiven the releases whose values are.
const (
	mostBytes = 4 << 20
	mostGiven = 32
)

// NewReader returns a reader that has read nothing yet.
func NewReader() *Reader {
	return &Reader{
		files: map[fileKey]*file{}, kustomizations: map[*kustomization.File][]*said{}, given: map[givenTo]*given{},
		repositories: map[*kustomization.Closure]map[string][]string{},
	}
}

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

	entries     []image // of a kustomization's images
	entriesRead bool
}

// says are the versions that a document says, in any form: where it stands does not tell which it has.
func (d *said) says(s form.Settings) []form.Found {
	if !d.isRead {
		found, _ := form.Object(d.root, s)
		d.found, d.isRead = slices.Concat(found, form.Values(d.root, true, s), form.Values(d.root, false, s), form.Chart(d.root)), true
	}
	return d.found
}

// images are the images entries of a kustomization. There may be as many as there are versions to look for in them.
func (d *said) images() []image {
	if !d.entriesRead {
		for _, field := range []string{"images", "imageTags"} {
			for _, entry := range document.Items(document.Get(d.root, field)) {
				d.entries = append(d.entries, newImage(entry))
			}
		}
		d.entriesRead = true
	}
	return d.entries
}

// image is an images entry, with the repositories that its names are; empty: it has no such name.
type image struct {
	entry         *yaml.Node
	name, newName string
}

func newImage(entry *yaml.Node) image {
	repository := func(field string) string {
		_, version, err := artifact.ParseImage(document.Text(document.Get(entry, field)))
		if err != nil {
			return ""
		}
		return version.Repository
	}
	return image{entry, repository("name"), repository("newName")}
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
	r.makeRoom(len(data))
	r.files[key] = f
	return f
}

// inside are the documents of a kustomization file: it may be one that a deployer makes, and that no tree has.
func (r *Reader) inside(f *kustomization.File) []*said {
	documents, known := r.kustomizations[f]
	if known {
		return documents
	}
	roots, _ := document.Parse(f.Data)
	for _, root := range roots {
		documents = append(documents, newSaid(root))
	}
	r.makeRoom(len(f.Data))
	r.kustomizations[f] = documents
	return documents
}

// makeRoom forgets what was parsed before, if there is too much of it with some more bytes.
func (r *Reader) makeRoom(bytes int) {
	if r.bytes += bytes; r.bytes > mostBytes {
		clear(r.files)
		clear(r.kustomizations)
		r.bytes = bytes
	}
}

// givenTo tells what a release is given in a tree.
type givenTo struct {
	tree    git.OID
	release *deploy.Release
}

// given is that, with the versions that are found in it.
type given struct {
	*deploy.Given
	found []form.Found
}

func (r *Reader) givenTo(t *tree.Tree, release *deploy.Release, s form.Settings) *given {
	key := givenTo{t.OID(), release}
	if known, ok := r.given[key]; ok {
		return known
	}
	g := &given{Given: release.Given(t)}
	if g.Root != nil {
		g.found = form.Values(g.Root, true, s)
	}
	if len(r.given) >= mostGiven {
		clear(r.given)
	}
	r.given[key] = g
	return g
}

// repositoriesOf are those that artifacts go by on their way through the layers of an overlay, by the artifact's name.
func (r *Reader) repositoriesOf(closure *kustomization.Closure) map[string][]string {
	repositories, known := r.repositories[closure]
	if known {
		return repositories
	}
	repositories = map[string][]string{}
	for repository, name := range kustomization.LogicalNames(closure.Files, func(string) bool { return true }) {
		repositories[name] = append(repositories[name], repository)
	}
	for _, file := range closure.Files {
		for _, entry := range file.Images {
			if a, version, err := artifact.ParseImage(entry.Name); err == nil {
				repositories[a.Name] = append(repositories[a.Name], version.Repository)
			}
		}
	}
	r.repositories[closure] = repositories
	return repositories
}
