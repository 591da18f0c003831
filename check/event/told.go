package event

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// toldTexts are the comments that tools read and that differ in the files that decide what a site deploys: nothing that is
// rendered has them. Of a file that comes new or goes nothing is told.
func (b *builder) toldTexts(s *site) []unclaimedText {
	var all []unclaimedText
	for _, file := range s.ReachedBy {
		if !slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(path.Ext(file))) {
			continue
		}
		before, err := b.Before.ReadFile(file)
		after, errAfter := b.After.ReadFile(file)
		if err != nil || errAfter != nil {
			continue
		}
		was, is := document.Told(string(before)), document.Told(string(after))
		if document.ToldAlike(was, is) {
			continue
		}
		text := state.Text{Text: unclaimed.Text{Path: "a comment that a tool reads", Kind: unclaimed.Choice, Line: 1}, File: file}
		for i, comment := range is {
			if i >= len(was) || was[i].Text != comment.Text {
				text.Value, text.Line = comment.Text, comment.Line
				break
			}
		}
		all = append(all, unclaimedText{s, text, "File/" + file, "", true})
	}
	return all
}
