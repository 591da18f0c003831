package event

import (
	"context"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/trait"
)

// addEarlier tells of each object that goes away in production whether the environments before it have it, and if none of
// them does, whether they had it: what was given up there first is given up in order.
func (b *builder) addEarlier(ctx context.Context, effects []Effect) error {
	apps := map[string]bool{}
	for _, e := range effects {
		if b.isProduction(e.Environment) && slices.ContainsFunc(e.Resources, Resource.goes) {
			apps[e.App] = true
		}
	}
	if len(apps) == 0 {
		return nil
	}
	if err := b.render(ctx, func(s *site) bool { return s.before == nil && apps[valid(s.App)] }); err != nil {
		return err
	}
	for _, e := range effects {
		if !apps[e.App] || !b.isProduction(e.Environment) {
			continue
		}
		for _, environment := range b.before(e.Environment) {
			if err := b.standIn(environment, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r Resource) goes() bool { return r.Change == "removed" }

// before are the environments before another one.
func (b *builder) before(environment string) (names []string) {
	for _, e := range b.Layout.Path {
		if b.isBefore(e.Name, environment) {
			names = append(names, e.Name)
		}
	}
	return names
}

// standIn tells of the objects that an effect takes away whether an environment has them, or had them.
func (b *builder) standIn(environment string, e Effect) error {
	has, stays := map[string]bool{}, map[string]bool{}
	for _, s := range b.sites {
		if valid(s.App) != e.App || s.Environment != environment || s.before == nil {
			continue
		}
		for _, object := range s.before.Objects {
			has[b.called(object.Identity)] = true
		}
		for _, object := range s.after.Objects {
			has[b.called(object.Identity)], stays[b.called(object.Identity)] = true, true
		}
	}
	gone := map[string]bool{}
	for _, r := range e.Resources {
		if called := b.calledResource(r); r.goes() && !has[called] {
			gone[called] = true
		}
	}
	had, whole, err := b.hadObjects(environment, e.App, gone)
	if err != nil {
		return err
	}
	for _, r := range e.Resources {
		if !r.goes() {
			continue
		}
		switch called := b.calledResource(r); {
		case has[called] || had[called]:
			r.Earlier[environment] = Stood{Has: has[called], Stays: stays[called], Had: pointer(true)}
		default:
			r.Earlier[environment] = Stood{Had: falseIf(whole)}
		}
	}
	return nil
}

func (b *builder) hadObjects(environment, app string, wanted map[string]bool) (had map[string]bool, whole bool, err error) {
	if b.Past == nil || len(wanted) == 0 {
		return nil, b.Past != nil, nil
	}
	past, err := b.Past()
	if err != nil {
		return nil, false, err
	}
	return past.Of(environment).HadObjects(app, environment, wanted, b.called)
}

func (b *builder) calledResource(r Resource) string {
	return b.called(document.Identity{Group: r.Group, Kind: r.Kind, Name: r.Name})
}

// called is what an object is called in any environment: without the words for environments, the hash of its content, and
// the namespace.
func (b *builder) called(i document.Identity) string {
	var words []string
	for word := range strings.SplitSeq(trait.Stem(i.Kind, i.Name), "-") {
		if spelling.Step(word) < 0 && !slices.ContainsFunc(b.Layout.Path, func(e overlay.Environment) bool { return strings.EqualFold(e.Name, word) }) {
			words = append(words, word)
		}
	}
	return i.Group + "/" + i.Kind + "/" + valid(strings.Join(words, "-"))
}
