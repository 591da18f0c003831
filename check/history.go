package check

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/refs"
)

// History works out which version was where in the past of the base branch: of one app, or of all where
// none is named.
func (s *Session) History(ctx context.Context, request refs.Request, app string) (*history.Chronicle, error) {
	at, err := s.standingAtBase(ctx, request)
	if err != nil {
		return nil, err
	}
	apps, err := s.appsAt(ctx, at, app)
	if err != nil {
		return nil, err
	}
	past, err := s.past(ctx, at, s.options.Now)
	if err != nil {
		return nil, err
	}
	chronicle, err := past.Chronicle(apps)
	return chronicle, cmp.Or(err, ctx.Err())
}

// appsAt lists the apps of all environments, whichever branch each has, that a person means by a name.
func (s *Session) appsAt(ctx context.Context, at *standing, name string) ([]string, error) {
	if err := s.addAll(ctx, at); err != nil {
		return nil, err
	}
	return appsCalled(name, at.sites())
}

// appsCalled lists the apps that a person means by a name: the app itself, or the one whose path ends so.
func appsCalled(name string, sites []overlay.Site) ([]string, error) {
	var all, meant []string
	for _, site := range sites {
		if !slices.Contains(all, site.App) {
			all = append(all, site.App)
		}
	}
	for _, app := range all {
		switch {
		case name == "":
			meant = append(meant, app)
		case app == name:
			return []string{app}, nil
		case path.Base(app) == name:
			meant = append(meant, app)
		}
	}
	wrong := &mistake.Error{Usage: true}
	switch {
	case name == "" || len(meant) == 1:
		return meant, nil
	case len(meant) > 1:
		wrong.Problem = fmt.Sprintf("%q may be any of %s", name, strings.Join(meant, ", "))
		wrong.Hint = "give the app's whole path"
	default:
		const most = 10
		wrong.Problem = fmt.Sprintf("there is no app %q", name)
		wrong.Hint = "no overlay was found at all; `promocheck init` shows what is recognised"
		if len(all) > most {
			wrong.Hint = fmt.Sprintf("the apps are %s and %d more", strings.Join(all[:most], ", "), len(all)-most)
		} else if len(all) > 0 {
			wrong.Hint = "the apps are " + strings.Join(all, ", ")
		}
	}
	return nil, wrong
}
