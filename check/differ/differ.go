// Package differ finds what differs between the same workload in two places, beside what differs because they are two: their
// names, namespaces and labels, and an image where its version is the same.
package differ

import (
	"cmp"
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/setting"
	"github.com/promocheck/promocheck/check/state"
)

// Side is one of the two places, with what it deploys: a state with settings.
type Side struct {
	place.Place
	*state.State
	Locate
}

// Workload is one that both places have.
type Workload struct {
	There, Here document.Identity
	Differences []Difference
}

// Difference is a setting that the two places have otherwise, or a Secret's.
type Difference struct {
	Container string // empty: the workload as a whole
	Of        string // what it is a setting of
	Name      string
	There     *string // nil: it has none, or what it has is not shown
	Here      *string
	Only      string // OnlyThere or OnlyHere, where one has none
	Hidden    bool   // what it is is not shown
	Equal     bool   // it is hidden, and the same in both

	// Where the two say it, as far as it is shown and known.
	ThereAt, HereAt state.Location
}

// Where something is that one of two places has.
const (
	OnlyThere = "there"
	OnlyHere  = "here"
)

// between finds what differs, workload by workload, and the workloads that only one of the two has.
func between(there, here Side) (both []Workload, onlyThere, onlyHere []document.Identity) {
	a, b := sideOf(there), sideOf(here)
	pairs := pairsOf(a, b)
	for _, of := range here.Objects {
		if of.Settings == nil || of.Settings.Data != nil {
			continue
		}
		if other, ok := pairs[of.Identity]; ok {
			both = append(both, Workload{other.Identity, of.Identity, differences(a, b, other, of)})
		} else {
			onlyHere = append(onlyHere, of.Identity)
		}
	}
	paired := map[document.Identity]bool{}
	for _, other := range pairs {
		paired[other.Identity] = true
	}
	for _, of := range there.Objects {
		if of.Settings != nil && of.Settings.Data == nil && !paired[of.Identity] {
			onlyThere = append(onlyThere, of.Identity)
		}
	}
	return both, onlyThere, onlyHere
}

// pairsOf are the workloads of a place with the same ones of another, by the likeness that asks for most.
func pairsOf(there, here *side) map[document.Identity]state.Object {
	pairs := map[document.Identity]state.Object{}
	taken := map[document.Identity]bool{}
	for form := range len(state.Likenesses{}) {
		of := map[state.Likeness]state.Object{}
		for i, object := range there.workloads {
			if likeness := there.likenesses[i][form]; !taken[object.Identity] && likeness != (state.Likeness{}) {
				of[likeness] = object
			}
		}
		for i, object := range here.workloads {
			other, ok := of[here.likenesses[i][form]]
			if _, known := pairs[object.Identity]; ok && !known && !taken[other.Identity] {
				pairs[object.Identity], taken[other.Identity] = other, true
			}
		}
	}
	return pairs
}

// key is what a setting is known by in both places.
type key struct{ container, of, name string }

func differences(there, here *side, a, b state.Object) []Difference {
	was, is := there.settingsOf(a), here.settingsOf(b)
	all := maps.Clone(was)
	maps.Copy(all, is)
	var found []Difference
	for at := range all {
		t, inThere := was[at]
		h, inHere := is[at]
		d := Difference{Container: at.container, Of: at.of, Name: at.name, Hidden: t.hidden || h.hidden}
		switch {
		case !inHere && there.isOfPlace(at, t.text), !inThere && here.isOfPlace(at, h.text):
			continue
		case !inHere:
			d.Only = OnlyThere
		case !inThere:
			d.Only = OnlyHere
		case t.unknown || h.unknown:
			continue // what it is nobody here knows
		case setting.Alike(t.text, there.nature, h.text, here.nature) || areAlike(at.of, t.text, h.text):
			if !t.secret && !h.secret {
				continue
			}
			d.Equal = true
		}
		if !d.Hidden {
			d.There, d.Here = shown(t, inThere), shown(h, inHere)
			d.ThereAt, d.HereAt = there.at(a.Identity, at.name, d.There), here.at(b.Identity, at.name, d.Here)
		}
		found = append(found, d)
	}
	slices.SortFunc(found, Difference.compare)
	return found
}

// at is where a side says what is shown of a setting.
func (s *side) at(of document.Identity, name string, text *string) state.Location {
	if text == nil || s.Locate == nil {
		return state.Location{}
	}
	return s.Locate(of, name, *text)
}

func shown(v value, is bool) *string {
	if !is {
		return nil
	}
	return &v.text
}

// kinds are what settings are of, in the order in which they are told.
var kinds = []string{
	setting.Replicas, setting.Image, setting.Resource, setting.Probe, setting.Flag, setting.Variable, setting.Mount, setting.File, setting.Value, setting.Other,
}

func (d Difference) compare(o Difference) int {
	return cmp.Or(cmp.Compare(d.Container, o.Container), cmp.Compare(slices.Index(kinds, d.Of), slices.Index(kinds, o.Of)), cmp.Compare(d.Name, o.Name))
}
