package deploy

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/tree"
)

// Cache holds the objects in files that have to do with deploying, by the files' contents. Most have none.
type Cache map[git.OID][]*yaml.Node

// Reader reads the deployers of trees. It is not safe for concurrent use.
type Reader struct {
	cache Cache
	self  Self
}

// NewReader returns a reader. Trees of one repository may share a cache.
func NewReader(cache Cache, self Self) *Reader { return &Reader{cache, self} }

// Of are the deployers of a tree, in the order of their files. The error is about a tree that cannot be read.
func (r *Reader) Of(t *tree.Tree) ([]*Deployer, error) {
	in := &reading{Reader: r, tree: t}
	if err := r.load(t, in.file); err != nil {
		return nil, err
	}
	return in.deployers(), nil
}

// In are the deployers that are written in some files of a tree, with the sources that are.
func (r *Reader) In(t *tree.Tree, files []string) []*Deployer {
	in := &reading{Reader: r, tree: t}
	for _, file := range files {
		found, err := t.Resolve(file)
		if err != nil || !found.Entry.Mode.IsFile() {
			continue
		}
		in.file(file, r.objects(t, file, found.Entry))
	}
	return in.deployers()
}

// mostAhead is how many files are read at once.
const mostAhead = 256

// load reads all files of a tree that may have deployers in them, and hands on those that do.
func (r *Reader) load(t *tree.Tree, visit func(file string, objects []*yaml.Node)) error {
	var files []string
	var entries []tree.Entry
	err := t.Walk(".", func(file string, entry tree.Entry) error {
		if mayHave(file) && entry.Mode.IsFile() && !entry.Mode.IsSymlink() {
			files, entries = append(files, file), append(entries, entry)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for first := 0; first < len(files); first += mostAhead {
		last := min(first+mostAhead, len(files))
		ahead := tree.Files{Tree: t}
		for i := first; i < last; i++ {
			if _, known := r.cache[entries[i].OID]; !known {
				ahead.Paths = append(ahead.Paths, files[i])
			}
		}
		if err := tree.Prefetch(ahead); err != nil {
			return err
		}
		for i := first; i < last; i++ {
			if objects := r.objects(t, files[i], entries[i]); len(objects) > 0 {
				visit(files[i], objects)
			}
		}
	}
	return nil
}

func mayHave(file string) bool {
	switch strings.ToLower(path.Ext(file)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// objects are those in a file that have to do with deploying. A file that cannot be read has none: what is wrong with it
// shows where it is deployed.
func (r *Reader) objects(t *tree.Tree, file string, entry tree.Entry) []*yaml.Node {
	objects, known := r.cache[entry.OID]
	if !known {
		if data, err := t.Content(file, entry); err == nil {
			objects = objectsIn(data)
		}
		r.cache[entry.OID] = objects
	}
	return objects
}

var (
	divider = []byte("\n---")
	groups  = [][]byte{[]byte("fluxcd.io/"), []byte("argoproj.io/"), []byte("fluxcd.controlplane.io/")}
	// ofGroups is the line of a document that says its API, by which those are told apart that are worth parsing: a
	// file with all of Flux in it has half a megabyte.
	ofGroups = regexp.MustCompile(`apiVersion["']?\s*:\s*["']?(?:kustomize\.toolkit\.fluxcd\.io|source\.toolkit\.fluxcd\.io|source\.extensions\.fluxcd\.io|fluxcd\.controlplane\.io|argoproj\.io)/`)
	ofKinds  = regexp.MustCompile(`kind["']?\s*:\s*["']?(?:Kustomization|FluxInstance|GitRepository|ArtifactGenerator|Application|ApplicationSet)\b`)
)

// objectsIn are the objects in a file that have to do with deploying.
func objectsIn(data []byte) []*yaml.Node {
	if !slices.ContainsFunc(groups, func(group []byte) bool { return bytes.Contains(data, group) }) {
		return nil
	}
	var objects []*yaml.Node
	for _, part := range documentsIn(data) {
		roots, _ := document.Parse(part)
		for _, root := range roots {
			for _, object := range itemsOf(root) {
				if _, ok := readers[kindOf(object)]; ok {
					objects = append(objects, object)
				}
			}
		}
	}
	return objects
}

// documentsIn are the documents of a file that are worth parsing, each with as many lines before it as it has there.
func documentsIn(data []byte) [][]byte {
	var documents [][]byte
	for start := 0; start < len(data); {
		end := len(data)
		if at := bytes.Index(data[start+1:], divider); at >= 0 {
			end = start + 1 + at + 1
		}
		part := data[start:end]
		if ofGroups.Match(part) && ofKinds.Match(part) {
			above := bytes.Repeat([]byte("\n"), bytes.Count(data[:start], []byte("\n")))
			documents = append(documents, append(above, part...))
		}
		start = end
	}
	return documents
}

// itemsOf are the objects of a list, or the one that a document is.
func itemsOf(root *yaml.Node) []*yaml.Node {
	if items := document.Items(document.Get(root, "items")); len(items) > 0 && strings.HasSuffix(document.Text(document.Get(root, "kind")), "List") {
		return items
	}
	return []*yaml.Node{root}
}

// kindOf is an object's group and kind.
func kindOf(root *yaml.Node) string {
	group, _, _ := strings.Cut(document.Text(document.Get(root, "apiVersion")), "/")
	return group + "/" + document.Text(document.Get(root, "kind"))
}
