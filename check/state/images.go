package state

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// foundImage is an image reference in an object, and the part of the object that runs it.
type foundImage struct {
	scalar *yaml.Node
	part   string
}

// images finds the images of an object's containers, in pod templates wherever a kind keeps them,
// and of its image volumes: what Kustomize's own image transformer reaches. Parts are named by
// container, not by place in the list, so that a container that moves stays the same part.
func images(root *yaml.Node) []foundImage {
	f := imageFinder{seen: map[string]int{}}
	f.look(root, "")
	return f.found
}

type imageFinder struct {
	found []foundImage
	seen  map[string]int
}

func (f *imageFinder) look(node *yaml.Node, at string) {
	switch node.Kind {
	case yaml.AliasNode:
		f.look(node.Alias, at)
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i].Value, node.Content[i+1]
			inside := at + "/" + key
			switch {
			case key == "containers" || key == "initContainers" || key == "ephemeralContainers":
				f.list(value, inside, "image")
			case key == "volumes":
				f.list(value, inside, "image", "reference")
			}
			f.look(value, inside)
		}
	case yaml.SequenceNode:
		for i, item := range node.Content {
			f.look(item, at+"/"+itemName(item, i))
		}
	}
}

// list adds what each element of a list of containers or volumes has under keys.
func (f *imageFinder) list(list *yaml.Node, at string, keys ...string) {
	for i, item := range document.Items(list) {
		scalar := document.Get(item, keys...)
		// An empty image is for something else to fill in: an OpenShift trigger, a sidecar injector.
		if strings.TrimSpace(document.Text(scalar)) == "" {
			continue
		}
		part := at + "/" + itemName(item, i)
		f.seen[part]++
		if n := f.seen[part]; n > 1 {
			part = fmt.Sprintf("%s#%d", part, n)
		}
		f.found = append(f.found, foundImage{scalar: scalar, part: part})
	}
}

// itemName names a list's element by its name, else by its place.
func itemName(item *yaml.Node, place int) string {
	if name := document.Text(document.Get(item, "name")); name != "" {
		return name
	}
	return strconv.Itoa(place)
}
