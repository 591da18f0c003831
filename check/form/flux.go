package form

import (
	"path"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/giturl"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// flux are the kinds of Flux.
func flux(groupKind string) reader {
	switch groupKind {
	case "source.toolkit.fluxcd.io/GitRepository":
		return gitRepository
	case "source.toolkit.fluxcd.io/OCIRepository":
		return ociRepository
	case "source.toolkit.fluxcd.io/HelmChart":
		return helmChart
	case "helm.toolkit.fluxcd.io/HelmRelease":
		return helmRelease
	case "kustomize.toolkit.fluxcd.io/Kustomization":
		return fluxKustomization
	}
	return nil
}

// gitRepository reads Flux's source of a Git repository.
func gitRepository(root *yaml.Node, _ Settings) []Found {
	spec := document.Get(root, "spec")
	ref := document.Get(spec, "ref")
	// The order in which Flux lets one override another.
	for _, key := range []string{"commit", "name", "semver", "tag", "branch"} {
		if revision := document.Get(ref, key); document.Text(revision) != "" {
			return []Found{gitSource(document.Get(spec, "url"), revision, "ref")}
		}
	}
	return []Found{gitSource(document.Get(spec, "url"), nil, "ref")}
}

// gitSource is a revision of a Git repository. Without one, it is whatever the default branch has.
func gitSource(location, revision *yaml.Node, part string) Found {
	repository := giturl.Parse(document.Text(location)).Repository()
	if repository == "" {
		return Found{Part: part, Scalars: scalars(revision, location), Problem: "names no Git repository"}
	}
	_, name, _ := strings.Cut(repository, "/")
	return Found{
		Artifact: artifact.Artifact{Kind: artifact.Git, Name: name},
		Version:  artifact.Version{Repository: repository, Tag: document.Text(revision)},
		Part:     part,
		Scalars:  scalars(revision, location),
	}
}

// ociRepository reads Flux's source of an OCI artifact: a chart, or manifests.
func ociRepository(root *yaml.Node, _ Settings) []Found {
	spec := document.Get(root, "spec")
	ref := document.Get(spec, "ref")
	digest, tag := document.Get(ref, "digest"), document.Get(ref, "tag")
	if semver := document.Get(ref, "semver"); document.Text(semver) != "" {
		tag = semver // which overrides the tag
	}
	return []Found{ociArtifact(document.Get(spec, "url"), tag, digest, "ref")}
}

// ociArtifact is a chart, or manifests, in a registry.
func ociArtifact(location, tag, digest *yaml.Node, part string) Found {
	repository := strings.Trim(strings.TrimPrefix(document.Text(location), "oci://"), "/")
	_, name, found := strings.Cut(repository, "/")
	if !found {
		return Found{Part: part, Scalars: scalars(digest, tag, location), Problem: "names no OCI repository"}
	}
	return Found{
		Artifact: artifact.Artifact{Kind: artifact.Chart, Name: name},
		Version:  artifact.Version{Repository: repository, Tag: document.Text(tag), Digest: document.Text(digest)},
		Part:     part,
		Scalars:  scalars(digest, tag, location),
	}
}

// helmChart reads Flux's source of a Helm chart.
func helmChart(root *yaml.Node, _ Settings) []Found { return fluxChart(document.Get(root, "spec")) }

// fluxChart reads the chart that Flux takes from a source. In a Git repository it has no version but
// that of the source, and in a bucket none.
func fluxChart(spec *yaml.Node) []Found {
	version, source := document.Get(spec, "version"), document.Get(spec, "sourceRef")
	switch document.Text(document.Get(source, "kind")) {
	case "GitRepository":
		return nil
	case "Bucket":
		version = nil
	}
	return []Found{chart(document.Get(spec, "chart"), version, document.Get(source, "name"), "chart")}
}

// chart is a version of a Helm chart from a repository, by its URL or by the name of its source.
// Without a version, or with a range, it floats.
func chart(name, version, repository *yaml.Node, part string) Found {
	found := Found{Part: part, Scalars: scalars(version, name, repository)}
	if document.Text(name) == "" {
		found.Problem = "names no chart"
		return found
	}
	found.Artifact = artifact.Artifact{Kind: artifact.Chart, Name: document.Text(name)}
	found.Version = artifact.Version{Repository: document.Text(repository), Tag: document.Text(version)}
	return found
}

// helmRelease reads the chart that a Flux release installs, the images in its values, and those that it
// sets after rendering. A release that names a source by chartRef carries the chart's version there.
func helmRelease(root *yaml.Node, s Settings) []Found {
	spec := document.Get(root, "spec")
	var found []Found
	owner := document.Text(document.Get(root, "metadata", "name"))
	if template := document.Get(spec, "chart", "spec"); template != nil {
		found = fluxChart(template)
		if name := document.Text(document.Get(template, "chart")); name != "" {
			owner = path.Clean(name)
		}
	}
	found = append(found, within("values", values(document.Get(spec, "values"), owner, s))...)
	for _, renderer := range document.Items(document.Get(spec, "postRenderers")) {
		found = append(found, customized(document.Get(renderer, "kustomize"), s)...)
	}
	return found
}

// fluxKustomization reads what Flux sets after building: images, patches, and variables that are named
// after a version.
func fluxKustomization(root *yaml.Node, s Settings) []Found {
	spec := document.Get(root, "spec")
	return append(customized(spec, s), substitutes(document.Get(spec, "postBuild", "substitute"), s)...)
}

// customized reads images and patches as a kustomization has them, which Flux applies on top.
func customized(spec *yaml.Node, s Settings) []Found {
	found := imagesEntries(document.Get(spec, "images"))
	for _, field := range []string{"patches", "patchesStrategicMerge", "patchesJson6902"} {
		found = append(found, patches(document.Get(spec, field), field, s)...)
	}
	return found
}

// substitutes reads variables that are put into what is built.
func substitutes(variables *yaml.Node, s Settings) []Found {
	f := imageFinder{Settings: s}
	if !document.IsMapping(variables) {
		return nil
	}
	for i := 0; i+1 < len(variables.Content); i += 2 {
		name, value := variables.Content[i].Value, document.Get(variables.Content[i+1])
		switch part := "substitute/" + name; {
		case s.namesImage(name):
			f.image(value, part, anything)
		case document.Text(value) != "" && (namesTag(name) || versionVariable.MatchString(name)):
			f.found = append(f.found, tagOf(name, value, part))
		}
	}
	return f.found
}

// imagesEntries reads entries like those of a kustomization's images.
func imagesEntries(list *yaml.Node) []Found {
	var found []Found
	for _, entry := range document.Items(list) {
		if one, ok := imagesEntry(entry, "images/"+document.Text(document.Get(entry, "name"))); ok {
			found = append(found, one)
		}
	}
	return found
}

// imagesEntry reads an entry like those of a kustomization's images. One that sets no version says nothing
// of one.
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
