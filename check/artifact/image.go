package artifact

import (
	"errors"
	"strings"

	"cuelabs.dev/go/oci/ociregistry/ociref"
)

const (
	hub      = "docker.io"
	official = "library/" // before the path of Docker Hub's own images, and only there
)

// ParseImage reads a container image reference as a container runtime would: "nginx" is
// docker.io/library/nginx. The error says what is wrong with the reference.
func ParseImage(image string) (Artifact, Version, error) {
	if ociref.IsValidDigest("sha256:" + image) {
		return Artifact{}, Version{}, errors.New("it is an image's ID, not its name")
	}
	host, path := splitHost(image)
	port := ""
	if !strings.ContainsAny(host, ".:") {
		port = ":0" // else the library would not see that it is a host
	}
	ref, err := ociref.ParseRelative(host + port + "/" + path)
	if err != nil {
		return Artifact{}, Version{}, err
	}
	name, repository := ref.Repository, host+"/"+ref.Repository
	switch {
	case ref.Host == "": // no name of a host has what this one has, such as an underscore
		repository = ref.Repository
	case host == hub:
		name = strings.TrimPrefix(name, official)
	}
	return Artifact{Kind: Image, Name: name}, Version{Repository: repository, Tag: ref.Tag, Digest: string(ref.Digest)}, nil
}

// splitHost takes the registry's host off an image reference. As all runtimes have it, what is before the
// first slash is one only if it could be nothing else.
func splitHost(image string) (host, path string) {
	host, path, ok := strings.Cut(image, "/")
	isHost := ok && (host == "localhost" || strings.ContainsAny(host, ".:") || strings.ToLower(host) != host)
	switch {
	case !isHost:
		host, path = hub, image
	case host == "index.docker.io":
		host = hub
	}
	if host == hub && !strings.Contains(path, "/") {
		path = official + path
	}
	return host, path
}
