package form

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// images finds the images of an object: those of containers and image volumes, and whatever else an
// object of any kind has under the key "image", since workflows, builds and operators' resources run
// those too. Parts are named by container, not by place in a list, so that a container that moves
// stays the same part.
func images(root *yaml.Node) []Found {
	if document.Text(document.Get(root, "kind")) == "CustomResourceDefinition" {
		return nil // a schema may have a property called image
	}
	f := imageFinder{seen: map[string]int{}}
	f.look(root, "", false)
	return f.found
}

// podLists are the lists of a pod's specification whose elements have images.
var podLists = map[string]bool{"containers": true, "initContainers": true, "ephemeralContainers": true, "volumes": true}

type imageFinder struct {
	found []Found
	seen  map[string]int
}

// look searches a node. inPod says that it is an element of a list of containers or volumes, where
// nothing but an image can be meant.
func (f *imageFinder) look(node *yaml.Node, at string, inPod bool) {
	switch node.Kind {
	case yaml.AliasNode:
		f.look(node.Alias, at, inPod)
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i].Value, node.Content[i+1]
			switch {
			case key == "image":
				f.image(value, at, inPod)
			case podLists[key] && document.Items(value) != nil:
				f.list(value, at+"/"+key, true)
			case key == "env":
				for i, item := range document.Items(value) {
					f.variable(item, at+"/env/"+itemName(item, i))
				}
			default:
				f.look(value, at+"/"+key, false)
			}
		}
	case yaml.SequenceNode:
		f.list(node, at, false)
	}
}

func (f *imageFinder) list(node *yaml.Node, at string, inPod bool) {
	for i, item := range document.Items(node) {
		f.look(item, at+"/"+itemName(item, i), inPod)
	}
}

// image adds what stands under the key "image": a reference, or an image volume's mapping.
func (f *imageFinder) image(node *yaml.Node, at string, inPod bool) {
	if reference := document.Get(node, "reference"); inPod && reference != nil {
		node = reference
	}
	text := strings.TrimSpace(document.Text(node))
	// An empty image is for something else to fill in: an OpenShift trigger, a sidecar injector.
	if text == "" {
		if node.Kind == yaml.MappingNode {
			f.look(node, at+"/image", false)
		}
		return
	}
	if _, _, err := artifact.ParseImage(text); err != nil && !inPod {
		return // a picture, or text
	}
	f.add(node, at)
}

// variable adds an environment variable that names an image for the program to run, as operators and
// build tools take it. Only a tag or digest makes sure that a value is meant as one.
func (f *imageFinder) variable(node *yaml.Node, at string) {
	name, value := document.Text(document.Get(node, "name")), document.Get(node, "value")
	if name != "IMAGE" && !strings.HasSuffix(name, "_IMAGE") {
		return
	}
	_, version, err := artifact.ParseImage(document.Text(value))
	if err == nil && (version.Tag != "" || version.Digest != "") {
		f.add(value, at)
	}
}

func (f *imageFinder) add(node *yaml.Node, at string) {
	f.seen[at]++
	if n := f.seen[at]; n > 1 {
		at = fmt.Sprintf("%s#%d", at, n)
	}
	f.found = append(f.found, image(node, at))
}

// itemName names a list's element by its name, else by its place.
func itemName(item *yaml.Node, place int) string {
	if name := document.Text(document.Get(item, "name")); name != "" {
		return name
	}
	return strconv.Itoa(place)
}
