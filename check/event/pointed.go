package event

import (
	"fmt"
	"slices"

	"github.com/promocheck/promocheck/check/account"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/overlay"
)

// pointed lists what deployers of this repository point to and that is not read for them, where the change touches it and it
// is read for others: that it is read at all tells nothing of what these deploy.
func (b *builder) pointed() []Unresolved {
	type pointing struct {
		deploy.ID
		file, path string
	}
	of := func(p overlay.Pointer) pointing { return pointing{p.ID, p.File, p.Path} }
	list := []Unresolved{}
	told := map[pointing]bool{}
	for _, s := range b.sites {
		if s.Lost != nil {
			told[of(*s.Lost)] = true
		}
	}
	for _, p := range b.Layout.Pointers {
		from := of(p)
		if !p.Ours || told[from] || !slices.ContainsFunc(b.Files, func(file account.File) bool { return file.Fate == account.Read && p.Has(file.Path) }) {
			continue
		}
		told[from] = true
		list = append(list, Unresolved{
			Overlay: valid(p.Path), App: valid(p.Name), Environment: p.Environment, Target: ".",
			Reason:  valid(fmt.Sprintf("%s %s deploys %s, and %s", p.Kind, p.Name, p.Path, p.Why)),
			Reached: true, Location: Location{Overlay: valid(p.Path), Path: valid(p.File), Line: p.Line},
		})
	}
	return list
}
