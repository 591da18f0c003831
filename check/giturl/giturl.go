// Package giturl reads where Git repositories are found, in all the ways in which people write that down. It
// is the only place that takes such an address apart, so that two readers never disagree about whether two
// addresses are of one repository.
package giturl

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// URL is the address of a Git repository, or of something within one.
type URL struct {
	Host  string // in lower case, with the port where it is not the usual one; empty for a path on a disk
	Path  string // on that host, as it is written, but with its escapes resolved
	Query string // what follows a question mark
}

var (
	// getter is how Kustomize and Terraform are told that Git is meant.
	getter = regexp.MustCompile(`(?i)^git::`)
	scheme = regexp.MustCompile(`(?i)^[a-z][a-z0-9+.-]*://`)
)

// usualPorts are those that each scheme does without.
var usualPorts = map[string]string{"https://": ":443", "http://": ":80", "ssh://": ":22", "git+ssh://": ":22", "git://": ":9418"}

// Parse reads an address: a URL, the user@host:path of scp, or host/path as Kustomize takes it for GitHub. As
// Git has it, a port is only given in a URL: what follows the colon of scp is a path, even if it is a number.
func Parse(location string) URL {
	location, query, _ := strings.Cut(location, "?")
	location = getter.ReplaceAllString(location, "")
	found := scheme.FindString(location)
	rest := location[len(found):]
	if found != "" {
		authority, path, _ := strings.Cut(rest, "/")
		if unescaped, err := url.PathUnescape(path); err == nil {
			path = unescaped
		}
		return URL{strings.TrimSuffix(host(authority), usualPorts[strings.ToLower(found)]), path, query}
	}
	authority, path := rest, ""
	at := strings.IndexAny(rest, "/:")
	if at >= 0 {
		authority, path = rest[:at], rest[at+1:]
	}
	if isScp := at >= 0 && rest[at] == ':'; !isScp && !strings.Contains(authority, "@") && strings.Index(authority, ".") <= 0 {
		return URL{"", rest, query}
	}
	return URL{host(authority), path, query}
}

// host takes the user, and a password, off what names a host.
func host(authority string) string {
	return strings.ToLower(authority[strings.LastIndex(authority, "@")+1:])
}

// Repository names a repository by its host and path, the same for all addresses of it, where the whole
// address is that of a repository; empty if it lacks one of the two.
func (u URL) Repository() string {
	path := Trim(u.Path)
	if u.Host == "" || path == "" {
		return ""
	}
	return u.Host + "/" + path
}

// Trim takes off the path of a repository what Git does without.
func Trim(path string) string {
	return strings.Trim(strings.TrimSuffix(strings.Trim(path, "/"), ".git"), "/")
}

// Among reports whether an address is of the same repository as one of several.
func Among(location string, others []string) bool {
	return slices.ContainsFunc(others, func(other string) bool { return Same(location, other) })
}

// Same reports whether two addresses are those of one repository.
func Same(a, b string) bool {
	name := Parse(a).Repository()
	return name != "" && name == Parse(b).Repository()
}
