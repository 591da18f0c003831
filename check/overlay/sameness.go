package overlay

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"hash"
	"maps"
	"slices"
)

// Sameness tells layouts apart by which an app may be something else in some other tree.
type Sameness struct {
	finder *Finder
	sum    [sha256.Size]byte
}

// Sameness is what the layout has in common with others by which every app is the same in whatever tree. It is false where that
// is not known: where deployers have a say in what is found.
func (l *Layout) Sameness() (Sameness, bool) {
	if l.same == nil {
		l.same = &Sameness{}
		if !slices.ContainsFunc(l.overlays, candidate.isDeployed) {
			h := sha256.New()
			l.division.write(h)
			for _, dir := range slices.Sorted(maps.Keys(l.passed)) {
				fmt.Fprintf(h, "%q %v\n", dir, l.passed[dir])
			}
			l.same = &Sameness{l.finder, [sha256.Size]byte(h.Sum(nil))}
		}
	}
	return *l.same, l.same.finder != nil
}

// isDeployed reports whether any deployer has to do with an overlay, or something that a deployer takes.
func (c candidate) isDeployed() bool {
	return c.pointed || c.deployed || c.Takes || c.by != "" || len(c.takes)+len(c.takers)+len(c.Deployers)+len(c.Follows) > 0 || c.Edits.Key() != ""
}

// write writes down what decides which app a child belongs to.
func (d *division) write(h hash.Hash) {
	order := func(a, b child) int {
		return cmp.Or(cmp.Compare(a.app, b.app), cmp.Compare(a.name, b.name), cmp.Compare(fmt.Sprint(a.file), fmt.Sprint(b.file)))
	}
	for _, c := range slices.SortedFunc(maps.Keys(d.children), order) {
		if is := d.children[c].verdict; is != alone {
			fmt.Fprintf(h, "%q %q %v %v\n", c.app, c.name, c.file, is == isApp)
		}
	}
	fmt.Fprintf(h, "%q\n", slices.Sorted(maps.Keys(d.patterns)))
}
