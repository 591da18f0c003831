// Package outlook asks again, about the moments ahead, what the rules that depend on time find: when a verdict changes,
// and when a place is open.
package outlook

import (
	"context"
	"iter"
	"time"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/finding"
)

// Judge knows the rules whose findings about an event time may change.
type Judge struct {
	// Rules are the IDs of those rules.
	Rules []string

	// Moments are when, by the rules' own word, their findings may change: times in RFC 3339, or times of day such as 12:00.
	Moments []string

	// Daily says that a rule looks at what day it is, and does not tell by moments when that matters.
	Daily bool

	// At is what those rules find at a moment.
	At func(ctx context.Context, at time.Time) ([]finding.Finding, error)
}

// ahead is a judge that is asked about one moment after another, as the calendar has them.
type ahead struct {
	judge    Judge
	timeline *calendar.Timeline
	moments  calendar.Moments
	known    map[string][]finding.Finding
}

func newAhead(judge Judge, timeline *calendar.Timeline) (*ahead, error) {
	a := &ahead{judge: judge, timeline: timeline, known: map[string][]finding.Finding{}}
	for _, moment := range judge.Moments {
		if err := a.moments.Add(moment); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// fromNow are a moment and those that come after it.
func (a *ahead) fromNow(now time.Time) iter.Seq2[time.Time, string] {
	return func(yield func(time.Time, string) bool) {
		if !yield(now, "now") {
			return
		}
		a.timeline.Instants(now, a.moments)(yield)
	}
}

// findings are those at a moment. Moments of which the calendar says the same need to be judged once.
func (a *ahead) findings(ctx context.Context, at time.Time, word string) ([]finding.Finding, error) {
	if a.judge.Daily {
		word += at.String()
	}
	if known, ok := a.known[word]; ok {
		return known, nil
	}
	found, err := a.judge.At(ctx, at)
	if err == nil {
		a.known[word] = found
	}
	return found, err
}
