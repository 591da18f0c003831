package form

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// parts are those of an image reference that several fields make up; nil where there is no field.
type parts struct{ registry, repository, tag, digest *yaml.Node }

// partsOf reads the parts of a mapping that stands for an image, as "image: {repository: .., tag: ..}" does.
func partsOf(node *yaml.Node) parts {
	p := parts{
		registry:   document.Get(node, "registry"),
		repository: first(node, "repository", "image", "name"),
		tag:        first(node, "tagOverride", "tag"),
		digest:     first(node, "digest", "sha256", "sha"),
	}
	if p.repository != nil && p.tag == nil && p.digest == nil {
		p.tag = first(node, "version")
	}
	return p
}

// first returns the first of some fields that says something.
func first(node *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		if value := document.Get(node, key); document.Text(value) != "" {
			return value
		}
	}
	return nil
}

// inParts adds the images that a mapping has in parts, beside whatever else it has: repository and tag;
// image and tag; imageRepository and imageTag; or a tag alone. Each starts from the field that says the
// version.
func (f *imageFinder) inParts(node *yaml.Node, at string) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i].Value, document.Get(node.Content[i+1])
		saysVersion := isTag(key) || key == "digest" || key == "version"
		isTag, isSaid := f.byTags(at + "/" + key)
		switch {
		case document.Text(value) == "" || isSaid && !isTag:
		case isSaid:
			f.configured(node, key, at+"/"+key)
		case !saysVersion:
		case isVariable(key):
			f.found = append(f.found, tagOf(key, value, at+"/"+key))
		default:
			f.versioned(node, key, at)
		}
	}
	if f.isValues && at == "" {
		f.tagVariables(node)
	}
}

// versioned adds the image that a field of a mapping says the version of, if it is sure to be an image's.
func (f *imageFinder) versioned(node *yaml.Node, key, at string) {
	p := beside(node, key)
	repository := document.Text(p.repository)
	switch {
	case !isTag(key) && hasTag(node):
		return // a digest belongs to the tag, and a version is something else's
	case key == "version" && !strings.Contains(repository, "/"):
		return // it may be anything's
	case strings.Contains(repository, "://"):
		return // of a Git repository, or of charts
	case p.repository == nil:
		isSure := key != "digest" && (key != "tag" || f.isValues && validTag.MatchString(document.Text(p.tag)))
		if !isSure {
			return
		}
		if at += "/" + key; at == "/tag" {
			at = "image" // the whole file is for one image
		}
	}
	if found, ok := f.joined(p, at); ok && (found.Problem == "" || f.isValues) {
		f.found = append(f.found, found)
	}
}

// hasTag reports whether a mapping has a field for an image's tag.
func hasTag(node *yaml.Node) bool {
	return slices.ContainsFunc(node.Content, func(n *yaml.Node) bool { return isTag(n.Value) })
}

// tagVariables finds the tags among variables that do not say that they are an image's.
func (f *imageFinder) tagVariables(node *yaml.Node) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i].Value, document.Get(node.Content[i+1])
		if _, isSaid := f.byTags(name); isSaid {
			continue
		}
		if isVariable(name) && strings.HasSuffix("_"+name, "_TAG") && !namesTag(name) && document.Text(value) != "" {
			f.found = append(f.found, tagOf(name, value, "/"+name))
		}
	}
}

// beside collects the parts of the reference that a tag, digest or version belongs to, by the names of
// the fields beside it. An image that has a tag of its own does not wait for one.
func beside(node *yaml.Node, key string) parts {
	p := parts{tag: document.Get(node, key)}
	prefix := strings.TrimSuffix(strings.TrimSuffix(bare(key), "tag"), "version")
	names := []string{prefix, prefix + "repository", prefix + "repo", prefix + "name"}
	switch key {
	case "digest":
		names = []string{"image", "baseimage", "repository"}
		p.tag, p.digest = nil, p.tag
	case "version":
		names = []string{"image", "baseimage"}
	case "tag":
		names = []string{"repository", "image", "baseimage", "imagerepository", "imagename"}
		p.digest = document.Get(node, "digest")
	}
	if p.repository = called(node, names...); p.repository != nil {
		p.registry = first(node, "registry", strings.TrimSuffix(key, "Tag")+"Registry")
	}
	return p
}

// isWhole reports whether a reference has a tag or digest of its own.
func isWhole(node *yaml.Node) bool {
	_, version, err := artifact.ParseImage(document.Text(node))
	return err == nil && named(version)
}

// joined puts an image together; false if no part says a version: then the chart supplies one, which is a
// matter of the chart's version. Where nothing says the repository, the chart knows it, or values that others
// share, or an operator.
func (f *imageFinder) joined(p parts, at string) (Found, bool) {
	tag, digest := document.Text(p.tag), document.Text(p.digest)
	if f.forChart {
		tag = document.Printed(p.tag) // an unquoted 1.10 is 1.1 once it comes to a chart
	}
	if digest == "" {
		tag, digest, _ = strings.Cut(tag, "@")
	} else if len(digest) == 64 && !strings.Contains(digest, ":") {
		digest = "sha256:" + digest // some leave the algorithm out
	}
	if tag == "" && digest == "" {
		return Found{}, false
	}
	found := Found{
		Part: at, Scalars: scalars(p.digest, p.tag, p.repository, p.registry),
		Artifact: artifact.Artifact{Kind: artifact.Image, Name: valuesName(f.owner, at)},
	}
	name := document.Text(p.repository)
	if registry := document.Text(p.registry); registry != "" && name != "" {
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
