package kustomization

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"maps"
	"slices"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/promocheck/promocheck/check/tree"
)

// Watch adds all that decides what the directory builds to.
func (c *Closure) Watch(w *tree.Watch) {
	for p := range c.paths {
		w.Entry(p)
	}
	for p := range c.hints {
		w.Entry(p)
	}
	for p := range c.taken.files {
		w.Entry(p)
	}
	for _, dir := range slices.Concat(c.under, c.taken.under) {
		w.Whole(dir)
	}
}

// Key tells what a directory is built from: two closures with the same key, of whatever trees, build
// to the same.
type Key [sha256.Size]byte

// Key is the closure's key in the tree that it was read from.
func (c *Closure) Key(t *tree.Tree) Key {
	h := sha256.New()
	for _, paths := range []map[string]bool{c.paths, c.hints, c.taken.files} {
		for _, p := range slices.Sorted(maps.Keys(paths)) {
			entry, err := t.Lookup(p)
			if err != nil || entry.Mode.IsDir() {
				entry = tree.Entry{Mode: entry.Mode}
			}
			write(h, p, entry)
		}
	}
	for _, dir := range slices.Concat(c.under, c.taken.under) {
		entry, _ := t.Lookup(dir) // what is not there has no content
		write(h, dir, entry)
	}
	return Key(h.Sum(nil))
}

func write(h hash.Hash, path string, entry tree.Entry) {
	fmt.Fprintf(h, "%q %o %s\n", path, entry.Mode, entry.OID)
}

// Texts are the files that the directory is built from, in the order of their paths, with what is in
// them by content.
func (c *Closure) Texts(t *tree.Tree) []tree.Entry {
	var found []tree.Entry
	known := map[tree.Entry]bool{}
	add := func(entry tree.Entry) {
		if entry.Mode.IsFile() && !known[entry] {
			known[entry], found = true, append(found, entry)
		}
	}
	for _, paths := range []map[string]bool{c.paths, c.hints, c.taken.files} {
		for _, p := range slices.Sorted(maps.Keys(paths)) {
			if entry, err := t.Lookup(p); err == nil {
				add(entry)
			}
		}
	}
	for _, dir := range slices.Concat(c.under, c.taken.under) {
		_ = t.Walk(dir, func(_ string, entry tree.Entry) error { // what cannot be read has no text
			add(entry)
			return nil
		})
	}
	return found
}

// Composes reports whether an image may be put together from pieces, so that no file says its tag: by
// replacements within a text, or by variables where a configuration lets them stand in more than the
// fields of a pod that Kustomize expands by itself, of which none is an image; or by the names of directories
// that are looked for; or by a chart's templates.
func (c *Closure) Composes() bool {
	configured := slices.ContainsFunc(c.Files, func(f *File) bool { return len(f.Configurations) > 0 })
	return len(c.taken.under)+len(c.under) > 0 || slices.ContainsFunc(c.Files, func(f *File) bool {
		return configured && len(f.Vars) > 0 || slices.ContainsFunc(f.Replacements, func(r types.ReplacementField) bool {
			return r.Path != "" || withinText(r.Source) || slices.ContainsFunc(r.Targets, func(t *types.TargetSelector) bool {
				return t != nil && t.Options != nil && t.Options.Delimiter != ""
			})
		})
	})
}

func withinText(source *types.SourceSelector) bool {
	return source != nil && source.Options != nil && source.Options.Delimiter != ""
}

// Use is an entry of a kustomization file that names a file.
type Use struct {
	File  *File
	Field Field
	Index int
}

// UsesOf lists the entries that name a file.
func (c *Closure) UsesOf(path string) []Use {
	var uses []Use
	for at, files := range c.names {
		if !slices.Contains(files, path) {
			continue
		}
		for _, file := range c.Files {
			if file.Path == at.file {
				uses = append(uses, Use{file, at.field, at.index})
			}
		}
	}
	return uses
}

// Takes reports whether something that is built here takes from elsewhere in the repo once it is deployed.
func (c *Closure) Takes() bool { return len(c.taken.files)+len(c.taken.under) > 0 }
