package artifact

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/blang/semver/v4"
)

// Order compares two versions by their tags: negative if v is the older. Semantic versions are compared as such, other
// tags of one shape by their parts. It reports false where the tags have no order: of different shapes, equal though they
// are written differently, or told apart only by what has none, as commits are.
func (v Version) Order(w Version) (int, bool) {
	if v.Tag == w.Tag {
		return 0, false
	}
	if order, known := semantically(v.Tag, w.Tag); known {
		return order, true
	}
	return byShape(v.Tag, w.Tag)
}

func semantically(v, w string) (int, bool) {
	a, b := semantic(v), semantic(w)
	if a == nil || b == nil {
		return 0, false
	}
	order := cmp.Or(cmp.Compare(a.Major, b.Major), cmp.Compare(a.Minor, b.Minor), cmp.Compare(a.Patch, b.Patch))
	if order == 0 {
		order = stages(a.prerelease, b.prerelease)
	}
	return order, order != 0
}

// stage is what counts towards a release: rc.2, beta1, SNAPSHOT.
var stage = regexp.MustCompile(`^(?i)(alpha|beta|rc|snapshot)[.-]?([0-9]{0,9})$`)

// stages compares what follows the numbers of two tags; 0 where that has no order. Mostly it is none: a commit, how many
// commits there were since, a build or a variant, of which the order of semantic versions would be one by chance.
func stages(a, b string) int {
	x, y := stage.FindStringSubmatch(a), stage.FindStringSubmatch(b)
	switch {
	case a == "" && y != nil:
		return 1
	case b == "" && x != nil:
		return -1
	case x == nil || y == nil:
		return 0
	}
	m, _ := strconv.Atoi(x[2]) // none is the first
	n, _ := strconv.Atoi(y[2])
	return cmp.Or(cmp.Compare(strings.ToLower(x[1]), strings.ToLower(y[1])), cmp.Compare(m, n))
}

// semanticVersion is a tag read as a semantic version. What follows the numbers stays text, since numbers in it, as
// times are, may be larger than any that is computed with.
type semanticVersion struct {
	semver.Version
	prerelease string
}

// afterNumbers is what may follow the numbers, by the grammar of semantic versions.
var afterNumbers = regexp.MustCompile(`^(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$`)

// semantic reads a tag leniently ("v2", "1.10-alpine"), but not a bare number: that may as well be a commit
// abbreviated to digits.
func semantic(tag string) *semanticVersion {
	if !strings.HasPrefix(tag, "v") && !strings.Contains(tag, ".") {
		return nil
	}
	numbers, prerelease := tag, ""
	if at := strings.IndexAny(tag, "-+"); at >= 0 {
		after := afterNumbers.FindStringSubmatch(tag[at:])
		if after == nil {
			return nil
		}
		numbers, prerelease = tag[:at], after[1]
	}
	if strings.HasSuffix(numbers, ".") {
		return nil
	}
	for strings.Count(numbers, ".") < 2 {
		numbers += ".0"
	}
	version, err := semver.ParseTolerant(numbers)
	if err != nil {
		return nil
	}
	return &semanticVersion{version, prerelease}
}
