package unclaimed

import (
	"regexp"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
)

var (
	digest = regexp.MustCompile(`sha(?:256|512):[0-9a-f]{64}`)
	// plain is what a reference, or a part of one, has no other characters than.
	plain = regexp.MustCompile(`^-?\w[\w.+:@/-]*$`)
	tag   = regexp.MustCompile(`^\w[\w.-]{0,127}$`)
	// numbered is how versions are written, and hardly anything else: numbers with dots, a v and a number, a commit.
	numbered = regexp.MustCompile(`^(?:v?\d+(?:\.\d+)+(?:[-+._][\w.+-]*)?|v\d+|[0-9a-f]{7,40})$`)
	// versionIn is a version of three numbers in a text, no address of a machine; or of two, where the name of a file ends with it.
	versionIn = regexp.MustCompile(`(?:^|[^.\d])\d+\.\d+\.\d+(?:$|[^.\d]|\.(?:\D|$))|[-_@]v?\d+\.\d+\.(?:tgz|zip|jar|whl|wasm|tar)\b|^ami-[0-9a-f]{8,}$`)
	number    = regexp.MustCompile(`^-?\d+$`)
	commit    = regexp.MustCompile(`^(?:\w+-)?[0-9a-f]{7,40}$`)
	api       = regexp.MustCompile(`^v\d+$`) // how the versions of an API are written
	// host is a host, with a port or without.
	host = regexp.MustCompile(`^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?::\d+)?$|^localhost:\d+$`)
	// repository is a host and a path, or a path of several parts.
	repository = regexp.MustCompile(`^[a-z0-9][\w.:-]*(?:/[a-z0-9][\w.-]*)+$`)
	picture    = regexp.MustCompile(`(?i)\.(?:png|jpe?g|svg|gif|webp|ico)$`)
)

// line looks at a text that stands in one line: at all of it, if it is one word, and at each of its words.
func (w *walker) line(text string, at place) {
	parts := wordsOf(text)
	if strings.HasPrefix(text, "{{") { // what it names is what something else says
		at.key, at.under, at.inImage, at.besideImage, at.besideTag = "", false, false, false, false
	}
	for i, part := range parts {
		here := at
		isAll := len(parts) == 1
		if i == 1 && parts[0] == "FROM" { // a line of a Dockerfile
			here, isAll = here.below("image", w), true
		}
		if i == 1 && len(parts) == 2 && (strings.HasSuffix(parts[0], ":") || w.namesImage(parts[0])) {
			here, isAll = here.below(strings.TrimSuffix(parts[0], ":"), w), true // a line of what is no YAML
		}
		if i >= 1 && strings.HasPrefix(parts[i-1], "--") && w.namesImage(parts[i-1]) {
			here, isAll = here.below(strings.TrimLeft(parts[i-1], "-"), w), true // what a flag is given
		}
		if i >= 2 && (parts[i-1] == "=" || parts[i-1] == ":=" || parts[i-1] == ":") {
			here, isAll = here.below(strings.TrimPrefix(parts[i-2], "$"), w), true // what is set
		}
		if name, value, given := strings.Cut(part, "="); given && name != "" && value != "" {
			value, _, _ = strings.Cut(value, "&")
			here, part, isAll = here.below(strings.TrimLeft(name[strings.LastIndexAny(name, "?&")+1:], "-"), w), value, true // a flag, or a variable
		}
		shape := shapeOf(part)
		text := Text{Path: here.path, Value: part, Kind: w.kind(shape, isAll, here)}
		text.Loose = text.Kind == Version && w.isLoose(shape, isAll, here)
		if text.Kind != Claimed {
			w.addText(here, text)
		}
	}
}

// namesImage reports whether a key says that an image follows, or its tag.
func (w *walker) namesImage(key string) bool { return w.says(key).image || w.says(key).tag }

// kind tells why a word may name what runs; Claimed where it may not.
func (w *walker) kind(word string, isAll bool, at place) Kind {
	says := w.says(at.key)
	if says.none || isKnown(word, at.known) || w.configured.NoTag(at.path) {
		return Claimed
	}
	kind := reads(word)
	switch {
	case kind == Digest || kind == Reference:
		return kind
	case isAll && w.isKeyed(word, says, at):
		return ImageKey
	case isAll && looksVersion(word) && (says.revision || at.besideChart && at.key == "version"):
		return Revision
	case kind == Address || kind == Name && (isAll || isRelease(word)):
		return kind
	case isAll && !at.isLabel && isVersioned(word, says, at):
		return Versioned
	case isAll && mayBeVersion(word) || w.isLoose(word, isAll, at):
		return Version
	case isAll && says.hub && mayBePart(word) && !number.MatchString(word):
		return Bare
	case repository.MatchString(word) && (isAll || isAddress(word)) && at.key != "apiVersion":
		return Bare
	}
	return Claimed
}

// isVersioned reports whether a word is a version by the key that it stands under, which does not say that it is an image's.
func isVersioned(word string, says saying, at place) bool {
	if number.MatchString(word) {
		return says.alone && at.key != "ref" || at.inVersions && at.under
	}
	return isNumbered(word) && !api.MatchString(word) && (says.alone || at.inVersions || says.ofOne && at.nested == 0)
}

