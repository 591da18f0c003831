package artifact

import (
	"strings"

	"github.com/distribution/reference"
)

// ParseImage reads a container image reference as a container runtime would: "nginx" is
// docker.io/library/nginx. The error says what is wrong with the reference.
func ParseImage(image string) (Artifact, Version, error) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return Artifact{}, Version{}, err
	}
	version := Version{Repository: named.Name()}
	if tagged, ok := named.(reference.Tagged); ok {
		version.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		version.Digest = digested.Digest().String()
	}
	return Artifact{Kind: Image, Name: imageName(named)}, version, nil
}

// imageName is the repository path without the registry host, and without the "library/" that Docker
// Hub's official images only have behind the scenes.
func imageName(named reference.Named) string {
	path := reference.Path(named)
	if reference.Domain(named) == "docker.io" {
		return strings.TrimPrefix(path, "library/")
	}
	return path
}
