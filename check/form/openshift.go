package form

import (
	"fmt"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// openShift are the kinds of OpenShift. v1 is how it wrote them before it had groups.
func openShift(groupKind string) reader {
	switch groupKind {
	case "image.openshift.io/ImageStream", "v1/ImageStream":
		return imageStream
	case "image.openshift.io/ImageStreamTag", "v1/ImageStreamTag":
		return imageStreamTag
	case "apps.openshift.io/DeploymentConfig", "v1/DeploymentConfig":
		return deploymentConfig
	case "template.openshift.io/Template", "v1/Template":
		return template
	}
	return nil
}

// imageStream reads what the tags of an OpenShift image stream stand for.
func imageStream(root *yaml.Node, _ Settings) []Found {
	var found []Found
	for _, tag := range document.Items(document.Get(root, "spec", "tags")) {
		found = append(found, streamTag(tag, document.Text(document.Get(root, "metadata", "name")))...)
	}
	if document.Text(document.Get(root, "spec", "lookupPolicy", "local")) == "true" {
		for i := range found {
			found[i].LookedUp = true
		}
	}
	return found
}

// imageStreamTag reads a tag of an image stream that is an object of its own.
func imageStreamTag(root *yaml.Node, _ Settings) []Found {
	stream, _, _ := strings.Cut(document.Text(document.Get(root, "metadata", "name")), ":")
	return streamTag(document.Get(root, "tag"), stream)
}

// streamTag reads a tag that is imported from a registry, or that follows another tag, of the same
// stream if it names no other. Whoever pushes to a tag without a source says its version.
func streamTag(tag *yaml.Node, stream string) []Found {
	from, part := document.Get(tag, "from"), "tags/"+document.Text(document.Get(tag, "name"))
	source := document.Get(from, "name")
	switch document.Text(document.Get(from, "kind")) {
	case "DockerImage":
		return []Found{image(source, part)}
	case "ImageStreamTag":
		other, version, named := strings.Cut(document.Text(source), ":")
		if !named {
			other, version = stream, other
		}
		return []Found{follows(from, other, artifact.Version{Tag: version}, part)}
	case "ImageStreamImage":
		other, version, _ := strings.Cut(document.Text(source), "@")
		return []Found{follows(from, other, artifact.Version{Digest: version}, part)}
	}
	return nil
}

// follows is what a tag stands for that follows another.
func follows(from *yaml.Node, stream string, version artifact.Version, part string) Found {
	name := document.Get(from, "name")
	if stream == "" || !named(version) {
		return Found{Part: part, Scalars: scalars(name), Problem: "follows " + quoted(document.Text(name)) + ", which is no tag of an image stream"}
	}
	version.Repository = stream
	namespace := document.Get(from, "namespace")
	if text := document.Text(namespace); text != "" {
		version.Repository = text + "/" + stream
	}
	return Found{
		Artifact: artifact.Artifact{Kind: artifact.Image, Name: stream}, Version: version,
		Part: part, Scalars: scalars(name, namespace),
	}
}

// deploymentConfig reads the images of a deployment, and the image stream tags that its triggers put in
// their place.
func deploymentConfig(root *yaml.Node, s Settings) []Found {
	found := images(root, s)
	for i, trigger := range document.Items(document.Get(root, "spec", "triggers")) {
		from := document.Get(trigger, "imageChangeParams", "from")
		stream, version, tagged := strings.Cut(document.Text(document.Get(from, "name")), ":")
		if document.Text(document.Get(from, "kind")) == "ImageStreamTag" && tagged {
			found = append(found, follows(from, stream, artifact.Version{Tag: version}, fmt.Sprintf("triggers/%d", i)))
		}
	}
	return found
}
