package form

import (
	"net/url"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// gitRepository reads Flux's source of a Git repository.
func gitRepository(root *yaml.Node) []Found {
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
	repository := gitRepositoryName(document.Text(location))
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

// gitRepositoryName is host and path of a repository's URL, in any of the ways to write one.
func gitRepositoryName(location string) string {
	location = strings.TrimSuffix(strings.TrimSuffix(location, "/"), ".git")
	if parsed, err := url.Parse(location); err == nil && parsed.Host != "" {
		return strings.ToLower(parsed.Host) + "/" + strings.Trim(parsed.Path, "/")
	}
	// user@host:path
	host, path, found := strings.Cut(location, ":")
	if !found || path == "" {
		return ""
	}
	if _, after, found := strings.Cut(host, "@"); found {
		host = after
	}
	return strings.ToLower(host) + "/" + strings.Trim(path, "/")
}

// ociRepository reads Flux's source of an OCI artifact: a chart, or manifests.
func ociRepository(root *yaml.Node) []Found {
	spec := document.Get(root, "spec")
	ref := document.Get(spec, "ref")
	version := artifact.Version{Repository: strings.TrimPrefix(document.Text(document.Get(spec, "url")), "oci://")}
	digest, semver, tag := document.Get(ref, "digest"), document.Get(ref, "semver"), document.Get(ref, "tag")
	version.Digest = document.Text(digest)
	version.Tag = document.Text(tag)
	if document.Text(semver) != "" {
		version.Tag = document.Text(semver)
	}
	_, name, found := strings.Cut(version.Repository, "/")
	if !found {
		return []Found{{Part: "ref", Scalars: scalars(document.Get(spec, "url")), Problem: "names no OCI repository"}}
	}
	return []Found{{
		Artifact: artifact.Artifact{Kind: artifact.Chart, Name: name}, Version: version,
		Part: "ref", Scalars: scalars(semver, tag, digest),
	}}
}

// helmChart reads Flux's source of a Helm chart.
func helmChart(root *yaml.Node) []Found {
	spec := document.Get(root, "spec")
	return []Found{chart(document.Get(spec, "chart"), document.Get(spec, "version"),
		document.Text(document.Get(spec, "sourceRef", "name")), "chart")}
}

// chart is a version of a Helm chart from a repository, by its URL or by the name of its source.
// Without a version, or with a range, it floats.
func chart(name, version *yaml.Node, repository, part string) Found {
	if document.Text(name) == "" {
		return Found{Part: part, Scalars: scalars(version), Problem: "names no chart"}
	}
	return Found{
		Artifact: artifact.Artifact{Kind: artifact.Chart, Name: document.Text(name)},
		Version:  artifact.Version{Repository: repository, Tag: document.Text(version)},
		Part:     part,
		Scalars:  scalars(version, name),
	}
}

// helmRelease reads the chart that a Flux release installs and the images in its values. A release
// that names a source by chartRef carries the version there.
func helmRelease(root *yaml.Node) []Found {
	spec := document.Get(root, "spec")
	var found []Found
	if template := document.Get(spec, "chart", "spec"); template != nil {
		found = append(found, chart(document.Get(template, "chart"), document.Get(template, "version"),
			document.Text(document.Get(template, "sourceRef", "name")), "chart"))
	}
	// images reads what stands under the key "image" as text; what is left are mappings.
	return append(found, valuesMappings(document.Get(spec, "values"), "values")...)
}

// fluxKustomization reads the images that Flux overrides after building.
func fluxKustomization(root *yaml.Node) []Found {
	var found []Found
	for _, entry := range document.Items(document.Get(root, "spec", "images")) {
		name := document.Text(document.Get(entry, "name"))
		found = append(found, imagesEntry(entry, "images/"+name)...)
	}
	return found
}

// imagesEntry reads an entry like those of a kustomization's images. One that sets no version says
// nothing of one.
func imagesEntry(entry *yaml.Node, part string) []Found {
	name, newName := document.Get(entry, "name"), document.Get(entry, "newName")
	tag, digest := document.Get(entry, "newTag"), document.Get(entry, "digest")
	if document.Text(tag) == "" && document.Text(digest) == "" {
		return nil
	}
	found := image(name, part)
	if document.Text(newName) != "" && found.Problem == "" {
		renamed := image(newName, part)
		found.Version.Repository, found.Problem = renamed.Version.Repository, renamed.Problem
	}
	found.Version.Tag, found.Version.Digest = document.Text(tag), document.Text(digest)
	found.Scalars = scalars(tag, digest, newName)
	return []Found{found}
}
