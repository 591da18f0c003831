package artifact

import (
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Order compares two versions by their tags as semantic versions: negative if v is the older. It
// reports false where the tags have no such order: not both semantic versions, or equal in it
// though they are written differently.
func (v Version) Order(w Version) (int, bool) {
	if v.Tag == w.Tag {
		return 0, false
	}
	a, b := semantic(v.Tag), semantic(w.Tag)
	if a == nil || b == nil {
		return 0, false
	}
	order := a.Compare(b)
	return order, order != 0
}

// semantic reads a tag leniently ("v2", "1.10"), but not a bare number: that may as well be a commit
// abbreviated to digits.
func semantic(tag string) *semver.Version {
	if !strings.HasPrefix(tag, "v") && !strings.Contains(tag, ".") {
		return nil
	}
	version, err := semver.NewVersion(tag)
	if err != nil {
		return nil
	}
	return version
}
