package event

import (
	"slices"

	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

// targets are what holds one artifact in each target of an environment that has it.
type targets []target

// target is one of them. What a move is judged by is held; all of what runs the artifact there tells whether a version could
// run.
type target struct{ held, all []state.Held }

// held lists what holds a move's artifact in each target of an environment.
func (b *builder) held(m move, environment string, when func(*site) *state.State) targets {
	var found targets
	for _, site := range b.around(m) {
		if site.Environment != environment {
			continue
		}
		if all := site.heldIn(m, when(site), nil); len(all) > 0 {
			found = append(found, target{site.heldFor(m, when(site)), all})
		}
	}
	return found
}

// holds reports whether the environment holds a version: one of its targets does, or all do, where so many have to.
func (t targets) holds(version Version, environment overlay.Environment) bool {
	return t.as(environment, func(target target) bool { return slices.ContainsFunc(target.held, holding(version)) })
}

// as reports whether one of the targets is so, or all are that hold anything, where so many have to.
func (t targets) as(environment overlay.Environment, is func(target) bool) bool {
	some, all := false, true
	for _, target := range t {
		has := is(target)
		some, all = some || has, all && (has || len(target.held) == 0)
	}
	return some && (all || !environment.HoldsAll)
}

// some reports whether any target holds it.
func (t targets) some(version Version) bool { return t.holds(version, overlay.Environment{}) }

// runs reports whether the environment holds a version, and can run it by itself: one workload is enough, of each target where
// all have to hold it.
func (t targets) runs(version Version, environment overlay.Environment, counting idle.Counting) bool {
	can := func(held state.Held) bool { return held.Idle.Runs(counting) && version.Same(held.Version) }
	return t.holds(version, environment) && t.as(environment, func(target target) bool { return slices.ContainsFunc(target.all, can) })
}

// couldRun reports whether any target holds a version in something that runs it, be it once somebody has synced that.
func (t targets) couldRun(version Version) bool {
	return slices.ContainsFunc(t, func(target target) bool {
		return slices.ContainsFunc(target.all, func(held state.Held) bool { return couldRun(held) && version.Same(held.Version) })
	})
}

// byHand reports whether a version is held in what runs it once somebody has synced that.
func (t targets) byHand(version Version) bool {
	return slices.ContainsFunc(t, func(target target) bool {
		return slices.ContainsFunc(target.all, func(held state.Held) bool { return held.Idle.ByHand && version.Same(held.Version) })
	})
}

func couldRun(held state.Held) bool {
	return held.Idle.Runs(idle.Counting{ByHand: true, Unbuilt: true})
}

// counting is what counts as running for a move: where what it comes to does not build here, what does not build elsewhere is as
// good.
func (m move) counting() idle.Counting { return idle.Counting{Unbuilt: m.after.Idle.Unbuilt} }

func holding(version Version) func(state.Held) bool {
	return func(held state.Held) bool { return version.Same(held.Version) }
}

// idle is why what holds a version cannot run.
func (t targets) idle(version Version) []string {
	var why []string
	for _, target := range t {
		for _, held := range target.all {
			if held.Idle != (idle.Idle{}) && version.Same(held.Version) {
				why = append(why, valid(held.Idle.Why))
			}
		}
	}
	return why
}
