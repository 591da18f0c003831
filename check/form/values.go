package form

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Values finds the versions in what is no object of Kubernetes. Helm values have images as
// "image: repository:tag", and as mappings with repository, tag and digest, at any depth; variables have tags
// and images under names that say so; and a file may be nothing but an image's tag.
// forChart says that a Helm chart is given them.
func Values(root *yaml.Node, forChart bool, s Settings) []Found {
	if root.Kind == yaml.ScalarNode {
		return settle(tagAlone(root))
	}
	return settle(imageFinder{Settings: s, isValues: true, forChart: forChart}.values(root))
}

// Chart finds the charts that a chart is made of, in its own file. Its own version is that of the files beside it.
func Chart(root *yaml.Node) []Found {
	var found []Found
	for _, dependency := range document.Items(document.Get(root, "dependencies")) {
		name := document.Get(dependency, "name")
		found = append(found, chart(name, document.Get(dependency, "version"),
			document.Get(dependency, "repository"), "dependencies/"+document.Text(name)))
	}
	return settle(found)
}

// tagAlone is a tag that is all a file has: the file's name says of what.
func tagAlone(scalar *yaml.Node) []Found {
	if document.Text(scalar) == "" {
		return nil
	}
	return []Found{{
		Artifact: artifact.Artifact{Kind: artifact.Image, Name: "image"},
		Version:  artifact.Version{Tag: document.Text(scalar)},
		Part:     "image",
		Scalars:  scalars(scalar),
	}}
}

// values finds the images in the values for a chart.
func values(root *yaml.Node, owner string, s Settings) []Found {
	return imageFinder{Settings: s, isValues: true, forChart: true, owner: owner}.values(root)
}

func (f imageFinder) values(root *yaml.Node) []Found {
	if root != nil {
		f.look(root, "", anything)
	}
	return withoutShared(f.found)
}

// withoutShared leaves out tags that are written once, with an anchor or as a parameter, and that images use: they are theirs,
// and no image's of their own.
func withoutShared(all []Found) []Found {
	used := map[*yaml.Node]bool{}
	for _, found := range all {
		for _, scalar := range found.Scalars {
			used[scalar] = used[scalar] || found.Version.Repository != ""
		}
	}
	return slices.DeleteFunc(all, func(found Found) bool {
		return found.Problem == "" && found.Version.Repository == "" && used[found.Scalars[0]]
	})
}

// valuesName names an image by where in the values for a chart it is set.
func valuesName(owner, at string) string {
	return path.Join(owner, strings.ReplaceAll(strings.Trim(at, "/"), "/", "."))
}
