// Package form knows the forms in which deployed objects and values files carry versions: one file a
// form. It reads YAML as it stands and decides nothing.
package form

import (
	"fmt"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Found is a version that something carries, or a place that should say one and does not.
type Found struct {
	Artifact artifact.Artifact
	Version  artifact.Version
	Part     string       // where within the object, by names rather than places in lists
	Scalars  []*yaml.Node // what says the version, what a person would edit first; what says the repository is last
	Problem  string       // why the place says no version; Artifact and Version are empty then
}

// Reader finds versions in the forms that a repo has them in. It is not safe for concurrent use.
type Reader struct {
	Settings
	known  map[string]bool       // names that were looked at already
	all    []listed              // the paths of the repo, once they are known
	looked Looked                // what of it was looked at
	files  map[*yaml.Node]string // that scalars were read from
}

// Settings are what a repo says of itself. The zero value has the usual forms.
type Settings struct {
	Variables  []string // globs for names of variables that name an image; with ! before them, that name none
	Repository string   // where Argo CD finds this repo; empty: not said
	Files      Files    // what is in it
	// AnyRevision has every revision of this repo mean the one at hand, to see what may be looked at.
	AnyRevision bool
}

// Files are those of a repo at one point.
type Files interface {
	ReadFile(path string) ([]byte, error)
	Walk(dir string, visit func(path string, entry tree.Entry) error) error
}

// NewReader returns a reader for a repo.
func NewReader(s Settings) *Reader { return &Reader{Settings: s, known: map[string]bool{}} }

// Object finds the versions that a Kubernetes object carries, whatever its kind.
func (r *Reader) Object(root *yaml.Node) []Found {
	group, _, _ := strings.Cut(document.Text(document.Get(root, "apiVersion")), "/")
	return settle(r.read(group+"/"+document.Text(document.Get(root, "kind")), root))
}

// read knows the kinds that carry versions in ways of their own, by API group: a version of the API does
// not change what they mean.
func (r *Reader) read(groupKind string, root *yaml.Node) []Found {
	switch groupKind {
	case "image.openshift.io/ImageStream", "v1/ImageStream": // v1 is how OpenShift wrote it before it had groups
		return imageStream(root)
	case "image.openshift.io/ImageStreamTag", "v1/ImageStreamTag":
		return imageStreamTag(root)
	case "apps.openshift.io/DeploymentConfig", "v1/DeploymentConfig":
		return r.deploymentConfig(root)
	case "template.openshift.io/Template", "v1/Template":
		return r.template(root)
	case "source.toolkit.fluxcd.io/GitRepository":
		return gitRepository(root)
	case "source.toolkit.fluxcd.io/OCIRepository":
		return ociRepository(root)
	case "source.toolkit.fluxcd.io/HelmChart":
		return helmChart(root)
	case "helm.toolkit.fluxcd.io/HelmRelease":
		return r.helmRelease(root)
	case "kustomize.toolkit.fluxcd.io/Kustomization":
		return r.fluxKustomization(root)
	case "argoproj.io/Application":
		return r.application(root)
	case "argoproj.io/ApplicationSet":
		return r.applicationSet(root)
	case "builtin/HelmChartInflationGenerator":
		return r.chartInflation(root)
	case "apiextensions.k8s.io/CustomResourceDefinition":
		return nil // a schema may have a property called image
	}
	return r.images(root)
}

// settle makes problems of versions that a template has yet to fill in, and numbers parts of one name.
func settle(found []Found) []Found {
	seen := map[string]int{}
	for i, f := range found {
		if f.Problem == "" && isTemplate(f.text()) {
			f = Found{Part: f.Part, Scalars: f.Scalars, Problem: "takes its version from a template: " + quoted(f.text())}
		}
		part := f.Part
		for seen[f.Part] > 0 {
			seen[part]++
			f.Part = fmt.Sprintf("%s#%d", part, seen[part])
		}
		seen[f.Part]++
		found[i] = f
	}
	return found
}

// text is what a version is made of, as one text.
func (f Found) text() string {
	text := f.Version.Repository
	if text == "" {
		text = f.Artifact.Name
	}
	if f.Version.Tag != "" {
		text += ":" + f.Version.Tag
	}
	if f.Version.Digest != "" {
		text += "@" + f.Version.Digest
	}
	return text
}

// isTemplate reports whether a text has a place for Helm, Argo CD, Flux or a template of OpenShift to
// fill in.
func isTemplate(text string) bool {
	return strings.Contains(text, "{{") || strings.Contains(text, "${") || strings.Contains(text, "$(")
}

// SaysVersion reports whether what stands under a key is a version by itself, without the name of what
// it is a version of.
func SaysVersion(key string) bool {
	switch key {
	case "tag", "digest", "version", "targetRevision", "semver", "branch", "commit", "newTag":
		return true
	}
	return namesTag(key)
}

// scalars keeps the nodes that are there.
func scalars(nodes ...*yaml.Node) []*yaml.Node {
	var there []*yaml.Node
	for _, node := range nodes {
		if document.Text(node) != "" {
			there = append(there, node)
		}
	}
	return there
}

// within puts parts below another.
func within(part string, found []Found) []Found {
	for i := range found {
		found[i].Part = part + found[i].Part
	}
	return found
}

// image reads an image reference.
func image(node *yaml.Node, part string) Found {
	a, version, err := artifact.ParseImage(strings.TrimSpace(document.Text(node)))
	if err != nil {
		return Found{Part: part, Scalars: scalars(node), Problem: "runs " + quoted(document.Text(node)) + ", which is no image reference"}
	}
	return Found{Artifact: a, Version: version, Part: part, Scalars: scalars(node)}
}

// named reports whether a version says more than a repository.
func named(version artifact.Version) bool { return version.Tag != "" || version.Digest != "" }

// quoted shows a scalar in a message, cut to a length that a message can take.
func quoted(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return `"` + text + `"`
}
