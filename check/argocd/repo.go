package argocd

import (
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/giturl"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Repo is the repo that is read, at one point. It is not safe for concurrent use.
type Repo struct {
	// Addresses are where Argo CD finds it, any of them; nil: not said. They are asked for only where an object names an address.
	Addresses func() []string
	Files     Files
	// AnyRevision has every revision of this repo mean the one at hand, to see all that may be taken from it.
	AnyRevision bool
	// Follows reports whether a revision means this repo as it is; nil: the usual names of a default branch do.
	Follows func(revision string) bool

	// Clusters are those that have their Secrets in the repo, or what makes these.
	Clusters []Cluster

	all []listed // its paths, once they are known
}

// Files are what a repo has.
type Files interface {
	ReadFile(path string) ([]byte, error)
	Walk(dir string, visit func(path string, entry tree.Entry) error) error
}

// is reports whether a URL and a revision mean this repo as it is. Its URL is for the configuration to say,
// since no clone knows it. The default branch is what a change is made to.
func (r *Repo) is(location, revision *yaml.Node) bool {
	address := document.Text(location)
	if r == nil || r.Addresses == nil || address == "" || !giturl.Among(address, r.Addresses()) {
		return false
	}
	if r.AnyRevision {
		return true
	}
	if r.Follows != nil {
		return r.Follows(document.Text(revision))
	}
	switch document.Text(revision) {
	case "", "HEAD", "main", "master":
		return true
	}
	return false
}

// known are the clusters that have their Secrets in the repo.
func (r *Repo) known() []Cluster {
	if r == nil {
		return nil
	}
	return r.Clusters
}

// Has reports whether a source is this repo as it is.
func (r *Repo) Has(source *yaml.Node) bool {
	return r.is(document.Get(source, "repoURL"), document.Get(source, "targetRevision"))
}

// Generates reports whether a git generator goes through this repo as it is.
func (r *Repo) Generates(generator *yaml.Node) bool {
	return r.is(document.Get(generator, "repoURL"), document.Get(generator, "revision"))
}

// listed is a path of the repo.
type listed struct {
	path  string
	isDir bool
}

// listing lists the repo, once.
func (r *Repo) listing() []listed {
	if r.all == nil {
		_ = r.Files.Walk(".", func(path string, entry tree.Entry) error {
			r.all = append(r.all, listed{path, entry.Mode.IsDir()})
			return nil
		})
	}
	return r.all
}

// isHidden reports whether a path, or a directory that it lies in, has a name that starts with a dot.
func (l listed) isHidden() bool {
	return strings.HasPrefix(l.path, ".") || strings.Contains(l.path, "/.")
}

// read reads a file of the repo, and notes that its content decides.
func (r *reading) read(name string) ([]*yaml.Node, error) {
	data, err := r.repo.Files.ReadFile(name)
	if err != nil {
		r.take(name)
		return nil, err
	}
	roots, err := document.ParseAsJSON(data)
	r.take(name, roots...)
	return roots, err
}

// take notes that a file decides, and what of it does.
func (r *reading) take(name string, roots ...*yaml.Node) {
	r.Taken.Files = append(r.Taken.Files, name)
	if r.Taken.origins == nil {
		r.Taken.origins = map[*yaml.Node]string{}
	}
	for _, root := range roots {
		document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
			r.Taken.origins[scalar] = name
			return true
		})
	}
	r.Taken.Content = append(r.Taken.Content, roots...)
}
