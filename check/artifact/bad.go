package artifact

import (
	"fmt"
	"regexp"
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

// Has reports whether a version of an artifact is one of them. What follows the numbers of a tag is mostly a variant or a
// build: a version is in a range by what it is with it, or without.
func (b *Bad) Has(a Artifact, v Version) bool {
	if !doublestar.MatchUnvalidated(path(b.Artifact), a.Name) && !doublestar.MatchUnvalidated(b.Artifact, v.Repository) {
		return false
	}
	if b.within == nil {
		return b.Version == v.Tag || b.Version == v.Digest || isOne(b.Version, v.Tag)
	}
	is := semantic(v.Tag)
	if is == nil {
		return false
	}
	whole, err := semver.ParseTolerant(v.Tag)
	return b.within(is.Version) || err == nil && b.within(whole)
}

// isOne reports whether two texts are one semantic version: v1.2.0 and 1.2.0.
func isOne(a, b string) bool {
	return strings.Contains(a, ".") && strings.TrimPrefix(a, "v") == strings.TrimPrefix(b, "v")
}
