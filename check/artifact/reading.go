package artifact

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/blang/semver/v4"
)

var (
	// leading is a version at the beginning of a tag: v1.4.2, 2, V2.1.0.1, 2.1-alpine, 2.1.0.Final. A number by itself is
	// short, or it is a date, a build or a commit.
	leading = regexp.MustCompile(`^[vV]?(\d{1,18}(?:\.\d{1,18})+|\d{1,3})([^0-9a-zA-Z].*|[a-zA-Z].*)?$`)
	// further is a version behind a word, which has to have a dot: release-2.1.0, shop_v2.1.
	further = regexp.MustCompile(`(?:^|[^0-9a-zA-Z.])[vV]?(\d{1,18}(?:\.\d{1,18})+)`)
	// padded is a zero that a semantic version does not have before a number: rc.01.
	padded = regexp.MustCompile(`([.-])0+(\d)`)
)

// readings are the versions that a tag may stand for, as far as a range can tell them apart. What follows the numbers is mostly
// a variant or a build, so that it is read with it and without. A tag with fewer numbers than three is moved along with
// what is released, and may stand for any version that begins like it.
func (b *Bad) readings(tag string) []semver.Version {
	var all []semver.Version
	if found := leading.FindStringSubmatch(tag); found != nil {
		if found[2] != "" && isLetter(found[2][0]) && !strings.Contains(found[1], ".") {
			return nil // a commit that begins with digits, or a word
		}
		if whole, err := semver.ParseTolerant(padded.ReplaceAllString(tag, "$1$2")); err == nil {
			all = append(all, whole)
		}
		return append(all, b.from(found[1])...)
	}
	for _, found := range further.FindAllStringSubmatch(tag, -1) {
		all = append(all, b.from(found[1])...)
	}
	return all
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// from are the versions that begin with some numbers: the first, the last, and those next to what the range itself names.
func (b *Bad) from(text string) []semver.Version {
	var numbers [3]uint64
	parts := strings.Split(text, ".")
	for i, part := range parts[:min(3, len(parts))] {
		numbers[i], _ = strconv.ParseUint(part, 10, 64) // of so few digits that there is no error
	}
	first := semver.Version{Major: numbers[0], Minor: numbers[1], Patch: numbers[2]}
	if len(parts) >= 3 {
		return []semver.Version{first}
	}
	const last = 1 << 63
	all := []semver.Version{first, {Major: first.Major, Minor: first.Minor, Patch: last}}
	if len(parts) == 1 {
		all = append(all, semver.Version{Major: first.Major, Minor: last})
	}
	for _, found := range further.FindAllStringSubmatch(strings.NewReplacer("<", " ", ">", " ", "=", " ", "!", " ").Replace(b.Version), -1) {
		named, err := semver.ParseTolerant(found[1])
		if err != nil || named.Major != first.Major || len(parts) == 2 && named.Minor != first.Minor {
			continue
		}
		next, before := named, named
		next.Patch++
		all = append(all, named, next)
		if before.Patch > 0 {
			before.Patch--
			all = append(all, before)
		}
	}
	return all
}
