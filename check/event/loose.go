package event

import (
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// looseTexts are what decides which versions are picked in deployers of which no overlay has the object.
func (s *site) looseTexts() []unclaimedText {
	var all []unclaimedText
	for _, d := range s.Loose {
		if d.Was == nil {
			continue
		}
		was, now := choicesOf(d.Was, s.Before), choicesOf(d.Deployer, s.After)
		for _, text := range now {
			if !textsOf(was).has(text) {
				all = append(all, unclaimedText{s, text, d.Kind + "/" + d.Name, textsOf(was).replacedBy(text, nil), true})
			}
		}
		all = append(all, s.unchosen(d.Kind+"/"+d.Name, was, textsOf(now))...)
	}
	return all
}

// choicesOf are the texts of a deployer's object that decide which versions are picked.
func choicesOf(d *deploy.Deployer, o *overlay.Overlay) []state.Text {
	var texts []state.Text
	for _, text := range unclaimed.In(d.Root(), nil, state.Forms(nil, o)) {
		if text.Kind == unclaimed.Choice {
			texts = append(texts, state.Text{Text: text, File: d.File})
		}
	}
	return texts
}
