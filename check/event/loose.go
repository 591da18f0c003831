package event

import (
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// looseTexts are what decides which versions are picked, and from where, in deployers of which no overlay has the object.
func (b *builder) looseTexts(s *site) []unclaimedText {
	var all []unclaimedText
	for _, d := range s.Loose {
		if !d.After {
			continue
		}
		was, now := decidedBy(d.Was, s.Before), decidedBy(d.Deployer, s.After)
		in := comparison{textsOf(was), textsOf(now), d.Was != nil}
		group, _, _ := strings.Cut(document.Text(document.Get(d.Root(), "apiVersion")), "/")
		object := document.Identity{Group: group, Kind: d.Kind, Namespace: d.Namespace, Name: d.Name}
		for _, text := range now {
			switch {
			case text.Kind == unclaimed.Source:
				all = append(all, b.taken(s, object, text, in)...)
			case d.Was != nil && !in.was.has(text):
				all = append(all, unclaimedText{s, text, d.Kind + "/" + d.Name, in.was.replacedBy(text, nil), true})
			}
		}
		if d.Was != nil {
			all = append(all, s.unchosen(d.Kind+"/"+d.Name, was, in.now)...)
		}
	}
	return all
}

// decidedBy are the texts of a deployer's object that decide which versions are picked, and from where; none of one that is not
// there.
func decidedBy(d *deploy.Deployer, o *overlay.Overlay) []state.Text {
	if d == nil {
		return nil
	}
	var texts []state.Text
	for _, text := range unclaimed.In(d.Root(), nil, state.Forms(nil, o)) {
		if text.Kind == unclaimed.Choice || text.Kind == unclaimed.Source {
			texts = append(texts, state.Text{Text: text, File: d.File})
		}
	}
	return texts
}
