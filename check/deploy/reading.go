package deploy

import (
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// readers say by group and kind how an object is read. What has none is only looked up by others.
var readers = map[string]func(*reading, written) []*Deployer{
	"kustomize.toolkit.fluxcd.io/Kustomization":     (*reading).kustomization,
	"fluxcd.controlplane.io/FluxInstance":           (*reading).instance,
	"helm.toolkit.fluxcd.io/HelmRelease":            (*reading).release,
	"source.toolkit.fluxcd.io/HelmChart":            nil,
	"source.toolkit.fluxcd.io/GitRepository":        nil,
	"source.toolkit.fluxcd.io/OCIRepository":        nil,
	"source.toolkit.fluxcd.io/HelmRepository":       nil,
	"source.toolkit.fluxcd.io/Bucket":               nil,
	"source.extensions.fluxcd.io/ArtifactGenerator": nil,
	"argoproj.io/Application":                       (*reading).applications,
	"argoproj.io/ApplicationSet":                    (*reading).applications,

	"fleet.cattle.io/GitRepo":                 (*reading).unfollowed,
	"configsync.gke.io/RootSync":              (*reading).unfollowed,
	"configsync.gke.io/RepoSync":              (*reading).unfollowed,
	"gitops.kluctl.io/KluctlDeployment":       (*reading).unfollowed,
	"kappctrl.k14s.io/App":                    (*reading).unfollowed,
	"config.projectsveltos.io/ClusterProfile": (*reading).unfollowed,
	"config.projectsveltos.io/Profile":        (*reading).unfollowed,
}

// cluster is how what makes a cluster of Argo CD's is kept, of whatever kind it is.
const cluster = "cluster"

// reading reads one tree.
type reading struct {
	*Reader
	tree    *tree.Tree
	written []written
	byKind  map[string][]written
	repo    *argocd.Repo // nil until Argo CD is asked
	asked   []Named      // the objects that decide what one takes in that is being read
	beyond  bool         // a set may generate more than is known
}

// written is an object, and where it stands.
type written struct {
	root *yaml.Node
	file string
	line int // of an object that is built, that of its name in the file; 0: its own says it
}

func (w written) text(keys ...string) string { return document.Text(document.Get(w.root, keys...)) }

func (w written) id() ID {
	return ID{w.text("kind"), w.text("metadata", "namespace"), w.text("metadata", "name")}
}

func (w written) named() Named { return Named{w.id(), w.file} }

// deployer is the object as one that deploys, with the line of its name.
func (w written) deployer(sources ...Source) *Deployer {
	d := &Deployer{ID: w.id(), File: w.file, Line: w.root.Line, Sources: sources, root: w.root}
	if name := document.Get(w.root, "metadata", "name"); name != nil {
		d.Line = name.Line
	}
	if w.line > 0 {
		d.Line = w.line
	}
	return d
}

func (r *reading) file(file string, objects []*yaml.Node) {
	if r.byKind == nil {
		r.byKind = map[string][]written{}
	}
	for _, object := range objects {
		w := written{root: object, file: file}
		kind := kindOf(object)
		if argocd.IsCluster(object) {
			kind = cluster
		}
		r.written, r.byKind[kind] = append(r.written, w), append(r.byKind[kind], w)
	}
}

// deployers reads the objects once all are known: they name each other.
func (r *reading) deployers() []*Deployer {
	var all []*Deployer
	for _, w := range r.written {
		if read := readers[kindOf(w.root)]; read != nil {
			all = append(all, read(r, w)...)
		}
	}
	slices.SortStableFunc(all, (*Deployer).compare)
	return all
}

// ofKind are the objects of a kind, those first that stand closest to one that asks for it: each cluster may have its own.
func (r *reading) ofKind(by written, kind string) []written {
	found := slices.Clone(r.byKind[kind])
	near := func(w written) int { return Common(path.Dir(w.file), path.Dir(by.file)) }
	slices.SortStableFunc(found, func(a, b written) int { return near(b) - near(a) })
	return found
}

// called is the object of a kind that has a name, as one that asks for it finds it; false where there is none.
func (r *reading) called(by written, kind, namespace, name string) (written, bool) {
	for _, w := range r.ofKind(by, kind) {
		if w.text("metadata", "name") == name && w.isIn(namespace) {
			return w, true
		}
	}
	return written{}, false
}

// askedFor tells a deployer which objects were asked for while it was read.
func (r *reading) askedFor(d *Deployer) {
	d.Names = r.asked
	for _, named := range r.asked {
		d.Reads = append(d.Reads, named.File)
	}
}

// isIn reports whether an object may be in a namespace. Where one is not written, something that is deployed with it says it.
func (w written) isIn(namespace string) bool {
	own := w.text("metadata", "namespace")
	return own == namespace || own == "" || namespace == ""
}

// Common is how many directories two directories have in common on the way to them.
func Common(a, b string) int {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(as) && n < len(bs) && as[n] == bs[n] {
		n++
	}
	return n
}

// inTree is a path as deployers write it, from the top of a repository; false if it leads out of it.
func inTree(written string) (string, bool) {
	clean := path.Join(".", strings.TrimLeft(written, "/"))
	return clean, clean != ".." && !strings.HasPrefix(clean, "../")
}
