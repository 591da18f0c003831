package event

import (
	"cmp"
	"slices"

	"github.com/promocheck/promocheck/check/state"
)

// stateOf is what the apps that have changes, or that configuration says those need, hold before the change or after it.
func (b *builder) stateOf(moved []move, at func(*site) *state.State) State {
	held := State{}
	for app := range b.required(moved) {
		held[valid(app)] = map[string]map[string]map[string][]Version{}
	}
	for _, m := range moved {
		for _, app := range []string{m.App, m.fromApp()} {
			held[valid(app)] = map[string]map[string]map[string][]Version{}
		}
	}
	for _, site := range b.sites {
		environments, concerned := held[valid(site.App)]
		if !concerned || at(site) == absent {
			continue
		}
		if environments[site.Environment] == nil {
			environments[site.Environment] = map[string]map[string][]Version{}
		}
		environments[site.Environment][valid(site.Target)] = versionsOf(at(site).Held)
	}
	return held
}

// atBase is what runs at a site before the change.
func atBase(s *site) *state.State { return cmp.Or(s.runsBefore, s.before) }

// afterwards is what runs there once the change is in.
func afterwards(s *site) *state.State { return cmp.Or(s.runsAfter, s.after) }

func versionsOf(held []state.Held) map[string][]Version {
	versions := map[string][]Version{}
	for _, h := range held {
		key := h.Artifact.Key()
		if !slices.Contains(versions[key], h.Version) {
			versions[key] = append(versions[key], h.Version)
		}
	}
	for _, list := range versions {
		slices.SortFunc(list, Version.Compare)
	}
	return versions
}
