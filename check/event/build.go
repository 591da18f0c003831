package event

import (
	"cmp"
	"context"
	"slices"

	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/locate"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// Build works out what a comparison deploys where. Only what the change can reach is rendered on both
// sides and, if it changes a version, what else its app runs. An error is one of reading the repository, of
// the rules, or the context's.
func Build(ctx context.Context, c Comparison) (*Event, error) {
	b := builder{Comparison: c, sites: sitesOf(c.Layout.Places), byApp: map[string][]*site{}, paired: map[counterpartsOf]counterparts{}, places: locate.NewReader(), steps: map[stepOf]step{}}
	if err := b.render(ctx, (*site).Reached); err != nil {
		return nil, err
	}
	b.dropParts()
	b.joinRenamed()
	for _, site := range b.sites {
		b.byApp[site.App] = append(b.byApp[site.App], site)
	}
	b.passed = b.passedOn()
	moved := b.moves()
	if err := b.renderAppsOf(ctx, moved, nil); err != nil {
		return nil, err
	}
	moved = b.joinMoved(moved)
	texts := b.unclaimedTexts()
	if err := b.renderAppsOf(ctx, moved, texts); err != nil {
		return nil, err
	}
	if err := b.stand(ctx, moved); err != nil {
		return nil, err
	}
	moved = b.judgeApart(moved)
	rules, err := c.rules()
	if err != nil {
		return nil, err
	}
	b.longest, b.facts, b.rollback = rules.Longest, rules.Facts, rules.Rollback
	if err := b.ask(moved); err != nil {
		return nil, err
	}
	moved = b.withoutResumed(moved)
	changes, err := b.changes(ctx, moved)
	if err != nil {
		return nil, err
	}
	effects, err := b.effects(changes)
	if err := cmp.Or(err, ctx.Err()); err != nil {
		return nil, err
	}
	if err := b.addEarlier(ctx, effects); err != nil {
		return nil, err
	}
	lacks, err := b.lacks(ctx)
	if err != nil {
		return nil, err
	}
	optional, err := b.optional(ctx, moved, changes, effects)
	if err != nil {
		return nil, err
	}
	return &Event{
		APIVersion: APIVersion,
		Kind:       Kind,
		Time:       c.time(effects),
		Base:       c.Base,
		Head:       c.Head,
		Self:       c.Self,
		Path:       environments(c.Layout.Path),
		Changes:    changes,
		Effects:    effects,
		Files:      files(c.Files),
		State:      b.stateOf(moved, atBase),
		Merged:     b.stateOf(moved, afterwards),
		Config:     Config{Rules: rules.Parameters, Requires: append([]Requirement{}, c.Requires...), Provided: append([]Provided{}, c.Provided...)},
		Unresolved: append([]Unresolved{}, slices.Concat(b.unresolved(), unpinned(moved), b.unnamed(), b.pointed())...),
		Unclaimed:  b.unclaimed(texts, moved),
		Keys:       lacks,
		Optional:   optional,
		Outside:    outside(c.Layout.Outside),
	}, nil
}

// At is the same event at another moment: what the change deploys does not depend on when it is judged.
func (e *Event) At(moment Time) *Event {
	variant := *e
	variant.Time = moment
	return &variant
}

// builder gathers an event from the states of its sites.
type builder struct {
	Comparison
	sites []*site
	byApp map[string][]*site // once it is known which sites there are

	passed passedOn                        // once what the change reaches is known
	paired map[counterpartsOf]counterparts // those that were asked for
	places *locate.Reader

	facts    map[string]bool  // the optional ones that are asked for
	longest  bool             // longest stays that are over are asked for
	rollback string           // the trailer that declares one
	past     *history.History // once it was asked; nil: there was nothing to ask
	inquiry  *history.Inquiry
	lefts    map[history.Question]Left // what of the past was asked for, by what left which target
	steps    map[stepOf]step           // that were asked for
}

// render works out what the chosen sites deploy.
func (b *builder) render(ctx context.Context, chosen func(*site) bool) error {
	var sites []*site
	var asked []state.Asked
	for _, s := range b.sites {
		if !chosen(s) {
			continue
		}
		sites = append(sites, s)
		s.before, s.after = absent, absent
		if s.Before != nil {
			asked = append(asked, state.Asked{Tree: cmp.Or(s.Tree, b.Before), Overlay: s.Before, Into: &s.before})
		}
		if s.Reached() && s.After != nil {
			asked = append(asked, state.Asked{Tree: b.After, Overlay: s.After, Into: &s.after})
		}
	}
	if err := b.States.All(ctx, asked); err != nil {
		return err
	}
	for _, s := range sites {
		if !s.Reached() {
			s.after = s.before
		}
	}
	return nil
}

// renderAppsOf completes the apps whose versions move, or that have texts which may be versions, or which production
// deploys: what their environments hold, and say, is evidence.
func (b *builder) renderAppsOf(ctx context.Context, moved []move, texts []unclaimedText) error {
	apps := b.required(moved)
	for _, m := range moved {
		apps[m.App], apps[m.fromApp()] = true, true
	}
	for _, s := range texts {
		apps[s.App] = apps[s.App] || s.Kind == unclaimed.Version || b.isProduction(s.Environment)
	}
	return b.render(ctx, func(s *site) bool { return s.before == nil && apps[s.App] })
}
