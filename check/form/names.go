package form

import (
	"regexp"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Names that speak of images, whatever the case and separators that a format prefers.
var (
	// imageName is what ends in the word image, or in what an image's reference is called besides.
	// RELATED_IMAGE_ is how operators name those that they run.
	imageName = regexp.MustCompile(`(?:^i|[_.-]i|I)mage(?:Name|Ref|Reference|U[Rr][LlIi]|[_.-](?:name|ref|reference|ur[li]))?$` +
		`|(?:^|_)IMAGE(?:_(?:NAME|REF|REFERENCE|UR[LI]))?$|^RELATED_IMAGE_`)
	// imagesName is a list of images, or a mapping of them by name.
	imagesName = regexp.MustCompile(`(?:^i|[_-]i|I)mages$`)
	// tagName is the tag of an image: what comes before the word tag says which.
	tagName = regexp.MustCompile(`^(?:|.*[_.-]|.*[a-z0-9])(?:(?i:image)|(?i:docker))[_.-]?(?:tag|Tag|TAG)$`)
	// validTag is what a registry takes for a tag.
	validTag = regexp.MustCompile(`^\w[\w.-]{0,127}$`)
)

// namesImage reports whether a field or variable is named after an image. Of the names that are
// configured the last that matches counts, and ! says that it names none.
func (r *Reader) namesImage(name string) bool {
	known, ok := r.known[name]
	if !ok {
		known = imageName.MatchString(name)
		for _, glob := range r.Variables {
			pattern, not := strings.CutPrefix(glob, "!")
			if doublestar.MatchUnvalidated(pattern, name) {
				known = !not
			}
		}
		r.known[name] = known
	}
	return known
}

// namesTag reports whether a field or variable is named after the tag of an image.
func namesTag(name string) bool { return tagName.MatchString(name) }

// isVariable reports whether a name is written as those of environment variables are.
func isVariable(name string) bool { return strings.ToUpper(name) == name }

// bare is a name in lower case without what separates its words.
func bare(name string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
}
