package form

import (
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/giturl"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// branch is a revision of a Git repository that may be a branch's, by whatever that is called there.
func (s Settings) branch(location, revision *yaml.Node, part string) Found {
	found := gitSource(location, revision, part)
	if s.Called != nil && found.Problem == "" {
		found.Version.Tag = s.Called(document.Text(location), found.Version.Tag)
	}
	return found
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
