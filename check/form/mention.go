package form

import (
	"path"
	"strings"
)

// Mention is what a place is that runs nothing by itself: whoever reads it may run what it names, or nobody does. Empty
// is a place of which it is known that what stands there is run.
type Mention string

// Places that run nothing by themselves, beside annotations.
const (
	Variable      Mention = "variable"      // of an environment, a flag, a parameter: a program is told
	Configuration Mention = "configuration" // an entry of a ConfigMap or Secret
)

// annotation is the place under a key of annotations: whoever reads one of them does not read another.
func annotation(key string) Mention { return Mention("annotation " + key) }

// Proves reports whether a version at one place is evidence for the same version at another: what runs is, and what is
// only mentioned is so for what is mentioned likewise.
func (m Mention) Proves(other Mention) bool { return m == "" || m == other }

// mentioned has what read finds count as mentioned at a place.
func (f *imageFinder) mentioned(at Mention, read func()) {
	before := len(f.found)
	read()
	for i := range f.found[before:] {
		f.found[before+i].Mention = at
	}
}

// mentionAt is the place that a JSON patch puts something at.
func mentionAt(at string) Mention {
	switch {
	case strings.Contains(at, "/annotations/"):
		return annotation(strings.NewReplacer("~1", "/", "~0", "~").Replace(path.Base(at)))
	case strings.Contains(at, "/env/"), strings.Contains(at, "/args/"), strings.Contains(at, "/command/"):
		return Variable
	case strings.HasPrefix(at, "/data/"), strings.HasPrefix(at, "/stringData/"):
		return Configuration
	}
	return ""
}
