package event

import (
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/overlay"
)

// timeline is the past of a move's app; nil where there is none to ask.
func (b *builder) timeline(m move) (*history.Timeline, error) {
	if b.Past == nil {
		return nil, nil
	}
	past, err := b.Past()
	if err != nil {
		return nil, err
	}
	return past.Of(m.App)
}

// history is what an environment's past says of the version that a move brings.
func (b *builder) history(m move, environment overlay.Environment) (History, error) {
	timeline, err := b.timeline(m)
	if err != nil || timeline == nil {
		return History{}, err
	}
	at := history.Place{Environment: environment.Name, All: environment.HoldsAll}
	stays := timeline.Stays(at, m.artifact, m.after.Version)
	if len(stays) == 0 {
		return History{Held: falseIf(timeline.Whole())}, nil
	}
	newest := stays[0]
	h := History{Held: pointer(true), Seen: b.moment(newest.Seen), Until: b.moment(newest.Until)}
	if newest.Known() {
		h.Since, h.By = b.moment(newest.Since), pointer(authorOf(newest.By))
	}
	var longest history.Stay
	for _, stay := range stays {
		if !stay.Until.IsZero() && stay.Lasted(b.Now) > longest.Lasted(longest.Seen) {
			longest = stay
			h.Longest = &Stay{Seen: *b.moment(stay.Seen), Until: *b.moment(stay.Until)}
		}
	}
	return h, nil
}

// direction tells which way a move goes.
func (b *builder) direction(m move) (Direction, error) {
	switch {
	case m.after == nil:
		return Removed, nil
	case m.before == nil && m.site.before.Fidelity == "declared":
		return Unknown, nil
	case m.before == nil:
		return Added, nil
	}
	if order, known := m.before.Version.Order(m.after.Version); known && order < 0 {
		return Forward, nil
	} else if known {
		return Backward, nil
	}
	if unnamed(m.before.Version) || unnamed(m.after.Version) {
		return Unknown, nil // whatever is pulled
	}
	timeline, err := b.timeline(m)
	if err != nil || timeline == nil {
		return Unknown, err
	}
	was, wasKnown := timeline.First(m.artifact, m.before.Version)
	is, isKnown := timeline.First(m.artifact, m.after.Version)
	switch {
	case !wasKnown:
		return Unknown, nil
	case isKnown && is.Before(was):
		return Backward, nil
	case isKnown && is.After(was), is.IsZero() && timeline.Whole():
		return Forward, nil
	}
	return Unknown, nil
}

// unnamed reports whether a reference does not say which version it means.
func unnamed(v Version) bool { return v.Tag == "" && v.Digest == "" }

// addReturn notes whether a move takes a target back to just what it ran before. A change returns if all
// its targets do.
func (b *builder) addReturn(c *Change, m move) error {
	timeline, err := b.timeline(m)
	if err != nil || timeline == nil || m.after == nil {
		return err
	}
	first := len(c.Targets) == 1
	at := history.Place{Environment: m.Environment, Target: m.Target}
	returns := falseIf(timeline.Whole())
	if len(timeline.ExactStays(at, m.artifact, m.after.Version)) > 0 {
		returns = pointer(true)
	}
	if first || returns == nil && c.Returns != nil && *c.Returns || returns != nil && !*returns {
		c.Returns = returns
	}
	if first && c.Direction == Backward {
		if replaced := timeline.Before(at, m.artifact, m.before.Version); replaced.By.OID != "" {
			c.Previous = &Previous{By: authorOf(replaced.By), Versions: append([]Version{}, replaced.Versions...)}
		}
	}
	return nil
}

// restores reports whether a site was built from the very same before.
func (b *builder) restores(s *site) (bool, error) {
	timeline, err := b.timeline(move{site: s})
	if err != nil || timeline == nil || s.After == nil {
		return false, err
	}
	return timeline.Had(history.Place{Environment: s.Environment, Target: s.Target}, s.After, b.After), nil
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
