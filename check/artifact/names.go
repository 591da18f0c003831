package artifact

import "strings"

// Names are those that one artifact goes by, with the registry's host or without; or prefixes of names, which end in a
// slash: whatever follows them is one artifact.
type Names []string

// Call returns an artifact under the first name of a group that has one of its names. Of several groups the first counts.
func Call(a Artifact, repository string, groups []Names) Artifact {
	for _, names := range groups {
		for _, name := range names {
			for _, known := range []string{a.Name, repository} {
				if rest, ok := after(known, name); ok {
					a.Name = path(names[0] + rest)
					return a
				}
			}
		}
	}
	return a
}

// after cuts a name, or a prefix of names, off what is known; false where it is another.
func after(known, name string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(known, name)
	return rest, ok && (rest == "" || strings.HasSuffix(name, "/"))
}

// path is a name without the host of a registry.
func path(name string) string {
	host, rest, found := strings.Cut(name, "/")
	if found && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return rest
	}
	return name
}
