package calendar

import (
	"path"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/place"
)

// Place is where something is deployed: what a window may apply to.
type Place struct {
	place.Place

	// Namespaces are those of the resources that differ; nil if one of them names none. It is up to Argo CD's
	// Application then, and not known: a window for namespaces may be meant.
	Namespaces []string
}

// PlacesOf are the places of effects: where something else is deployed.
func PlacesOf(effects []event.Effect) []Place {
	var places []Place
	for _, effect := range effects {
		namespaces := namespacesOf(effect.Resources)
		for _, target := range effect.Targets {
			places = append(places, Place{place.Place{App: effect.App, Environment: effect.Environment, Target: target}, namespaces})
		}
	}
	return places
}

func namespacesOf(resources []event.Resource) []string {
	var namespaces []string
	for _, resource := range resources {
		if resource.Namespace == "" {
			return nil
		}
		if !slices.Contains(namespaces, resource.Namespace) {
			namespaces = append(namespaces, resource.Namespace)
		}
	}
	return namespaces
}

// appliesTo reports whether a window is about a place. A window of an AppProject that names nothing is
// about nothing, as in Argo CD.
func (w *window) appliesTo(p Place) bool {
	if len(w.Environments) > 0 && !slices.Contains(w.Environments, p.Environment) {
		return false
	}
	if w.Everywhere() {
		return w.Project == ""
	}
	var matched []bool
	if len(w.Applications) > 0 {
		matched = append(matched, anyMatches(w.Applications, p.applications()))
	}
	if len(w.Namespaces) > 0 {
		matched = append(matched, p.Namespaces == nil || anyMatches(w.Namespaces, p.Namespaces))
	}
	if len(w.Clusters) > 0 {
		matched = append(matched, anyMatches(w.Clusters, p.clusters()))
	}
	if w.And {
		return len(matched) > 0 && !slices.Contains(matched, false)
	}
	return slices.Contains(matched, true)
}

// applications is what Argo CD's Application for the place may be called: like the app, or its last path
// segment, with the environment and the target before or behind.
func (p Place) applications() []string {
	names := []string{p.App}
	if base := path.Base(p.App); base != p.App {
		names = append(names, base)
	}
	for _, name := range names {
		for _, place := range p.clusters() {
			names = append(names, name+"-"+place, place+"-"+name)
		}
	}
	return names
}

// clusters is what the cluster of the place may be called: like the target or, where there is but one, the
// environment, or both in one name.
func (p Place) clusters() []string {
	if p.Target == "." {
		return []string{p.Environment}
	}
	return []string{p.Target, p.Environment + "-" + p.Target, p.Target + "-" + p.Environment, p.Environment + "/" + p.Target}
}

func anyMatches(globs []config.Glob, names []string) bool {
	return slices.ContainsFunc(globs, func(g config.Glob) bool { return slices.ContainsFunc(names, g.Match) })
}

// Names are the windows that keep a place closed at a moment, for people to know them by: the deny windows that are
// active or else the allow windows that apply.
func (c *Calendar) Names(p Place, at time.Time) []string {
	var deny, allow []string
	for i := range c.windows {
		w := &c.windows[i]
		if !w.appliesTo(p) {
			continue
		}
		if w.Kind == config.Allow {
			allow = append(allow, "outside of "+w.name())
		} else if s, ok := w.current(at, at.Add(time.Second)); ok && s.covers(at) {
			deny = append(deny, w.name())
		}
	}
	if len(deny) > 0 {
		return deny
	}
	return allow
}
