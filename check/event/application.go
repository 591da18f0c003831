package event

import (
	"slices"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

// applications are those of Argo CD that a difference at a site concerns, by target: those that take it in, before or after
// the change, and those that differ themselves. A change that moves its application to another project is so judged by both.
func (s *site) applications(differing []*state.Object) map[string][]Application {
	var asks []argocd.Asks
	others := len(differing) == 0 // something differs that is no application
	for _, object := range differing {
		if object != nil {
			asks = append(asks, object.Asks...)
			others = others || len(object.Asks) == 0
		}
	}
	for _, side := range []*overlay.Overlay{s.Before, s.After} {
		if side != nil {
			asks = append(asks, asksOf(side, others)...)
		}
	}
	return map[string][]Application{valid(s.Target): distinctApplications(asks)}
}

// applicationsOf are those that take an overlay in.
func applicationsOf(o *overlay.Overlay) []Application { return distinctApplications(asksOf(o, true)) }

// asksOf are those of the applications that take an overlay in. Where nothing is known to deploy it, and something has to, that
// is an application of which nothing is known.
func asksOf(o *overlay.Overlay, deployed bool) (asks []argocd.Asks) {
	for _, d := range o.Deployers {
		if d.Asks != nil {
			asks = append(asks, *d.Asks)
		}
	}
	isFlux := func(d *deploy.Deployer) bool { return d.Asks == nil }
	if len(asks) == 0 && deployed && !slices.ContainsFunc(o.Deployers, isFlux) {
		asks = append(asks, argocd.Asks{})
	}
	return asks
}

func distinctApplications(asks []argocd.Asks) []Application {
	applications, seen := []Application{}, map[argocd.Asks]bool{}
	for _, a := range asks {
		if seen[a] {
			continue
		}
		seen[a] = true
		applications = append(applications, Application{
			Name: told(a.Name), Project: told(a.Project),
			Destination: Destination{Name: told(a.Cluster), Server: told(a.Server), Namespace: told(a.Namespace)},
		})
	}
	return applications
}

// told is what a text says; null if it is not told.
func told(text argocd.Text) *string {
	if !text.Told {
		return nil
	}
	return pointer(valid(text.Value))
}
