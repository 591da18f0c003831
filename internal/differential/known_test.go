package differential

import "strings"

// excluded names what a case is known to fail for; empty: nothing. Each is a fault of the program that is not mended yet.
// -differential.known tries them.
func excluded(t *trial) string {
	for _, k := range knownFaults {
		if t.kind == k.kind && k.of(t) {
			return k.name
		}
	}
	return ""
}

var knownFaults = []struct {
	name string
	kind kind
	of   func(t *trial) bool
}{
	// An image under a key that does not say image is known by its host, path and tag. Once it has no tag, nothing tells
	// it from any other text, and that it stood there with a tag before is not looked at.
	{"a tag that is lost under a key that does not say image", moves, func(t *trial) bool {
		return strings.Contains(t.name, "the tag is lost") && (t.uses("package") || t.uses("bundle") || t.uses("under-any-name") || t.uses("image-tags") || t.uses("oci"))
	}},
	// What an Application that has texts in !!binary takes from this repository is not followed to the files of values:
	// there is a note on the Application alone, since it is the same before and after.
	{"values of an application with encoded texts", moves, func(t *trial) bool {
		return t.uses("values-of-a-chart-elsewhere") && (t.tricks["binary-value"] || t.tricks["binary-key"])
	}},
	// What Kustomize passes on with a key in !!binary, who applies it decodes. Only keys that say image are decoded then.
	{"an encoded key of an application's revision, or of what a set is made from", moves, func(t *trial) bool {
		return (t.uses("set-of-applications") || t.uses("application-revision")) && (t.tricks["binary-key"] || t.how == "binary-key")
	}},
	// A file of values that has one line is looked at as a line, and once a comment is above it as YAML: what it says is
	// at another place then, and counts as new.
	{"a comment above the only line of a file within a ConfigMap", nothing, func(t *trial) bool {
		return t.uses("helm-release-values-from") && t.tricks["flow"]
	}},
}

func (t *trial) uses(name string) bool { return strings.Contains(t.name, name) }
