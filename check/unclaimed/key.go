package unclaimed

import (
	"slices"
	"strings"
	"unicode"
)

// saying is what a key says of the text under it.
type saying struct {
	image    bool // it is an image, or a part of one's reference
	tag      bool // it is a tag
	version  bool // it is a version of something
	registry bool // it is a registry, or a repository
	hub      bool // it is a registry, or a part of one
	revision bool // it is a revision in Git
	alone    bool // it is a version, and the key does not say of what
	part     bool // it is a part of a reference, in a mapping that is an image
	versions bool // it has versions below it, by what they are versions of
	ofOne    bool // it is the version of what it names
	ofNone   bool // it is a version by which nothing runs
	loose    bool // it may be a version, or what one is picked by, or a part of one
	label    bool // labels, annotations or a selector of some follow
	none     bool // it names nothing that runs
}

// afterImage are the words that may follow image in the name of an image, or of a part of its reference.
var afterImage = words("name names ref reference uri url tag tags version versions repository repo registry registries digest sha sha256 hash id " +
	"override prefix suffix default new host namespace organization org variant path source location spec pullspec")

// inImage are those that a part of a reference goes by, in a mapping that is an image.
var inImage = words("repository repo registry host hub name fullname image namespace organization org project path variant flavor flavour distro prefix suffix " +
	"tagprefix tagsuffix tagname reference uri url id base source from edition")

// alone are the keys that say that a version follows, and not of what.
var alone = words("version appversion chartversion release build commit revision rev sha ref startingcsv " +
	"gitcommit gitrevision gitsha commitsha commithash buildnumber buildid")

// afterRegistry are the words that may follow registry in the name of one.
var afterRegistry = words("host hostname url server address mirror domain prefix path")

// ofNone are the words in the names of versions that are none of what runs: of protocols, formats and limits, and of what a
// dashboard was made with.
var ofNone = words("api tls ssl http protocol schema format config template policy min max minimum maximum kube kubernetes k8s plugin panel crd language spec")

// labels are the words that a name ends with which tells of labels and the like.
var labels = words("labels annotations selector")

// loosely are the words that a name ends with which may say a version, or what one is picked by, if it says of what; and ofRef those
// that may stand before ref then, of which most are of other objects.
var (
	loosely = words("version ver tag rel release revision rev sha commit branch channel track build")
	ofRef   = words("git source chart image branch commit base repo")
)

// looseNames are those that end otherwise.
var looseNames = words("releasename releasetag releaseversion buildnumber buildid tagsuffix tagprefix versionsuffix ref")

// afterTag are those that may follow tag.
var afterTag = words("override name suffix prefix")

func words(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}

// says tells what a key says.
func (w *walker) says(key string) saying {
	known, ok := w.said[key]
	if !ok {
		known = w.read(key)
		w.said[key] = known
	}
	return known
}

func (w *walker) read(key string) saying {
	var s saying
	if s.image, s.none = w.configured.Names(key); s.none {
		return saying{none: true}
	}
	parts := split(key)
	if len(parts) == 0 {
		return s
	}
	last := parts[len(parts)-1]
	for i, part := range slices.Backward(parts) {
		rest := parts[i+1:]
		switch part {
		case "image", "images", "img":
			s.image = s.image || all(rest, afterImage)
		case "docker":
			s.image = s.image || len(rest) > 0 && all(rest, afterImage)
		case "tag":
			s.tag = s.tag || all(rest, afterTag)
		}
	}
	s.tag = s.tag || s.image && last == "tags"
	s.version = last == "version" || last == "versions" || last == "digest" || last == "sha" || last == "sha256" || last == "hash"
	s.versions = last == "versions" || key == "tags" || last == "images"
	isOfNone := slices.ContainsFunc(parts, func(part string) bool { return ofNone[part] })
	s.ofOne = last == "version" && len(parts) > 1 && !isOfNone
	at := slices.Index(parts, "registry")
	s.registry = at >= 0 && all(parts[at+1:], afterRegistry) || last == "repository" || last == "repo" || key == "hub" || last == "mirror"
	s.hub = last == "registry" || last == "hub"
	s.revision = key == "targetRevision"
	s.loose = !isOfNone && (loosely[last] || looseNames[strings.Join(parts, "")] || last == "ref" && ofRef[parts[max(0, len(parts)-2)]])
	s.label, s.ofNone = labels[last], s.version && isOfNone
	s.alone, s.part = alone[strings.Join(parts, "")], inImage[strings.Join(parts, "")]
	return s
}

func all(parts []string, allowed map[string]bool) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !allowed[part] })
}

// split takes a name apart into its words, in lower case.
func split(name string) []string {
	var parts []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			parts = append(parts, unnumbered(strings.ToLower(string(word))))
		}
		word = nil
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
			continue
		case unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])):
			end()
		}
		word = append(word, r)
	}
	end()
	return parts
}

// unnumbered is a word without the number that tells it from others of its name, as image2 has one.
func unnumbered(word string) string {
	bare := strings.TrimRight(word, "0123456789")
	if bare == "" || bare == "sha" {
		return word
	}
	return bare
}
