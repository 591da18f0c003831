package kustomization

import (
	"maps"
	"slices"
)

// With is a closure that takes all of another from elsewhere in the repo, too. Neither is changed.
func (c *Closure) With(other *Closure) *Closure {
	with := *c
	with.taken = taken{files: map[string]bool{}}
	for _, paths := range []map[string]bool{c.taken.files, other.paths, other.hints, other.taken.files} {
		maps.Copy(with.taken.files, paths)
	}
	with.taken.under = slices.Compact(slices.Sorted(slices.Values(slices.Concat(c.taken.under, other.under, other.taken.under))))
	return &with
}

// Bringing is a closure without the resources that stand in other files than some: whatever stands there, those that are
// looked for are built the same.
func (c *Closure) Bringing(files []string) *Closure {
	others := map[string]bool{}
	for at, named := range c.names {
		for _, file := range named {
			is, known := others[file]
			others[file] = at.field == Resources && (is || !known)
		}
	}
	bringing := *c
	bringing.paths = map[string]bool{}
	for path := range c.paths {
		if !others[path] || slices.Contains(files, path) {
			bringing.paths[path] = true
		}
	}
	return &bringing
}
