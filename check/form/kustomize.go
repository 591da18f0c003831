package form

import (
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// kustomize are the kinds that only Kustomize knows.
func kustomize(groupKind string) reader {
	if groupKind == "builtin/HelmChartInflationGenerator" {
		return chartInflation
	}
	return nil
}

// chartInflation reads the configuration of the plugin that Kustomize inflates a chart with, under its
// keys of today and of before, and the images in its values.
func chartInflation(root *yaml.Node, s Settings) []Found {
	either := func(key, before string) *yaml.Node {
		if node := document.Get(root, key); node != nil {
			return node
		}
		return document.Get(root, before)
	}
	name := either("name", "chartName")
	found := []Found{chart(name, either("version", "chartVersion"), either("repo", "chartRepo"), "chart")}
	return append(found, within("values", values(document.Get(root, "valuesInline"), document.Text(name), s))...)
}

// customized reads images and patches as a kustomization has them, which an object has applied to what is
// built from it.
func customized(spec *yaml.Node, s Settings) []Found {
	found := imagesEntries(document.Get(spec, "images"))
	for _, field := range []string{"patches", "patchesStrategicMerge", "patchesJson6902"} {
		found = append(found, patches(document.Get(spec, field), field, s)...)
	}
	return append(found, components(document.Get(spec, "components"), "components")...)
}

// components are what is built in besides, from where the rest is: it may set any version.
func components(list *yaml.Node, part string) []Found {
	var found []Found
	for _, entry := range document.Items(list) {
		found = append(found, Found{
			Part: part + "/" + document.Text(entry), Scalars: scalars(entry),
			Problem: "adds the component " + quoted(document.Text(entry)) + ", which may set any version",
		})
	}
	return found
}

// imagesEntries reads entries like those of a kustomization's images.
func imagesEntries(list *yaml.Node) []Found {
	var found []Found
	for _, entry := range document.Items(list) {
		name, newName := document.Get(entry, "name"), document.Get(entry, "newName")
		part := "images/" + document.Text(name)
		if one, ok := imagesEntry(entry, part); ok {
			found = append(found, one)
		} else if document.Text(newName) != "" {
			found = append(found, renamed(name, newName, part))
		}
	}
	return found
}

// renamed is an image that is taken from elsewhere, at whatever version is set there where it is named.
func renamed(name, newName *yaml.Node, part string) Found {
	return Found{
		Part: part, Scalars: scalars(newName),
		Problem: "takes " + quoted(document.Text(name)) + " from " + quoted(document.Text(newName)) + ", at a version that is not said there",
	}
}

// imagesEntry reads an entry like those of a kustomization's images; false for one that sets no version, or
// that has the parts of a reference instead: a name, a tag and a digest.
func imagesEntry(entry *yaml.Node, part string) (Found, bool) {
	name, newName := document.Get(entry, "name"), document.Get(entry, "newName")
	tag, digest := document.Get(entry, "newTag"), document.Get(entry, "digest")
	if name == nil || document.Text(tag) == "" && (document.Text(digest) == "" || document.Get(entry, "tag") != nil) {
		return Found{}, false
	}
	f := image(name, part)
	if f.Problem == "" && document.Text(newName) != "" {
		renamed := image(newName, f.Part)
		f.Version.Repository, f.Problem = renamed.Version.Repository, renamed.Problem
	}
	f.Scalars = scalars(digest, tag, newName)
	if f.Problem == "" {
		f.Version.Tag, f.Version.Digest = document.Text(tag), document.Text(digest)
	} else {
		f.Artifact, f.Version = artifact.Artifact{}, artifact.Version{}
	}
	return f, true
}
