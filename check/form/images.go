package form

import (
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// images finds the images of an object: those of containers and image volumes, and whatever else an
// object of any kind has under a key that speaks of an image, since workflows, builds and operators'
// resources run those too. Parts are named by container, not by place in a list, so that a container
// that moves stays the same part.
func images(root *yaml.Node) []Found {
	f := imageFinder{}
	f.look(root, "", anything)
	return f.found
}

// place says how sure it is that an image is meant.
type place int

const (
	anything place = iota // it may be a picture: only a tag or digest tells
	step                  // of a workflow or pipeline: an image, which may be left to whoever starts a run
	pod                   // an image, and nothing else will do
)

// podLists and stepLists are the lists whose elements have images, stepParts the mappings.
var (
	podLists  = map[string]bool{"containers": true, "initContainers": true, "ephemeralContainers": true, "volumes": true}
	stepLists = map[string]bool{"steps": true, "sidecars": true}
	stepParts = map[string]bool{"container": true, "script": true, "stepTemplate": true}
)

type imageFinder struct {
	found    []Found
	isValues bool   // of a Helm chart, which may leave the repository to the chart
	owner    string // the chart, if it is known
}

// look searches a node.
func (f *imageFinder) look(node *yaml.Node, at string, in place) {
	switch node.Kind {
	case yaml.AliasNode:
		f.look(node.Alias, at, in)
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			f.field(node, node.Content[i].Value, document.Get(node.Content[i+1]), at, in)
		}
	case yaml.SequenceNode:
		f.list(node, at, anything)
	}
}

// field searches a field of a mapping.
func (f *imageFinder) field(mapping *yaml.Node, key string, value *yaml.Node, at string, in place) {
	inside := at + "/" + key
	switch {
	case key == "labels" || key == "annotations" || key == "matchLabels":
		// text that runs nothing
	case isImageKey(key) && value.Kind == yaml.MappingNode:
		f.mapping(value, inside, in)
	case key == "image":
		f.image(mapping, value, at, in)
	case isImageKey(key):
		f.image(mapping, value, inside, anything)
	case podLists[key] && document.Items(value) != nil:
		f.list(value, inside, pod)
	case stepLists[key]:
		f.list(value, inside, step)
	case stepParts[key]:
		f.look(value, inside, step)
	case key == "env" && document.Items(value) != nil:
		for i, item := range document.Items(value) {
			f.variable(item, inside+"/"+itemName(item, i))
		}
	default:
		f.look(value, inside, anything)
	}
}

func (f *imageFinder) list(node *yaml.Node, at string, in place) {
	for i, item := range document.Items(node) {
		f.look(item, at+"/"+itemName(item, i), in)
	}
}

// isImageKey reports whether a field or environment variable is named after an image. RELATED_IMAGE_ is
// how operators name those that they run.
func isImageKey(key string) bool {
	switch key {
	case "image", "IMAGE":
		return true
	}
	return strings.HasSuffix(key, "Image") || strings.HasSuffix(key, "_image") || strings.HasSuffix(key, "_IMAGE") ||
		strings.HasPrefix(key, "RELATED_IMAGE_")
}

// image adds a reference that stands in a mapping.
func (f *imageFinder) image(mapping, node *yaml.Node, at string, in place) {
	// An empty image is for something else to fill in: an OpenShift trigger, a sidecar injector.
	if strings.TrimSpace(document.Text(node)) == "" {
		return
	}
	found := image(node, at)
	if tag := document.Get(mapping, "tag"); f.isValues && found.Problem == "" && !named(found.Version) && document.Text(tag) != "" {
		found, _ = f.spelt(spelling{repository: node, tag: tag}, at)
	}
	if in == pod || found.Problem == "" && (in == step || named(found.Version)) {
		f.found = append(f.found, found)
	}
}

// mapping reads a mapping that stands for an image: an image volume's, or the parts of a reference.
func (f *imageFinder) mapping(node *yaml.Node, at string, in place) {
	if reference := document.Get(node, "reference"); in == pod && reference != nil {
		f.image(node, reference, strings.TrimSuffix(at, "/image"), pod)
		return
	}
	if found, ok := f.spelt(spellingOf(node), at); ok {
		f.found = append(f.found, found)
		return
	}
	f.look(node, at, anything)
}

// variable adds an environment variable that names an image for the program to run, as operators and
// build tools take it.
func (f *imageFinder) variable(item *yaml.Node, at string) {
	if isImageKey(document.Text(document.Get(item, "name"))) {
		f.image(nil, document.Get(item, "value"), at, anything)
	}
}

// spelling is an image reference in parts.
type spelling struct{ registry, repository, tag, digest *yaml.Node }

func spellingOf(node *yaml.Node) spelling {
	s := spelling{registry: document.Get(node, "registry"), tag: document.Get(node, "tag"), digest: document.Get(node, "digest")}
	for _, key := range []string{"repository", "image", "name"} {
		if document.Text(s.repository) == "" {
			s.repository = document.Get(node, key)
		}
	}
	return s
}

// spelt puts an image together. Without a tag or digest the chart supplies one, which is a matter of
// the chart's version.
func (f *imageFinder) spelt(s spelling, at string) (Found, bool) {
	tag, digest := document.Text(s.tag), document.Text(s.digest)
	if digest == "" {
		tag, digest, _ = strings.Cut(tag, "@")
	}
	name := document.Text(s.repository)
	if tag == "" && digest == "" || name == "" && !f.isValues {
		return Found{}, false
	}
	found := Found{
		Part: at, Scalars: scalars(s.digest, s.tag, s.repository, s.registry),
		// Where only the tag is set, the chart, or values that others share, know the repository.
		Artifact: artifact.Artifact{Kind: artifact.Image, Name: valuesName(f.owner, at)},
	}
	if registry := document.Text(s.registry); registry != "" && name != "" {
		name = strings.TrimSuffix(registry, "/") + "/" + name
	}
	if name != "" && !isTemplate(name) {
		a, version, err := artifact.ParseImage(name)
		if err != nil {
			return Found{Part: at, Scalars: found.Scalars, Problem: "runs " + quoted(name) + ", which is no image repository"}, true
		}
		found.Artifact, name = a, version.Repository
	}
	found.Version = artifact.Version{Repository: name, Tag: tag, Digest: digest}
	return found, true
}

// itemName names a list's element by its name, else by its place.
func itemName(item *yaml.Node, place int) string {
	if name := document.Text(document.Get(item, "name")); name != "" {
		return name
	}
	return strconv.Itoa(place)
}
