package deploy

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/flux"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
)

// Cache holds what files have in them that has to do with deploying, by the files' contents. Most have nothing.
type Cache map[git.OID]content

// content is that of one file.
type content struct {
	objects  []*yaml.Node
	argo     bool         // it may have applications of Argo CD in it, however that is written
	ofArgo   []*yaml.Node // those, and sets of them
	argoRead bool         // and those were looked for
	deploys  bool         // there are deployers in it, or a template makes some
	varies   bool         // with variables in them
	wanted   []flux.Ref   // ConfigMaps and Secrets that releases take values from
	brings   bool         // there may be some of those in it
	brought  []string     // their names; nil: not looked for yet
}

// Reader reads the deployers of trees. It is not safe for concurrent use.
type Reader struct {
	cache Cache
	self  Self
}

// NewReader returns a reader. Trees of one repository may share a cache.
func NewReader(cache Cache, self Self) *Reader { return &Reader{cache, self} }

// Self is the repository that is read.
func (r *Reader) Self() Self { return r.self }

// Found is what a tree has in it that has to do with deploying.
type Found struct {
	Deployers []*Deployer // in the order of their files
	// Wanted are the ConfigMaps and Secrets that the releases in a file take values from, by file.
	Wanted    map[string][]flux.Ref
	Deploying Deploying
	// Beyond is set where a set of applications may generate more of them than are known.
	Beyond bool

	in *reading
}

// Of finds what a tree has in it. The error is about a tree that cannot be read.
func (r *Reader) Of(t *tree.Tree) (*Found, error) {
	in := &reading{Reader: r, tree: t}
	found := &Found{Wanted: map[string][]flux.Ref{}, in: in}
	err := r.load(t, func(file string, of content) {
		if len(of.objects) > 0 {
			in.file(file, of.objects)
		}
		if len(of.wanted) > 0 {
			found.Wanted[file] = of.wanted
		}
		if of.deploys {
			found.Deploying.Files = append(found.Deploying.Files, file)
		}
		if of.varies {
			found.Deploying.Varied = append(found.Deploying.Varied, file)
		}
	})
	if err != nil {
		return nil, err
	}
	found.Deployers, found.Beyond = in.deployers(), in.beyond
	return found, nil
}

// In are the deployers that are written in some files of a tree, with the sources that are.
func (r *Reader) In(t *tree.Tree, files []string) []*Deployer {
	in := &reading{Reader: r, tree: t}
	for _, file := range files {
		found, err := t.Resolve(file)
		if err != nil || !found.Entry.Mode.IsFile() {
			continue
		}
		in.file(file, r.content(t, file, found.Entry).objects)
	}
	return in.deployers()
}

// mayBeOfArgo reports whether applications may be in a file. Most that name Argo CD only have its annotations.
func mayBeOfArgo(data []byte) bool {
	return bytes.Contains(data, []byte("argoproj.io/")) && (bytes.Contains(data, []byte("Application")) || hides(data))
}

// mostAhead is how many files are read at once.
const mostAhead = 256

// OfArgo are the documents of a file that are applications of Argo CD or sets of them.
func (r *Reader) OfArgo(t *tree.Tree, file string) []*yaml.Node {
	resolved, err := t.Resolve(file)
	if err != nil {
		return nil
	}
	of := r.content(t, file, resolved.Entry)
	if of.argo && !of.argoRead {
		data, err := t.Content(file, resolved.Entry)
		if err != nil {
			return nil
		}
		roots, _ := document.Parse(data)
		of.ofArgo, of.argoRead = slices.DeleteFunc(roots, func(root *yaml.Node) bool { return !argocd.Deploys(root) }), true
		r.cache[resolved.Entry.OID] = of
	}
	return of.ofArgo
}

// load reads all files of a tree that may have something in them.
func (r *Reader) load(t *tree.Tree, visit func(file string, of content)) error {
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
			visit(files[i], r.content(t, files[i], entries[i]))
		}
	}
	return nil
}

func mayHave(file string) bool {
	switch strings.ToLower(path.Ext(file)) {
	case ".yaml", ".yml", ".json", ".tpl":
		return true
	}
	return slices.Contains(kustomization.Names, path.Base(file))
}

// content is what a file has in it. A file that cannot be read has nothing: what is wrong with it shows where it is
// deployed.
func (r *Reader) content(t *tree.Tree, file string, entry tree.Entry) content {
	of, known := r.cache[entry.OID]
	if !known {
		if data, err := t.Content(file, entry); err == nil {
			of = content{wanted: wantedIn(data), brings: mayBring(data), argo: mayBeOfArgo(data)}
			of.readObjects(data)
		}
		r.cache[entry.OID] = of
	}
	return of
}

