package overlay

import (
	"cmp"
	"slices"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/tree"
)

// among are the entries of a directory that may lead to an app's environments by their names. The app's own directory may
// be one of thousands, and so may those of other apps that each is looked for beside.
func (l *limit) among(entries []tree.DirEntry, of git.OID) []tree.DirEntry {
	if l == nil {
		return entries
	}
	var some []tree.DirEntry
	for _, way := range l.routes {
		switch {
		case len(way.left) == 0:
		case way.left[0].literal && len(way.left) > 1:
			at, found := slices.BinarySearchFunc(entries, way.left[0].before, func(e tree.DirEntry, name string) int { return cmp.Compare(e.Name, name) })
			if found {
				some = append(some, entries[at])
			}
		case way.left[0].capture == "env" && !l.as.finder.byPath():
			some = append(some, l.as.finder.called(entries, of, way.left[0])...)
		default:
			return entries
		}
	}
	slices.SortFunc(some, func(a, b tree.DirEntry) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(some, func(a, b tree.DirEntry) bool { return a.Name == b.Name })
}

// calledOf is a directory, and the segment of a pattern that what is in it may match.
type calledOf struct {
	directory git.OID
	segment   segment
}

// called are the entries of a directory that may be environments by their names. What is no directory may be, whatever it
// is called.
func (f *Finder) called(entries []tree.DirEntry, directory git.OID, as segment) []tree.DirEntry {
	known, ok := f.environments[calledOf{directory, as}]
	if ok {
		return known
	}
	for _, entry := range entries {
		text, matches := as.match(entry.Name)
		_, reading := f.names.read(text)
		if !entry.Mode.IsDir() || matches && reading == isEnvironment {
			known = append(known, entry)
		}
	}
	if len(f.environments) >= mostAnswers {
		clear(f.environments)
	}
	f.environments[calledOf{directory, as}] = known
	return known
}
