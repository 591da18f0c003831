package event

import (
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

// Everywhere is the event of a change that nobody makes: one that deploys something else to every
// place. Who wants to know what rules say of places asks about it. Each event has one target of every app and
// environment that has as many, so that what a rule finds there is about that target. The facts about time are those
// for what each deploys.
func Everywhere(path []overlay.Environment, sites []overlay.Site, rules Rules, time func([]Effect) Time) []*Event {
	var events []*Event
	type environment struct{ app, name string }
	targets := map[environment]int{}
	for _, place := range sites {
		at := environment{place.App, place.Environment}
		n := targets[at]
		targets[at]++
		if n == len(events) {
			events = append(events, nothing(path, rules))
		}
		events[n].Effects = append(events[n].Effects, Effect{
			ID: valid(place.App) + ":" + place.Environment, App: valid(place.App), Environment: place.Environment, Targets: []string{valid(place.Target)}, VersionsOnly: true,
			ReachedBy: []string{}, Deployers: deployersOf(place.Overlay, place.Deployers), Applications: map[string][]Application{valid(place.Target): applicationsOf(place.Overlay)}, Found: found(place.Overlay), Resources: []Resource{}, Fidelity: Declared, Location: locationOf(place.Dir, state.MainLocation(place.Overlay)),
		})
	}
	for i, e := range events {
		events[i] = e.At(time(e.Effects))
	}
	return events
}

// nothing is the event of no change.
func nothing(path []overlay.Environment, rules Rules) *Event {
	return &Event{
		APIVersion: APIVersion, Kind: Kind, Head: Head{Commits: []Commit{}}, Self: Self{Repositories: []string{}, Revisions: []string{}}, Path: environments(path),
		Changes: []Change{}, Effects: []Effect{}, Files: []File{}, State: State{}, Merged: State{}, Config: Config{Rules: rules.Parameters, Requires: []Requirement{}, Provided: []Provided{}},
		Unresolved: []Unresolved{}, Unclaimed: []Unclaimed{}, Outside: []Outside{}, Keys: []Lack{}, Optional: nothingOptional(),
	}
}
