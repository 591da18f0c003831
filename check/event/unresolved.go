package event

import (
	"fmt"

	"github.com/promocheck/promocheck/check/state"
)

// unresolved lists what could not be worked out of the places that the event is about. What was there
// before, word for word, is nothing that the change has reached, unless the overlay as a whole does
// not build: then nobody can tell what the change does to it.
func (b *builder) unresolved() []Unresolved {
	list := []Unresolved{}
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
	return list
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
