package kustomization

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/giturl"
)

// Remote is a reference that Kustomize would fetch.
type Remote struct {
	Artifact artifact.Artifact
	Version  artifact.Version
	Path     string // within the repository
}

var (
	forced     = regexp.MustCompile(`(?i)^git::`)
	scheme     = regexp.MustCompile(`(?i)^(https?|ssh|file)://`)
	user       = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]*@`)
	githubHost = regexp.MustCompile(`(?i)^github\.com[/:]`)
	release    = regexp.MustCompile(`^v?\d+(\.\d+)+([-+.][0-9A-Za-z.+-]*)?$`)
)

// cloned reports whether Kustomize would take a resource, component or plugin entry for a repository
// to clone, where it is not a local file. It errs on the side of cloning, since Kustomize must never
// get to try.
func cloned(entry string) bool {
	entry = forced.ReplaceAllString(entry, "")
	return scheme.MatchString(entry) || user.MatchString(entry) || githubHost.MatchString(entry)
}

// fetched reports whether Kustomize would ask a web server for a resource, component or plugin entry.
// Without a host ("http:directory") it cannot, and looks for a local directory.
func fetched(entry string) bool {
	parsed, err := url.Parse(entry)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Host != ""
}

// remoteFile reports whether Kustomize would fetch a file entry over HTTP.
func remoteFile(entry string) bool {
	parsed, err := url.Parse(entry)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https")
}

// ParseRemote reads repository, path and revision from a reference the way Kustomize splits it:
// at "//" or ".git", else after two path segments. A file by raw URL or release download names its
// revision within the path.
func ParseRemote(entry string) Remote {
	location := giturl.Parse(entry)
	host, path := location.Host, location.Path
	if host == "raw.githubusercontent.com" || host == "github.com" {
		if remote, ok := githubFile(host, path); ok {
			return remote
		}
	}
	repository, inside := splitRepository(path)
	ref := queryRef(location.Query)
	if ref == "" && repository == path && inside == "" || strings.HasSuffix(path, ".yaml") || strings.HasSuffix(path, ".yml") {
		if remote, ok := releaseFile(host, path); ok {
			return remote
		}
	}
	repository = giturl.Trim(repository)
	return Remote{
		Artifact: artifact.Artifact{Kind: artifact.Git, Name: cmp.Or(repository, host)},
		Version:  artifact.Version{Repository: host + "/" + repository, Tag: ref},
		Path:     strings.Trim(inside, "/"),
	}
}

func queryRef(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	if ref := values.Get("ref"); ref != "" {
		return ref
	}
	return values.Get("version")
}

func splitRepository(path string) (repository, inside string) {
	if before, after, found := strings.Cut(path, "/_git/"); found {
		name, inside, _ := strings.Cut(after, "/")
		return before + "/_git/" + name, inside
	}
	if before, after, found := strings.Cut(path, "//"); found {
		return before, after
	}
	if at := strings.Index(path, ".git"); at >= 0 {
		return path[:at], path[at+len(".git"):]
	}
	segments := strings.SplitN(path, "/", 3)
	if len(segments) < 3 {
		return path, ""
	}
	return segments[0] + "/" + segments[1], segments[2]
}

// githubFile reads org/repo/REF/file of a raw URL, and org/repo/releases/download/TAG/file.
func githubFile(host, path string) (Remote, bool) {
	segments := strings.Split(path, "/")
	if len(segments) < 2 || segments[0] == "" || segments[1] == "" {
		return Remote{}, false
	}
	var ref string
	var inside []string
	switch {
	case host == "raw.githubusercontent.com" && len(segments) >= 4:
		ref, inside = segments[2], segments[3:]
		if ref == "refs" && len(segments) >= 6 {
			ref, inside = segments[4], segments[5:]
		}
	case len(segments) >= 6 && segments[2] == "releases" && segments[3] == "download":
		ref, inside = segments[4], segments[5:]
	case len(segments) >= 5 && (segments[2] == "raw" || segments[2] == "blob"):
		ref, inside = segments[3], segments[4:]
	default:
		return Remote{}, false
	}
	repository := segments[0] + "/" + segments[1]
	return Remote{
		Artifact: artifact.Artifact{Kind: artifact.Git, Name: repository},
		Version:  artifact.Version{Repository: "github.com/" + repository, Tag: ref},
		Path:     strings.Trim(strings.Join(inside, "/"), "/"),
	}, true
}

// releaseFile reads the revision of a file by plain URL from the one segment that is a version.
func releaseFile(host, path string) (Remote, bool) {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if release.MatchString(segment) {
			name := cmp.Or(strings.Trim(strings.Join(segments[:i], "/"), "/"), host)
			return Remote{
				Artifact: artifact.Artifact{Kind: artifact.Git, Name: name},
				Version:  artifact.Version{Repository: host + "/" + strings.Join(segments[:i], "/"), Tag: segment},
				Path:     strings.Trim(strings.Join(segments[i+1:], "/"), "/"),
			}, true
		}
	}
	return Remote{}, false
}
