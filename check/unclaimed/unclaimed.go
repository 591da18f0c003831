// Package unclaimed looks through a document once more, after the readers of versions: for each text that none of
// them understood it asks whether the text may name what runs. It knows no form and no kind of object, only what
// keys say and what texts read like, so that a place that nobody has thought of is not silent.
package unclaimed

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/promocheck/promocheck/check/artifact"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Kind says why a text may name what runs.
type Kind string

// Kinds, the surest first.
const (
	Digest    Kind = "digest"    // it has a digest
	Reference Kind = "reference" // it has a host, and a path with a tag
	ImageKey  Kind = "image-key" // it stands beside a key that says image
	Revision  Kind = "revision"  // it stands at a chart's version, or a revision in Git
	Emptied   Kind = "emptied"   // it is empty, beside a key that says image
	Directory Kind = "directory" // of a repository elsewhere: at one revision each has versions of its own
	Source    Kind = "source"    // that charts or manifests are taken from
	Taken     Kind = "taken"     // what a controller deploys from elsewhere, where alone its version is known
	Choice    Kind = "choice"    // it decides which versions a controller picks, and names none
	Acts      Kind = "acts"      // it changes what others run from what they say
	Uncounted Kind = "uncounted" // it stands for all texts past the most that are kept
	Hidden    Kind = "hidden"    // it stands for values that are not to be known, and may set any version
	Address   Kind = "address"   // it is an address of a registry
	Name      Kind = "name"      // it is a name with a tag
	Version   Kind = "version"   // it may be a version, if something is known to run that, or it is loose and takes another's place
	Versioned Kind = "versioned" // it stands at a key that says version, and nothing else
	Bare      Kind = "bare"      // it has no version, or nothing at all, where a reference may have stood
	Claimed   Kind = ""          // a reader knows it
)

// Text is a scalar, or a word of one, that may name what runs.
type Text struct {
	Path  string // of keys, and of names of the elements of lists
	Value string
	Kind  Kind
	Loose bool // it stands where a version may, or has one in it
	Line  int  // in the file, if the document is one's
}

// Claims are the scalars that readers understood, with the versions that they found there.
type Claims map[*yaml.Node][]artifact.Version

// Configured is what the repo says of names of its own.
type Configured interface {
	Names(name string) (image, none bool) // it is named after an image, or is said to be none's
	NoTag(path string) bool               // what stands there is said to be no tag
}

// mostTexts bounds what is kept of a document.
const mostTexts = 5000

// In lists what may name what runs in a document, and what readers know of it, for comparison.
func In(root *yaml.Node, claims Claims, configured Configured) []Text {
	w := walker{claims: claims, configured: configured, isSecret: isSecret(root), said: map[string]saying{}, seen: map[Text]bool{}}
	w.node(root, place{isSecret: w.isSecret, isSchema: isSchema(root)})
	w.source(root)
	w.chosen(root)
	return w.texts
}

// add keeps a text, once for all elements of a list that have it at the same path.
func (w *walker) add(at place, value string, kind Kind) {
	w.addText(at, Text{Path: at.path, Value: value, Kind: kind})
}

func (w *walker) addText(at place, text Text) {
	if w.seen[text] {
		return
	}
	w.seen[text] = true
	text.Line = at.line
	if len(w.texts) < mostTexts {
		w.texts = append(w.texts, text)
		return
	}
	if len(w.texts) == mostTexts {
		w.texts = append(w.texts, Text{Kind: Uncounted})
	}
	last := &w.texts[mostTexts]
	sum := sha256.Sum256([]byte(last.Value + "\x00" + text.Path + "\x00" + text.Value))
	last.Value = hex.EncodeToString(sum[:])
}
