package form

import (
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Values finds the images in Helm values: "image: repository:tag", and mappings such as image with
// repository, tag and digest, at any depth.
func Values(root *yaml.Node) []Found {
	return append(images(root), valuesMappings(root, "")...)
}

// valuesMappings finds the images that are spelt out as mappings.
func valuesMappings(node *yaml.Node, at string) []Found {
	switch {
	case node == nil:
		return nil
	case node.Kind == yaml.AliasNode:
		return valuesMappings(node.Alias, at)
	case node.Kind == yaml.SequenceNode:
		var found []Found
		for i, item := range node.Content {
			found = append(found, valuesMappings(item, join(at, itemName(item, i)))...)
		}
		return found
	case node.Kind != yaml.MappingNode:
		return nil
	}
	var found []Found
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i].Value, node.Content[i+1]
		inside := join(at, key)
		if isImageKey(key) && document.IsMapping(value) {
			if f, ok := valuesImage(value, inside); ok {
				found = append(found, f)
				continue
			}
		}
		found = append(found, valuesMappings(value, inside)...)
	}
	return found
}

func isImageKey(key string) bool {
	return key == "image" || strings.HasSuffix(key, "Image") || strings.HasSuffix(key, "_image")
}

// valuesImage reads a mapping that spells out an image. Without a tag or digest the chart supplies
// one, which is a matter of the chart's version.
func valuesImage(node *yaml.Node, part string) (Found, bool) {
	registry, tag, digest := document.Get(node, "registry"), document.Get(node, "tag"), document.Get(node, "digest")
	repository := document.Get(node, "repository")
	if repository == nil {
		repository = document.Get(node, "name")
	}
	if document.Text(tag) == "" && document.Text(digest) == "" {
		return Found{}, false
	}
	name := document.Text(repository)
	if prefix := document.Text(registry); prefix != "" && name != "" {
		name = strings.TrimSuffix(prefix, "/") + "/" + name
	}
	found := Found{Part: part, Scalars: scalars(tag, digest, repository)}
	if name == "" {
		// Only the tag is set here: the chart, or values that others share, know the repository.
		found.Artifact = artifact.Artifact{Kind: artifact.Image, Name: part}
	} else {
		a, version, err := artifact.ParseImage(name)
		if err != nil {
			found.Problem = "runs " + quoted(name) + ", which is no image repository"
			return found, true
		}
		found.Artifact, found.Version.Repository = a, version.Repository
	}
	found.Version.Tag, found.Version.Digest = document.Text(tag), document.Text(digest)
	return found, true
}

func join(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}
