package form

import (
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// imageStream reads the images that an OpenShift image stream imports: what its tags stand for.
func imageStream(root *yaml.Node) []Found {
	var found []Found
	for _, tag := range document.Items(document.Get(root, "spec", "tags")) {
		found = append(found, streamTag(tag)...)
	}
	return found
}

func imageStreamTag(root *yaml.Node) []Found { return streamTag(document.Get(root, "tag")) }

// streamTag reads a tag that is imported from a registry; others follow a stream that has its own.
func streamTag(tag *yaml.Node) []Found {
	from := document.Get(tag, "from")
	if document.Text(document.Get(from, "kind")) != "DockerImage" {
		return nil
	}
	return []Found{image(document.Get(from, "name"), "tags/"+document.Text(document.Get(tag, "name")))}
}
