package check

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/differ"
	"github.com/promocheck/promocheck/check/locate"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/state"
)

// Diff works out what the workloads of an app are given otherwise in one environment than in another one, at the head that is asked for,
// or in the index. Each may be an environment, or a target of one: prod/eu.
func (s *Session) Diff(ctx context.Context, asked refs.Request, app, from, to string) (*differ.Diff, error) {
	at, err := s.standingAtHead(ctx, asked)
	if err != nil {
		return nil, err
	}
	apps, err := s.appsAt(ctx, at, app)
	if err != nil {
		return nil, err
	}
	diff := &differ.Diff{Ref: at.commit.Name, Commit: string(at.commit.OID), App: apps[0], From: from, To: to}
	there, err := at.sidesOf(ctx, diff.App, from)
	if err != nil {
		return nil, err
	}
	here, err := at.sidesOf(ctx, diff.App, to)
	if err != nil {
		return nil, err
	}
	for _, side := range here {
		diff.Pairs = append(diff.Pairs, differ.Nearest(there, side))
	}
	return diff, nil
}

// standingAtHead works out how the head stands that is asked for, or the index.
func (s *Session) standingAtHead(ctx context.Context, asked refs.Request) (*standing, error) {
	if !asked.Staged {
		asked.Base = asked.Head
		return s.standingAsked(ctx, asked)
	}
	compared, err := refs.Compare(ctx, s.repo, s.store, asked)
	if err != nil {
		return nil, err
	}
	return s.standingAt(ctx, compared.Head, asked)
}

// sidesOf are the targets of an app that a person means by the name of an environment, or of a target.
func (at *standing) sidesOf(ctx context.Context, app, name string) ([]differ.Side, error) {
	environment, target, _ := strings.Cut(name, "/")
	called, _ := spelling.Among(namesOf(at.layout.Path), environment)
	var sides []differ.Side
	var known []string
	places := locate.NewReader()
	for _, standing := range slices.Concat([]*standing{at}, at.others()) {
		for _, site := range standing.layout.Sites {
			if site.App != app {
				continue
			}
			if !slices.Contains(known, site.Environment) {
				known = append(known, site.Environment)
			}
			if site.Environment != cmp.Or(called, environment) || target != "" && site.Target != target {
				continue
			}
			of, err := state.Settings(ctx, standing.tree, site.Overlay)
			if err != nil {
				return nil, err
			}
			sides = append(sides, differ.Side{Place: site.Place, State: of, Locate: places.Settings(standing.tree, site.Overlay)})
		}
	}
	if len(sides) == 0 {
		return nil, &mistake.Error{
			Problem: fmt.Sprintf("%s has no %q%s", app, name, spelling.Suggest(environment, known)),
			Hint:    "it is in " + strings.Join(known, ", "),
			Usage:   true,
		}
	}
	return sides, nil
}
