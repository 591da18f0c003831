package form

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Values finds the versions in what is no object of Kubernetes. Helm values have images as
// "image: repository:tag", and as mappings with repository, tag and digest, at any depth; a chart has
// those that it depends on; variables have tags and images under names that say so; and a file may be
// nothing but an image's tag.
func Values(root *yaml.Node) []Found {
	switch {
	case IsChart(root):
		return dependencies(root)
	case root.Kind == yaml.ScalarNode:
		return []Found{tagAlone(root)}
	}
	if whole, ok := valuesImage(root, "image"); ok {
		return []Found{whole} // tag and repository at the top: a file for an image
	}
	return slices.Concat(images(root), valuesMappings(root, ""), variables(root))
}

// IsChart reports whether a document is a Helm chart's own.
func IsChart(root *yaml.Node) bool {
	return document.Get(root, "kind") == nil && strings.HasPrefix(document.Text(document.Get(root, "apiVersion")), "v") &&
		document.Get(root, "name") != nil && document.Get(root, "version") != nil
}

// dependencies are the charts that a chart is made of. Its own version is that of the files beside it.
func dependencies(root *yaml.Node) []Found {
	var found []Found
	for _, dependency := range document.Items(document.Get(root, "dependencies")) {
		name := document.Get(dependency, "name")
		found = append(found, chart(name, document.Get(dependency, "version"),
			document.Text(document.Get(dependency, "repository")), "dependencies/"+document.Text(name)))
	}
	return found
}

// tagAlone is a tag that is all a file has: the file's name says of what.
func tagAlone(scalar *yaml.Node) Found {
	return Found{
		Artifact: artifact.Artifact{Kind: artifact.Image, Name: "image"},
		Version:  artifact.Version{Tag: document.Text(scalar)},
		Part:     "image",
		Scalars:  scalars(scalar),
	}
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
