package form

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// byTags tells what the configuration says of the key at a path of values: that it has a tag, or has none, or
// nothing. Of the globs that match, the last counts. A dot in them stands between two keys.
func (f *imageFinder) byTags(at string) (isTag, isSaid bool) {
	if !f.isValues {
		return false, false
	}
	keys := strings.ReplaceAll(strings.Trim(at, "/"), ".", "/")
	for _, glob := range f.Tags {
		pattern, not := strings.CutPrefix(glob, "!")
		if doublestar.MatchUnvalidated(strings.ReplaceAll(pattern, ".", "/"), keys) {
			isTag, isSaid = !not, true
		}
	}
	return isTag, isSaid
}

// NoTag reports whether the configuration says of the key at a path of keys, or at the end of one, that it has no tag.
func (s Settings) NoTag(path string) bool {
	none := false
	for _, glob := range s.Tags {
		pattern, not := strings.CutPrefix(glob, "!")
		if doublestar.MatchUnvalidated("**/"+strings.ReplaceAll(pattern, ".", "/"), strings.ReplaceAll(path, ".", "/")) {
			none = not
		}
	}
	return none
}

// anyByTags reports whether the configuration says something of a key of a mapping.
func (f *imageFinder) anyByTags(node *yaml.Node, at string) bool {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if _, isSaid := f.byTags(at + "/" + node.Content[i].Value); isSaid {
			return true
		}
	}
	return false
}

// configured adds the image of which a key that the configuration names has the tag, by what is called an image
// beside it; else by the key.
func (f *imageFinder) configured(node *yaml.Node, key, at string) {
	value := document.Get(node, key)
	p := parts{tag: value}
	if strings.HasPrefix(document.Text(value), "sha256:") {
		p = parts{digest: value}
	} else if text := document.Text(value); !validTag.MatchString(text) && !isTemplate(text) {
		f.found = append(f.found, Found{Part: at, Scalars: scalars(value), Problem: "has " + quoted(text) + " where images.tags says that a tag is"})
		return
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(bare(key), "tag"), "version")
	p.repository = called(node, "image", "repository", "baseimage", "imagerepository", "imagename")
	if stem != "" && stem != bare(key) {
		if own := called(node, stem+"image", stem+"repository", stem+"repo", stem); own != nil {
			p.repository = own
		}
	}
	if p.repository != nil {
		p.registry = first(node, "registry")
	} else if image := document.Get(node, "image"); document.IsMapping(image) {
		within := partsOf(image)
		p.repository, p.registry = within.repository, within.registry
	}
	if strings.Contains(document.Text(p.repository), "://") {
		p.repository, p.registry = nil, nil // of a Git repository, or of charts
	}
	if found, ok := f.joined(p, at); ok {
		f.found = append(f.found, found)
	}
}

// called is what one of a mapping's fields names as the repository of an image, by the field's name without what
// separates its words. An image that has a tag of its own does not wait for one.
func called(node *yaml.Node, names ...string) *yaml.Node {
	for _, name := range names {
		for i := 0; i+1 < len(node.Content); i += 2 {
			value := document.Get(node.Content[i+1])
			if bare(node.Content[i].Value) == name && document.Text(value) != "" && !isWhole(value) {
				return value
			}
		}
	}
	return nil
}
