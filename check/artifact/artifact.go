// Package artifact holds the nouns of a promotion: what carries a version (a container image, a Git
// revision) and the version itself, with the rules that say when two versions are the same one.
package artifact

import (
	"cmp"
	"strings"
)

// Kinds of artifact.
const (
	Image = "image"
	Git   = "git"
	Chart = "chart"
)

// Artifact is what carries a version. Its name leaves out the registry host, because an environment
// may pull the same artifact from a registry of its own.
type Artifact struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// Key is the artifact as one string, "kind/name", as the event's state is keyed.
func (a Artifact) Key() string { return a.Kind + "/" + a.Name }

// Compare orders artifacts by kind and name.
func (a Artifact) Compare(b Artifact) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
}

// Version is where an artifact comes from and which one it is. Repository includes the registry
// host; Tag and Digest are empty where the reference has none. Both are text, to the letter.
type Version struct {
	Repository string `json:"repository"`
	Tag        string `json:"tag"`
	Digest     string `json:"digest"`
}

// Same reports whether two versions are provably the same one: their digests are equal or, where
// neither has a digest, their tags are. A digest on one side only proves nothing. The repository does
// not count: promoting between registries keeps the version.
func (v Version) Same(w Version) bool {
	if v.Digest != "" || w.Digest != "" {
		return v.Digest == w.Digest
	}
	return v.Tag == w.Tag
}

// MayBe reports whether two versions may be one, as who answers for a version has to take them: of the same digest or,
// where not both have one, of one tag, with or without a v before the numbers.
func (v Version) MayBe(w Version) bool {
	if v.Digest != "" && w.Digest != "" {
		return v.Digest == w.Digest
	}
	return v.Tag != "" && v.Tag == w.Tag || isOne(v.Tag, w.Tag)
}

// Spellings are the tags by which that may be the same version: 1.2.0 for v1.2.0.
func (v Version) Spellings() []string {
	if numbers := strings.TrimPrefix(v.Tag, "v"); isOne(v.Tag, numbers) {
		return []string{v.Tag, numbers, "v" + numbers}
	}
	return []string{v.Tag}
}

// Unchanged reports whether replacing v by w deploys the same thing from the same place.
func (v Version) Unchanged(w Version) bool { return v.Repository == w.Repository && v.Same(w) }

// Renamed reports whether w is the very same build under another tag.
func (v Version) Renamed(w Version) bool {
	return v.Digest != "" && v.Digest == w.Digest && v.Tag != "" && w.Tag != "" && v.Tag != w.Tag
}

// Compare orders versions for output; it says nothing about which is newer.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.Repository, w.Repository), cmp.Compare(v.Tag, w.Tag), cmp.Compare(v.Digest, w.Digest))
}

// String is the version as people name it: the tag, the digest shortened to what tells it apart, or
// both. The repository is left out.
func (v Version) String() string {
	digest := v.Digest
	if algorithm, hex, ok := strings.Cut(digest, ":"); ok && len(hex) > 12 {
		digest = algorithm + ":" + hex[:12]
	}
	switch {
	case v.Tag == "" && digest == "":
		return "(no tag)"
	case digest == "":
		return v.Tag
	case v.Tag == "":
		return digest
	}
	return v.Tag + "@" + digest
}
