package calendar

import (
	"path"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/place"
)

// Place is where something is deployed: what a window may apply to.
type Place struct {
	place.Place

	// Namespaces are those of the resources that differ; nil if one of them names none. It is up to Argo CD's
	// Application then, and not known: a window for namespaces may be meant.
	Namespaces []string

	// Applications are those of Argo CD that deploy it, which ask for the windows of their projects. Where none is known, there
	// is one of which nothing is; none at all is where something else deploys it.
	Applications []event.Application
}

// PlacesOf are the places of effects: where something else is deployed.
func PlacesOf(effects []event.Effect) []Place {
	var places []Place
	for _, effect := range effects {
		namespaces := namespacesOf(effect.Resources)
		for _, target := range effect.Targets {
			places = append(places, Place{place.Place{App: effect.App, Environment: effect.Environment, Target: target}, namespaces, effect.Applications[target]})
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

// appliesTo reports whether a window is, or may be, about a place.
func (w *window) appliesTo(p Place) bool {
	if w.project != "" {
		return slices.ContainsFunc(p.Applications, func(a event.Application) bool { return w.covers(p, a) != no })
	}
	if w.isElsewhere(p) {
		return false
	}
	if w.everywhere() {
		return true
	}
	var matched []bool
	if len(w.applications) > 0 {
		matched = append(matched, w.meetsApplication(p, w.applications))
	}
	if len(w.namespaces) > 0 {
		matched = append(matched, p.Namespaces == nil || anyMatches(w.namespaces, p.Namespaces))
	}
	if len(w.clusters) > 0 {
		matched = append(matched, w.meetsCluster(p, w.clusters))
	}
	if w.and {
		return len(matched) > 0 && !slices.Contains(matched, false)
	}
	return slices.Contains(matched, true)
}

// isElsewhere reports whether a window is for other environments than a place's.
func (w *window) isElsewhere(p Place) bool {
	return len(w.environments) > 0 && !slices.Contains(w.environments, p.Environment)
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

// meetsApplication reports whether one of some globs of a window matches, or may match, what an application of a place is called.
func (w *window) meetsApplication(p Place, globs []pattern) bool {
	if w.project == "" {
		return anyMatches(globs, p.applications())
	}
	return slices.ContainsFunc(p.Applications, func(a event.Application) bool { return matchAny(globs, p.Environment, a.Name) != no })
}

// meetsCluster reports whether one matches, or may match, what a cluster of a place is called.
func (w *window) meetsCluster(p Place, globs []pattern) bool {
	if w.project == "" {
		return anyMatches(globs, p.clusters())
	}
	return slices.ContainsFunc(p.Applications, func(a event.Application) bool { return matchCluster(globs, p.Environment, a.Destination) != no })
}

func anyMatches(globs []pattern, names []string) bool {
	return slices.ContainsFunc(globs, func(g pattern) bool { return slices.ContainsFunc(names, g.Match) })
}

// Names are the windows that keep a place closed at a moment, for people to know them by: the deny windows that are
// active or else the allow windows that apply.
func (c *Calendar) Names(p Place, at time.Time) []string {
	var closing, opening []string
	for i := range c.windows {
		w := &c.windows[i]
		switch {
		case !w.appliesTo(p):
		case w.kind == allow && !w.active(at):
			opening = append(opening, "outside of "+w.name())
		case w.kind == deny && w.active(at):
			closing = append(closing, w.name())
		}
	}
	if len(closing) > 0 {
		return closing
	}
	return opening
}
