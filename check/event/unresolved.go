package event

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/state"
)

// unresolved lists what could not be worked out of the places that the event is about. What was there
// before, word for word, is nothing that the change has reached, unless the overlay as a whole does
// not build: then nobody can tell what the change does to it.
func (b *builder) unresolved() []Unresolved {
	list := []Unresolved{}
	var placeholders []placeholder
	for _, site := range b.sites {
		if site.Lost != nil {
			list = append(list, site.lost())
		}
		if site.after == nil || site.After == nil || site.Tree != nil {
			continue // another branch's is for its own changes to tell
		}
		for _, u := range site.after.Unresolved {
			known := site.knew(u)
			if known && u.Quiet {
				continue
			}
			if u.Placeholder != "" {
				placeholders = append(placeholders, placeholder{site, u.Placeholder, u.Slot.Object, len(list)})
			}
			list = append(list, Unresolved{
				Overlay:     valid(site.After.Dir),
				App:         valid(site.App),
				Environment: site.Environment,
				Target:      valid(site.Target),
				Reason:      valid(u.Reason),
				Reached:     site.Reached() && (!known || site.after.Fidelity == state.Declared),
				Location:    Location{Overlay: valid(site.After.Dir), Path: valid(u.Path), Line: u.Line, Column: u.Column},
			})
		}
	}
	for _, at := range toldAbove(placeholders, list) {
		list = slices.Delete(list, at, at+1)
	}
	return list
}

// placeholder is a text that waits for somebody to fill it in, and could not be worked out for that.
type placeholder struct {
	site   *site
	text   string
	object string // that has it
	at     int    // in what is listed
}

// isHandedOn reports whether a set of applications that has another placeholder deploys what has this one.
func (p placeholder) isHandedOn(set placeholder) bool {
	return strings.HasPrefix(set.object, "argoproj.io/ApplicationSet/") && slices.ContainsFunc(p.site.After.Deployers, func(d *deploy.Deployer) bool {
		return d.Set != nil && path.Base(set.object) == d.Set.Name
	})
}

// toldAbove lists what is told of the set of applications already that hands a placeholder on to what it deploys to the same
// environment, the last first.
func toldAbove(all []placeholder, list []Unresolved) []int {
	var told []int
	for _, p := range slices.Backward(all) {
		isTold := func(set placeholder) bool {
			return list[set.at].Reached && set.site.Environment == p.site.Environment && strings.HasSuffix(p.text, set.text) && p.isHandedOn(set)
		}
		if slices.ContainsFunc(all, isTold) {
			told = append(told, p.at)
		}
	}
	return told
}

// lost says that what a place ran is not known any more: what took it in is not followed.
func (s *site) lost() Unresolved {
	p := s.Lost
	return Unresolved{
		Overlay: valid(s.Before.Dir), App: valid(s.App), Environment: s.Environment, Target: valid(s.Target),
		Reason:  valid(fmt.Sprintf("%s %s deploys %s, and %s", p.Kind, p.Name, p.Path, p.Why)),
		Reached: true, Location: Location{Overlay: valid(s.Before.Dir), Path: valid(p.File), Line: p.Line},
	}
}