// isLoose reports whether a word is a version by anything that hints at one: it has one in it, as the names of files and packages
// do, or the key that it stands under is one of those that versions go by, and others.
func (w *walker) isLoose(word string, isAll bool, at place) bool {
	if at.isLabel || at.isSchema || at.key == "apiVersion" {
		return false
	}
	says := w.says(at.key)
	if says.ofNone || at.key == "version" && api.MatchString(word) {
		return false
	}
	return hasVersion(word) || isTagged(word) || isAll && mayBePart(word) && (says.loose || at.inVersions && looksVersion(word))
}

// hasVersion reports whether a version is in a text. Of most words that is told without trying at each of their letters: where
// there are no numbers with a point, there is none but an image of a machine.
func hasVersion(text string) bool {
	return (hasDigit(text) && strings.Contains(text, ".") || strings.HasPrefix(text, "ami-")) && versionIn.MatchString(text)
}

// isKeyed reports whether a word is a part of an image's reference by the keys that it stands under, or beside.
func (w *walker) isKeyed(word string, says saying, at place) bool {
	if !mayBePart(word) {
		return false
	}
	isNumber := number.MatchString(word)
	switch {
	case says.image:
		return !isNumber || says.tag || says.version
	case says.tag:
		return looksVersion(word)
	case at.inImage && says.part:
		return !isNumber
	case at.besideTag && (says.registry || at.key == "name") && strings.Contains(word, "/"):
		return true
	case says.hub && !isNumber && (at.besideTag || at.besideImage || at.inImage):
		return true
	case says.registry:
		return host.MatchString(word) || isAddress(word)
	case at.under:
		return !isNumber && (isNumbered(word) || isAddress(word) || says.version && looksVersion(word))
	case at.besideImage:
		return says.version && looksVersion(word)
	}
	return false
}

// mayBePart reports whether a text may be an image's reference or a part of one, where a key says so: no sentence, no
// address of a page or picture, and no setting.
func mayBePart(text string) bool {
	switch text {
	case "true", "false", "Always", "IfNotPresent", "Never":
		return false
	}
	return plain.MatchString(text) && !strings.Contains(text, "://") && !picture.MatchString(text)
}

// reads tells what a word reads like, whatever it stands under.
func reads(word string) Kind {
	scheme, rest, isURL := strings.Cut(word, "://")
	switch {
	case digest.MatchString(word):
		return Digest
	case isURL && scheme != "oci" && scheme != "docker":
		return Claimed
	case isURL:
		word = rest
	case !strings.Contains(word, ":"):
		return Claimed
	}
	_, version, err := artifact.ParseImage(word)
	first, _, hasPath := strings.Cut(word, "/")
	isHost := hasPath && (strings.ContainsAny(first, ".:") || first == "localhost")
	switch {
	case err == nil && isHost && version.Tag != "":
		return Reference
	case isURL:
		return Address
	case err != nil || version.Tag == "":
		return Claimed
	case hasPath && hasDigit(version.Tag), isNumbered(version.Tag) && strings.ContainsFunc(first, isLetter):
		return Name
	}
	return Claimed
}

func hasDigit(text string) bool { return strings.ContainsAny(text, "0123456789") }

// tagged is a name of several parts with a tag, whatever it is.
var tagged = regexp.MustCompile(`^[a-z0-9][\w.-]*(?:/[a-z0-9][\w.-]*)+:\w[\w.-]{0,127}$`)

// isTagged reports whether a word is a name with a tag.
func isTagged(word string) bool { return tagged.MatchString(word) && reads(word) == Claimed }

// isRelease reports whether a name with a tag has a path, and a tag that is written as versions are: within other words, too,
// that is hardly anything else.
func isRelease(word string) bool {
	name, tag, _ := strings.Cut(word, ":")
	return strings.Contains(name, "/") && !strings.HasPrefix(name, "/") && isNumbered(tag)
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }

// isAddress reports whether a word is a repository's: a host and a path.
func isAddress(word string) bool {
	first, _, _ := strings.Cut(word, "/")
	return repository.MatchString(word) && !strings.HasSuffix(word, ".git") && strings.ContainsAny(first, ".:") || reads(word) != Claimed
}

func isNumbered(word string) bool {
	return hasDigit(word) && numbered.MatchString(word) && !number.MatchString(word)
}

// looksVersion reports whether a word is a tag, where a key says that it may be one.
func looksVersion(word string) bool {
	switch word {
	case "latest", "stable", "main", "master", "edge", "nightly", "dev", "develop":
		return true
	}
	return hasDigit(word) && tag.MatchString(word) || commit.MatchString(word)
}

// mayBeVersion reports whether a word that equals a version that something runs hardly does so by chance.
func mayBeVersion(word string) bool {
	separators := strings.Count(word, ".") + strings.Count(word, "-") + strings.Count(word, "_")
	return hasDigit(word) && (separators >= 2 || len(word) >= 6) && tag.MatchString(word)
}