var (
	divider   = []byte("\n---")
	ofCluster = []byte("argocd.argoproj.io/secret-type")
	groups    = [][]byte{
		[]byte("fluxcd.io/"), []byte("argoproj.io/"), []byte("fluxcd.controlplane.io/"),
		[]byte("fleet.cattle.io/"), []byte("configsync.gke.io/"), []byte("kluctl.io/"), []byte("kappctrl.k14s.io/"), []byte("projectsveltos.io/"),
	}
	// ofGroups is the line of a document that says its API, by which those are told apart that are worth parsing: a
	// file with all of Flux in it has half a megabyte. A text that is written in another way than most, or stands for
	// another, may say it too.
	ofGroups = regexp.MustCompile(`apiVersion["']?\s*:\s*` + before + `(?:kustomize\.toolkit\.fluxcd\.io|helm\.toolkit\.fluxcd\.io|source\.toolkit\.fluxcd\.io|source\.extensions\.fluxcd\.io|fluxcd\.controlplane\.io|argoproj\.io|fleet\.cattle\.io|configsync\.gke\.io|gitops\.kluctl\.io|kappctrl\.k14s\.io|config\.projectsveltos\.io)/`)
	ofKinds  = regexp.MustCompile(`kind["']?\s*:\s*` + before + `(?:Kustomization|FluxInstance|GitRepository|OCIRepository|HelmRepository|Bucket|ArtifactGenerator|HelmRelease|HelmChart|Application|ApplicationSet|GitRepo|RootSync|RepoSync|KluctlDeployment|App|ClusterProfile|Profile)\b`)
	// hidden match a text that does not stand there to the letter. One expression for all takes a hundred times as long: only
	// what begins in one way is looked for by how it begins.
	hidden = []*regexp.Regexp{
		regexp.MustCompile(`apiVersion["']?\s*:\s*(?:\*|"[^"\n]*\\)`),
		regexp.MustCompile(`kind["']?\s*:\s*(?:\*|"[^"\n]*\\)`),
		regexp.MustCompile(`!!binary`),
	}
	// aliasAsKey matches a key that does not.
	aliasAsKey = regexp.MustCompile(`(?m)^\s*\*\S+\s+:`)
)

// before is what may stand before a text: an anchor, a tag, the head of a block and a quote.
const before = `(?:[&!]\S*\s+)*(?:[>|][-+0-9]*\s+)?["']?`

// ofRelease is the line of a document of Flux that is about a release of a chart.
var ofRelease = regexp.MustCompile(`(?m)^kind["']?\s*:\s*["']?HelmRelease\b`)

// readObjects reads the objects in a file that have to do with deploying.
func (c *content) readObjects(data []byte) {
	if !slices.ContainsFunc(groups, func(group []byte) bool { return bytes.Contains(data, group) }) {
		return
	}
	for _, part := range documentsIn(data) {
		first := len(c.objects)
		roots, _ := document.ParseAsJSON(part)
		for _, root := range roots {
			for _, object := range itemsOf(root) {
				if _, ok := readers[kindOf(object)]; ok || argocd.IsCluster(object) {
					c.objects = append(c.objects, object)
				}
			}
		}
		c.note(part, c.objects[first:])
	}
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
		if isDeployer(part) && !isInstalledFromElsewhere(part) || bytes.Contains(part, ofCluster) {
			above := bytes.Repeat([]byte("\n"), bytes.Count(data[:start], []byte("\n")))
			documents = append(documents, append(above, part...))
		}
		start = end
	}
	return documents
}

// isDeployer reports whether a document may be about something that deploys.
func isDeployer(document []byte) bool {
	return ofGroups.Match(document) && ofKinds.Match(document) || hides(document)
}

// hides reports whether a document may say its API or its kind otherwise than to the letter.
func hides(document []byte) bool {
	return slices.ContainsFunc(hidden, func(h *regexp.Regexp) bool { return h.Match(document) }) ||
		bytes.Contains(document, []byte("*")) && aliasAsKey.Match(document)
}

// isInstalledFromElsewhere reports whether a document is about a release of a chart that comes from no Git repository, as most do.
func isInstalledFromElsewhere(document []byte) bool {
	return ofRelease.Match(document) && !bytes.Contains(document, []byte("GitRepository")) && !bytes.Contains(document, []byte("chartRef"))
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
