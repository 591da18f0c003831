package artifact

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/blang/semver/v4"
	"github.com/bmatcuk/doublestar/v4"
)

// Bad are versions of which a team says that they are not to run.
type Bad struct {
	Artifact string // a glob for the name, with the registry's host or without
	Version  string // a tag, a digest, or a range of semantic versions
	Reason   string
	Line     int // where it says so

	within semver.Range // nil: it is one version
}

// mayBeRange is what no tag has: 1.4.x is taken for a range, too.
var mayBeRange = regexp.MustCompile(`[<>=!|^~, *]|(?:^|\.)[xX](?:\.|$)`)

// Read works out what the text of the version means. The error is about a range that is none.
func (b *Bad) Read() error {
	if !mayBeRange.MatchString(b.Version) {
		return nil
	}
	within, err := semver.ParseRange(b.Version)
	if err != nil {
		return fmt.Errorf("%q is no range of semantic versions, such as >=1.4.0 <1.4.7", b.Version)
	}
	b.within = within
	return nil
}

// Has reports whether a version of an artifact is one of them. The groups are names that mean one artifact.
func (b *Bad) Has(a Artifact, v Version, same []Names) bool {
	if !b.names(a, v, same) {
		return false
	}
	if b.within == nil {
		return b.Version == v.Tag || b.Version == v.Digest || isOne(b.Version, v.Tag)
	}
	return slices.ContainsFunc(b.readings(v.Tag), b.within)
}

// names reports whether an artifact is called as it is listed: with the registry's host or without, as Docker Hub's official
// images are in short or in full, or by another name of its group.
func (b *Bad) names(a Artifact, v Version, same []Names) bool {
	listed, full := path(b.Artifact), b.Artifact
	if _, parsed, err := ParseImage(b.Artifact); err == nil {
		full = parsed.Repository
	}
	isCalled := func(name string) bool { return doublestar.MatchUnvalidated(official(listed), official(name)) }
	return isCalled(a.Name) || isCalled(path(v.Repository)) || doublestar.MatchUnvalidated(b.Artifact, v.Repository) ||
		Call(Artifact{Name: listed}, full, same).Name == a.Name
}

// official is the short name of an image that is official at Docker Hub, which mirrors have by the full one.
func official(name string) string { return strings.TrimPrefix(name, "library/") }

// isOne reports whether two texts are one semantic version: v1.2.0 and 1.2.0.
func isOne(a, b string) bool {
	return strings.Contains(a, ".") && strings.TrimLeft(a, "vV") == strings.TrimLeft(b, "vV")
}
