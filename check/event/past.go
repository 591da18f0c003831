package event

import (
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

// ask asks the base branch's history, all at once, what is to be said of some moves.
func (b *builder) ask(moved []move) error {
	if b.Past == nil || len(moved) == 0 {
		return nil
	}
	var err error
	if b.past, err = b.Past(); err != nil {
		return err
	}
	b.inquiry = b.past.Inquire()
	for _, m := range moved {
		if m.after == nil {
			continue
		}
		b.inquiry.ExactStays(m.in(m.past.Target))
		for _, environment := range b.environmentsOf(m) {
			b.staysIn(m, environment)
			b.leftIn(m, environment)
		}
		for _, environment := range b.otherProduction(m) {
			b.leftIn(m, environment)
		}
		if m.isUnordered() {
			b.firsts(m)
		}
	}
	if err := b.inquiry.Answer(); err != nil {
		return err
	}
	return b.askLeft(moved)
}

// in is a question about the version that the move brings, at a target of its environment.
func (m move) in(target string) history.Question {
	return history.Question{
		App: m.past.App, Place: history.Place{Environment: m.Environment, Target: target}, Artifact: m.artifact, Version: m.after.Version,
		Slots: m.counted[m.Environment], Mention: m.after.Mention,
	}
}

// staysIn is when an environment had the version that a move brings.
func (b *builder) staysIn(m move, environment overlay.Environment) *history.Stays {
	question := m.about(environment.Name)
	question.Place.All = environment.HoldsAll
	question.Counting = m.counting()
	if environment.Name == m.Environment { // whoever syncs production does so: it is no evidence for others that counts less
		question.Counting = idle.Counting{ByHand: true, Unbuilt: true}
	}
	return b.inquiry.Stays(question, b.longest)
}

// firsts are when an app first had the versions that a move leads away from, and to.
func (b *builder) firsts(m move) (was, is *history.First) {
	first := func(h *state.Held) *history.First {
		return b.inquiry.First(history.Question{App: m.past.App, Artifact: m.artifact, Version: h.Version, Mention: h.Mention})
	}
	return first(m.before), first(m.after)
}

// isUnordered reports whether only history can tell which way a move goes.
func (m move) isUnordered() bool {
	if m.before == nil || m.after == nil || unnamed(m.before.Version) || unnamed(m.after.Version) {
		return false // whatever is pulled
	}
	_, known := m.before.Version.Order(m.after.Version)
	return !known
}

// history is what an environment's past says of the version that a move brings.
func (b *builder) history(m move, environment overlay.Environment) History {
	if b.inquiry == nil {
		return History{Left: map[string]Left{}}
	}
	left := b.left(m, environment)
	stays := b.staysIn(m, environment)
	ran := b.ran(stays, b.past.Of(environment.Name).Whole())
	if !stays.Held {
		return History{Held: falseIf(b.past.Of(environment.Name).Whole()), Ran: ran, Left: left}
	}
	newest := stays.Newest
	h := History{Held: pointer(true), Seen: b.moment(newest.Seen), Until: b.moment(newest.Until), Ran: ran, Left: left}
	if newest.Known() {
		h.Since, h.By = b.moment(newest.Since), pointer(authorOf(newest.By))
	}
	if longest := stays.Longest; !longest.Seen.IsZero() {
		h.Longest = &Stay{Seen: *b.moment(longest.Seen), Until: *b.moment(longest.Until)}
	}
	return h
}

// ran is what the past says of when the version could run.
func (b *builder) ran(stays *history.Stays, whole bool) Ran {
	if stays.Ran.Ran.IsZero() {
		return Ran{Ever: falseIf(whole)}
	}
	ran := Ran{Ever: pointer(true), Seen: b.moment(stays.Ran.Ran), Until: b.moment(stays.Ran.Until)}
	if longest := stays.LongestRan; !longest.Ran.IsZero() {
		ran.Longest = &Stay{Seen: *b.moment(longest.Ran), Until: *b.moment(longest.Until)}
	}
	return ran
}

// direction tells which way a move goes.
func (b *builder) direction(m move) Direction {
	switch {
	case m.after == nil:
		return Removed
	case m.before == nil && m.site.before.Fidelity == state.Declared:
		return Unknown
	case m.before == nil:
		return Added
	case m.before.Version.Renamed(m.after.Version):
		return Unknown // it goes nowhere
	}
	if order, known := m.before.Version.Order(m.after.Version); known && order < 0 {
		return Forward
	} else if known {
		return Backward
	}
	if b.inquiry == nil || !m.isUnordered() {
		return Unknown
	}
	was, is := b.firsts(m)
	switch {
	case !was.Known:
		return Unknown
	case is.Known && is.At.Before(was.At):
		return Backward
	case is.Known && is.At.After(was.At):
		return Forward
	}
	return Unknown
}

// unnamed reports whether a reference does not say which version it means.
func unnamed(v Version) bool { return v.Tag == "" && v.Digest == "" }

// addReturn notes whether a move takes a target back to just what it ran before. A change returns if all
// its moves do.
func (b *builder) addReturn(c *Change, m move, first bool) {
	if b.inquiry == nil || m.after == nil {
		return
	}
	returns := falseIf(b.past.Whole())
	if b.inquiry.ExactStays(m.in(m.past.Target)).Held {
		returns = pointer(true)
	}
	if first || returns == nil && c.Returns != nil && *c.Returns || returns != nil && !*returns {
		c.Returns = returns
	}
}

// restores reports whether a site was built from the very same before.
func (b *builder) restores(s *site) (bool, error) {
	if b.past == nil || s.After == nil {
		return false, nil
	}
	return b.past.Had(s.App, history.Place{Environment: s.Environment, Target: s.Target}, s.After, b.After)
}

func authorOf(commit git.PastCommit) Author {
	return Author{Commit: string(commit.OID), Author: commit.Author, Subject: commit.Subject}
}

// moment is a time as the event writes it, in the zone that is judged by; null if it is not known.
func (b *builder) moment(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	return pointer(at.In(b.Now.Location()).Format(time.RFC3339))
}

func pointer[T any](value T) *T { return &value }

// falseIf is false where that is known.
func falseIf(known bool) *bool {
	if !known {
		return nil
	}
	return pointer(false)
}

// HistoryLacks reports whether something could not be told for want of history.
func (e *Event) HistoryLacks() bool {
	lacks := func(h History) bool { return h.Held == nil || *h.Held && h.Since == nil }
	return slices.ContainsFunc(e.Changes, func(c Change) bool {
		return c.After != nil && c.Entry && slices.ContainsFunc(append(slices.Clone(c.Upstream), c.Earlier...), func(h Holding) bool { return lacks(h.History) })
	})
}

// ReturnLacks reports whether it could not be told for want of history that a version which comes into production was never there
// before: it may have been sent back.
func (e *Event) ReturnLacks() bool {
	isProduction := map[string]bool{}
	for _, environment := range e.Path {
		isProduction[environment.Name] = environment.Production
	}
	return slices.ContainsFunc(e.Changes, func(c Change) bool {
		return c.After != nil && isProduction[c.Environment] && c.Own.Held == nil
	})
}
