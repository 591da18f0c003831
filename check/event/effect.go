package event

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/trait"
)

// effects lists what is deployed differently. Targets of one environment share an effect if it is
// the same for them.
func (b *builder) effects(changes []Change) ([]Effect, error) {
	effects := []Effect{}
	numbers := map[[2]string]int{}
	back := map[[2]string]bool{}
	for _, c := range changes {
		back[[2]string{c.App, c.Environment}] = back[[2]string{c.App, c.Environment}] || c.Direction == Backward
	}
	for _, site := range b.sites {
		if !site.Reached() {
			continue
		}
		effect, differs := site.effect()
		if !differs {
			continue
		}
		if back[[2]string{effect.App, effect.Environment}] {
			var err error
			if effect.Restores, err = b.restores(site); err != nil {
				return nil, err
			}
		}
		if same := slices.IndexFunc(effects, effect.alike); same >= 0 {
			effects[same].takeIn(effect)
			continue
		}
		at := [2]string{effect.App, effect.Environment}
		numbers[at]++
		effect.ID = effectID(effect, numbers[at])
		effects = append(effects, effect)
	}
	return effects, nil
}

// alike reports whether another effect is the same one, of another target.
func (e Effect) alike(o Effect) bool {
	return e.App == o.App && e.Environment == o.Environment && e.Fidelity == o.Fidelity && e.Found == o.Found && e.Stays == o.Stays &&
		e.VersionsOnly == o.VersionsOnly && e.Restores == o.Restores && slices.Equal(e.ReachedBy, o.ReachedBy) && reflect.DeepEqual(e.Resources, o.Resources)
}

// takeIn adds the targets of an effect that is alike.
func (e *Effect) takeIn(o Effect) {
	e.Targets = append(e.Targets, o.Targets...)
	maps.Copy(e.Applications, o.Applications)
	for _, d := range o.Deployers {
		if !slices.Contains(e.Deployers, d) {
			e.Deployers = append(e.Deployers, d)
		}
	}
}

// effectID names an effect by its place, of which few have several. Changes have an artifact in theirs.
func effectID(e Effect, n int) string {
	id := e.App + ":" + e.Environment
	if n > 1 {
		id += fmt.Sprintf("#%d", n)
	}
	return id
}

// effect compares the objects of a site before and after.
func (s *site) effect() (Effect, bool) {
	o := cmp.Or(s.After, s.Before)
	effect := Effect{
		App:         valid(s.App),
		Environment: s.Environment,
		Targets:     []string{valid(s.Target)},
		Stays:       s.Before != nil && s.After != nil,
		ReachedBy:   validAll(s.ReachedBy),
		Deployers:   s.deployers(),
		Found:       found(o),
		Resources:   []Resource{},
		Fidelity:    Fidelity(state.Worst(s.before.Fidelity, s.after.Fidelity)),
		Location:    locationOf(o.Dir, state.MainLocation(o)),
	}
	if effect.Fidelity == Declared {
		effect.Applications = s.applications(nil)
		return effect, true // nobody can tell what differs, and something does
	}
	effect.VersionsOnly = true
	before, after := byKey(s.before.Objects), byKey(s.after.Objects)
	took, handed := s.tookOver(), s.handedOver()
	var differing []*state.Object
	for _, key := range slices.Sorted(maps.Keys(merged(before, after))) {
		was, is := before[key], after[key]
		switch {
		case was != nil && is != nil && was.Equal(*is):
			continue
		case was == nil && deploysAlike(took, key, is), is == nil && deploysAlike(handed, key, was):
			continue // it is deployed from another place now
		case was == nil:
			effect.add(is, "added", nil, is.Traits)
		case is == nil:
			effect.add(was, "removed", was.Traits, nil)
		default:
			versionsOnly := effect.VersionsOnly && was.EqualButVersions(*is)
			effect.add(is, "modified", was.Traits, is.Traits)
			effect.VersionsOnly = versionsOnly
		}
		differing = append(differing, was, is)
	}
	for _, d := range s.Loose {
		change := "modified"
		switch {
		case !d.Before:
			change = "added"
		case !d.After:
			change = "removed"
		}
		effect.addResource(Resource{
			Kind: valid(d.Kind), Namespace: valid(d.Namespace), Name: valid(d.Name), Stem: valid(d.Name), Change: change,
			Traits: map[string]any{}, Earlier: map[string]Stood{},
		})
	}
	effect.Applications = s.applications(differing)
	return effect, len(effect.Resources) > 0
}

func (e *Effect) add(o *state.Object, change string, before, after trait.Set) {
	e.addResource(Resource{
		Group: valid(o.Group), Kind: valid(o.Kind), Namespace: valid(o.Namespace), Name: valid(o.Name), Stem: valid(trait.Stem(o.Kind, o.Name)), Change: change,
		Traits: trait.Between(before, after), Earlier: map[string]Stood{},
	})
}

func (e *Effect) addResource(r Resource) {
	e.VersionsOnly = false
	e.Resources = append(e.Resources, r)
}

// byKey maps objects by their keys. Objects that share one, as plain manifests may, are numbered.
func byKey(objects []state.Object) map[string]*state.Object {
	mapped, count := map[string]*state.Object{}, map[string]int{}
	for i := range objects {
		name := objects[i].Key()
		count[name]++
		key := name
		for n := max(2, count[name]); mapped[key] != nil; n++ {
			key = fmt.Sprintf("%s#%d", name, n)
		}
		mapped[key] = &objects[i]
	}
	return mapped
}

func merged[K comparable, V any](a, b map[K]V) map[K]V {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}
