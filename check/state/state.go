// Package state works out what an overlay deploys: the objects that it renders to, and the versions that they
// run. What cannot be rendered is read from what the kustomization files declare, and what cannot be read at
// all is said to be unresolved.
package state

import (
	"cmp"
	"slices"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/flux"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/setting"
	"github.com/promocheck/promocheck/check/trait"
)

// Fidelity says how a state was worked out.
type Fidelity string

// Fidelities, the best first.
const (
	Rendered Fidelity = "rendered" // as Kustomize builds it
	Partial  Fidelity = "partial"  // without what would have to be fetched or executed
	Declared Fidelity = "declared" // only what the kustomization files say of versions
)

// Worst returns the fidelity of what is worked out from two states.
func Worst(a, b Fidelity) Fidelity {
	order := []Fidelity{"", Rendered, Partial, Declared}
	if slices.Index(order, a) > slices.Index(order, b) {
		return a
	}
	return b
}

// State is what one overlay deploys.
type State struct {
	Fidelity   Fidelity
	Objects    []Object
	Held       []Held
	Unresolved []Unresolved
}

// Object is what is kept of a deployed object, or of a part that was left out of rendering and is compared as
// it is written. Each reader of objects has a field of its own in it.
type Object struct {
	document.Identity
	Texts  []Text        // that may name what runs, and those that are known to
	Asks   []argocd.Asks // of an application of Argo CD, or of those that a set generates, by what its sync windows are found
	Traits trait.Set     // that rules ask for
	// Settings are what it is given, or gives, beside versions, and Owner what it is found again by elsewhere. Both are there
	// where they were asked for.
	Settings *setting.Object
	Owner    Owner
	prints   prints
}

// Equal reports whether two objects deploy alike.
func (o Object) Equal(p Object) bool { return o.prints.content == p.prints.content }

// EqualButVersions reports whether two objects differ in nothing but versions.
func (o Object) EqualButVersions(p Object) bool { return o.prints.beside == p.prints.beside }

// Held is a version of an artifact that the overlay deploys, and where in it.
type Held struct {
	Artifact artifact.Artifact
	Version  artifact.Version
	Slot     Slot
	Owner    Owner
	Mention  form.Mention // what the place is where it runs nothing by itself
	// Idle is why what holds it does not run, if it does not: it is suspended, or scaled to zero.
	Idle idle.Idle
	// Made is what it is rendered from, where that is a chart; nil: something else, or it is written as it is.
	Made *Made
	// Written is where it was read in a file that is no part of the overlay; no path: in one that is.
	Written Location
	// Uses are where it comes from, as far as the object that holds it does not say it: variables that were put into it, or
	// objects that values are taken from.
	Uses []flux.Use

	stream streamTag // of OpenShift that it is, or that may be looked up for it; zero: none
}

// Holds reports whether the state has the version of what h holds, from the same repository.
func (s *State) Holds(h Held) bool {
	return slices.ContainsFunc(s.Held, func(o Held) bool {
		return o.Artifact == h.Artifact && o.Version.Unchanged(h.Version)
	})
}

// Slot is the place in a deployed object that holds a version: before and after pair by it.
type Slot struct {
	Object string // the object's key
	Part   string // the container, or what else within the object
}

// Compare orders slots.
func (s Slot) Compare(t Slot) int {
	return cmp.Or(cmp.Compare(s.Object, t.Object), cmp.Compare(s.Part, t.Part))
}

// Location is a place in a file. Line and Column count from 1; both are 0 for the file as a whole.
type Location struct {
	Path         string
	Line, Column int
}

func (l Location) compare(m Location) int {
	return cmp.Or(cmp.Compare(l.Path, m.Path), cmp.Compare(l.Line, m.Line), cmp.Compare(l.Column, m.Column))
}

// Unresolved is something that the overlay would deploy and that cannot be worked out.
type Unresolved struct {
	Reason string
	Location
	Slot Slot // that should hold a version; empty where it is about more
	// Quiet is set where it is no news as long as it stays the same.
	Quiet bool
	// Placeholder is the text with a placeholder that it is about, as it is written; empty: there is none.
	Placeholder string

	content fingerprint // of all of what could not be read, so that a change of it shows
	given   fingerprint // of what a version is made from that could not be made
	whole   bool        // it is a file that could not be read to its end: anything may be in there
}

// Same reports whether two are about the same thing, which has not changed either.
func (u Unresolved) Same(w Unresolved) bool {
	return u.Reason == w.Reason && u.content == w.content && u.given == w.given
}

// Hides reports whether what is at a slot may be there still, in what could not be worked out.
func (u Unresolved) Hides(slot Slot) bool { return u.Slot == slot || u.whole }
