// Package form knows the forms in which deployed objects and values files carry versions: one file a
// form. Each is a function of a node and the repo's settings, keeps nothing, and decides nothing.
package form

import (
	"fmt"
	"strings"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/flux"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Found is a version that something carries, or a place that should say one and does not.
type Found struct {
	Artifact artifact.Artifact
	Version  artifact.Version
	Part     string       // where within the object, by names rather than places in lists
	Scalars  []*yaml.Node // what says the version, what a person would edit first; what says the repository is last
	Problem  string       // why the place says no version; Artifact and Version are empty then
	Target   *yaml.Node   // of a patch that says it, what the patch is for
	Source   *yaml.Node   // of a replacement, where it takes it from
	Given    []*yaml.Node // what else the object says that may fill the place, where there is a problem
	Mention  Mention      // what the place is where it runs nothing by itself
	// Container is that of a pod which runs it; the zero value where no list of a pod has it.
	Container Container
	File      string // of the repo, that the first scalar was read from; empty: from the object itself
	// LookedUp is set of a stream's tag where workloads beside it that name the stream alone run what the tag stands for.
	LookedUp bool
	// Passed is set where a deployer that is followed says it of what it deploys: it is held there.
	Passed bool
	// Uses are where the scalars come from that the object does not say itself.
	Uses []flux.Use
}

// Container is one of a pod: the list that it counts to, which says how it is run, and its name.
type Container struct{ Role, Name string }

// Settings are what a repo says of itself. The zero value has the usual forms, and no files beside the
// objects.
type Settings struct {
	Variables []string     // globs for names of variables that name an image; with ! before them, that name none
	Tags      []string     // globs for paths of keys, in values, that have an image's tag; with ! before them, that have none
	Repo      *argocd.Repo // what Argo CD finds in the repo; nil: nothing is known of that
	// Called is what a revision of a repository is called, the same for all that mean one branch; nil: what it says.
	Called func(address, revision string) string
	// Follows reports whether what a deployer changes of a source of its is rendered where that is deployed; nil: none is.
	Follows func(deployer, source *yaml.Node) bool
	// Values merges the values that a release of Flux gives its chart; nil: it has none but those it says itself.
	Values func(release *yaml.Node) *flux.Values
}

// follows is like Follows.
func (s Settings) follows(deployer, source *yaml.Node) bool {
	return s.Follows != nil && s.Follows(deployer, source)
}

// passed marks what a deployer passes on to what it deploys.
func passed(found []Found) []Found {
	for i := range found {
		found[i].Passed = true
	}
	return found
}

// Object finds the versions that a Kubernetes object carries, whatever its kind, and what Argo CD makes of it, if it is Argo CD's.
func Object(root *yaml.Node, s Settings) ([]Found, *argocd.Deployed) {
	if d := argocd.Read(root, s.Repo); d != nil {
		return settle(deployed(d, s)), d
	}
	return give(root, settle(object(root, s))), nil
}

// reader reads the versions that an object carries.
type reader func(root *yaml.Node, s Settings) []Found

// forms are those of objects that carry versions in ways of their own. Each knows its kinds, by API group: a
// version of the API does not change what they mean.
func forms() []func(groupKind string) reader {
	return []func(string) reader{openShift, fluxCD, cattle, kustomize, crossplane}
}

// object finds what an object carries that is not Argo CD's.
func object(root *yaml.Node, s Settings) []Found {
	group, _, _ := strings.Cut(document.Text(document.Get(root, "apiVersion")), "/")
	groupKind := group + "/" + document.Text(document.Get(root, "kind"))
	if groupKind == "apiextensions.k8s.io/CustomResourceDefinition" {
		return nil // a schema may have a property called image
	}
	for _, form := range forms() {
		if read := form(groupKind); read != nil {
			return read(root, s)
		}
	}
	return images(root, s)
}

// settle makes problems of versions that a template has yet to fill in, and numbers parts of one name.
func settle(found []Found) []Found {
	seen := map[string]int{}
	for i, f := range found {
		if f.Problem == "" && isTemplate(f.text()) {
			f = Found{Part: f.Part, Scalars: f.Scalars, Passed: f.Passed, Uses: f.Uses, Problem: "takes its version from a template: " + quoted(f.text())}
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
