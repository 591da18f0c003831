package check

import (
	"cmp"
	"context"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/outlook"
)

// Week asks the rules that depend on time about every place at a ref; empty: at HEAD.
func (s *Session) Week(ctx context.Context, ref string, failOn finding.Severity) (*outlook.Week, error) {
	s.load()
	commit, err := s.repo.Resolve(ctx, cmp.Or(ref, "HEAD"))
	if err != nil {
		return nil, err
	}
	at, err := s.standingAt(commit)
	if err != nil {
		return nil, err
	}
	times, err := at.calendar(at.layout.Path)
	if err != nil {
		return nil, err
	}
	rules, err := s.configure(at.governing.Config, at.layout.Path)
	if err != nil {
		return nil, err
	}
	now := s.options.Now.In(times.Zone)
	clock := func(effects []event.Effect) event.Time { return times.Timeline(calendar.PlacesOf(effects)).At(now) }
	var parts []outlook.Part
	for _, e := range event.Everywhere(at.layout, rules.forEvent(), clock) {
		timeline := times.Timeline(calendar.PlacesOf(e.Effects))
		later, err := newJudge(rules, e, now, timeline).later(ctx)
		if err != nil {
			return nil, err
		}
		parts = append(parts, outlook.Part{Timeline: timeline, Judge: later})
	}
	return outlook.WeekOf(ctx, times, namesOf(at.layout.Path), parts, now, failOn)
}
