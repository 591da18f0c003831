package form

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// spelling is an image reference in parts.
type spelling struct{ registry, repository, tag, digest *yaml.Node }

// spellingOf reads the parts of a mapping that stands for an image.
func spellingOf(node *yaml.Node) spelling {
	s := spelling{
		registry:   document.Get(node, "registry"),
		repository: first(node, "repository", "image", "name"),
		tag:        first(node, "tag"),
		digest:     first(node, "digest", "sha256", "sha"),
	}
	if s.repository != nil && s.tag == nil && s.digest == nil {
		s.tag = first(node, "version")
	}
	return s
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

// inParts adds the images that the fields of a mapping say in parts, beside whatever else it has:
// repository and tag; image and tag; imageRepository and imageTag; or a tag alone.
func (f *imageFinder) inParts(node *yaml.Node, at string) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i].Value, document.Get(node.Content[i+1])
		if document.Text(value) == "" {
			continue
		}
		isTag := key == "tag" || namesTag(key)
		switch {
		case !isTag && key != "digest" && key != "version":
			continue
		case isVariable(key):
			f.found = append(f.found, tagOf(key, value, at+"/"+key))
			continue
		}
		s, part := beside(node, key), at
		if !isTag && slices.ContainsFunc(node.Content, func(n *yaml.Node) bool { return n.Value == "tag" || namesTag(n.Value) }) {
			continue // a digest belongs to the tag, and a version is something else's
		}
		if key == "version" && !strings.Contains(document.Text(s.repository), "/") {
			continue // it may be anything's
		}
		if s.repository == nil {
			switch {
			case key == "digest" || key == "tag" && (!f.isValues || !validTag.MatchString(document.Text(value))):
				continue
			case key != "tag" || at != "":
				part = at + "/" + key
			default:
				part = "image" // a file for an image
			}
		}
		isURL := strings.Contains(document.Text(s.repository), "://") // of a Git repository, or of charts
		if found, ok := f.spelt(s, part); ok && !isURL && (found.Problem == "" || f.isValues) {
			f.found = append(f.found, found)
		}
	}
	if f.isValues && at == "" {
		f.tagVariables(node)
	}
}

// tagVariables finds the tags among variables that do not say that they are an image's.
func (f *imageFinder) tagVariables(node *yaml.Node) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i].Value, document.Get(node.Content[i+1])
		if isVariable(name) && strings.HasSuffix("_"+name, "_TAG") && !namesTag(name) && document.Text(value) != "" {
			f.found = append(f.found, tagOf(name, value, "/"+name))
		}
	}
}

// beside collects the parts of the reference that a tag, digest or version belongs to, by the names of
// the fields beside it. An image that has a tag of its own does not wait for one.
func beside(node *yaml.Node, key string) spelling {
	s := spelling{tag: document.Get(node, key)}
	prefix := strings.TrimSuffix(bare(key), "tag")
	names := []string{prefix, prefix + "repository", prefix + "repo", prefix + "name"}
	switch key {
	case "digest", "version":
		names = []string{"image", "baseimage"}
		if key == "digest" {
			names, s.tag = append(names, "repository"), nil
		}
	case "tag":
		names = []string{"repository", "image", "baseimage", "imagerepository", "imagename"}
	}
	if key == "digest" || key == "tag" {
		s.digest = document.Get(node, "digest")
	}
	for _, name := range names {
		for i := 0; i+1 < len(node.Content) && s.repository == nil; i += 2 {
			value := document.Get(node.Content[i+1])
			if bare(node.Content[i].Value) == name && document.Text(value) != "" && !isNamed(value) {
				s.repository = value
			}
		}
	}
	if s.repository != nil {
		s.registry = first(node, "registry", strings.TrimSuffix(key, "Tag")+"Registry")
	}
	return s
}

// isNamed reports whether a reference has a tag or digest of its own.
func isNamed(node *yaml.Node) bool {
	_, version, err := artifact.ParseImage(document.Text(node))
	return err == nil && named(version)
}

// spelt puts an image together. Without a tag or digest the chart supplies one, which is a matter of
// the chart's version. Where only the tag is set, the chart, or values that others share, or an operator
// know the repository.
func (f *imageFinder) spelt(s spelling, at string) (Found, bool) {
	tag, digest := document.Text(s.tag), document.Text(s.digest)
	if digest == "" {
		tag, digest, _ = strings.Cut(tag, "@")
	} else if len(digest) == 64 && !strings.Contains(digest, ":") {
		digest = "sha256:" + digest // some leave the algorithm out
	}
	name := document.Text(s.repository)
	if tag == "" && digest == "" {
		return Found{}, false
	}
	found := Found{
		Part: at, Scalars: scalars(s.digest, s.tag, s.repository, s.registry),
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
