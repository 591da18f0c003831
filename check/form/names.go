package form

import (
	"path"
	"regexp"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/promocheck/promocheck/check/artifact"
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
	tagName = regexp.MustCompile(`^(?:|.*[_.-]|.*[a-z0-9])(?:(?:(?i:image)|(?i:docker))[_.-]?(?:tag|Tag|TAG)|(?i:image)[_.-]?(?:version|Version|VERSION))$`)
	// tagsName is a mapping of tags by what they are the tags of.
	tagsName = regexp.MustCompile(`^(?:i|.*[_-]i|.*I)mage[_-]?[tT]ags$`)
	// validTag is what a registry takes for a tag.
	validTag = regexp.MustCompile(`^\w[\w.-]{0,127}$`)
	// versionVariable is how variables are called that hold nothing but a version.
	versionVariable = regexp.MustCompile(`(?i)(?:^|[_-])(?:tag|version)$`)
)

// versionKeys are the keys of which the value is a version by itself, without the name of what it is a
// version of; keys that are named after an image's tag are such too.
var versionKeys = map[string]bool{
	"tag": true, "newTag": true, "digest": true, // of an image
	"version":        true,                                                 // of a chart
	"targetRevision": true, "semver": true, "branch": true, "commit": true, // of what is in Git
}

// SaysVersion reports whether what stands under a key is a version by itself.
func SaysVersion(key string) bool { return versionKeys[key] || namesTag(key) }

// SaysTag reports whether what stands under a key is an image's tag by itself.
func SaysTag(key string) bool { return key == "tag" || namesTag(key) }

// versionKind tells what a version is of that a patch puts at a path, as the path alone tells it; empty if
// that is no version.
func versionKind(at string) string {
	switch key := path.Base(at); {
	case key == "version" && strings.Contains(at, "/chart"):
		return artifact.Chart
	case key == "targetRevision", strings.HasPrefix(at, "/spec/ref/") && SaysVersion(key):
		return artifact.Git
	case key == "newTag", isTag(key):
		return artifact.Image
	}
	return ""
}

// namesImage reports whether a field or variable is named after an image. Of the names that are
// configured the last that matches counts, and ! says that it names none.
func (s Settings) namesImage(name string) bool {
	image, _ := s.Names(name)
	return image
}

// Names reports whether a field or variable is named after an image, and whether the configuration says that
// it names none.
func (s Settings) Names(name string) (image, none bool) {
	// Every key of every object is asked about, and the pattern takes longer than this.
	image = (strings.Contains(name, "mage") || strings.Contains(name, "MAGE")) && imageName.MatchString(name)
	for _, glob := range s.Variables {
		pattern, not := strings.CutPrefix(glob, "!")
		if doublestar.MatchUnvalidated(pattern, name) {
			image, none = !not, not
		}
	}
	return image, none
}

// isTag reports whether a field is the tag of an image that other fields beside it name.
func isTag(key string) bool { return key == "tag" || namesTag(key) }

// namesTag reports whether a field or variable is named after the tag of an image.
func namesTag(name string) bool {
	isTag := strings.HasSuffix(name, "tag") || strings.HasSuffix(name, "Tag") || strings.HasSuffix(name, "TAG") ||
		strings.HasSuffix(name, "ersion") || strings.HasSuffix(name, "VERSION")
	return isTag && tagName.MatchString(name)
}

// isVariable reports whether a name is written as those of environment variables are.
func isVariable(name string) bool { return strings.ToUpper(name) == name }

var separators = strings.NewReplacer("_", "", "-", "", ".", "")

// bare is a name in lower case without what separates its words.
func bare(name string) string { return separators.Replace(strings.ToLower(name)) }
