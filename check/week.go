package check

import (
	"context"
	"slices"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/outlook"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/waiver"
)

// Ruled is the rules that count somewhere, as they are configured.
type Ruled struct {
	Base  event.Ref
	Rules []evaluate.Ruling
	Ramps []waiver.Ramp // that have not ended
}

// Rules are those that count at the base that is asked for; empty: at HEAD.
func (s *Session) Rules(ctx context.Context, asked refs.Request) (*Ruled, error) {
	s.load()
	at, err := s.standingAsked(ctx, asked)
	if err != nil {
		return nil, err
	}
	rules, err := s.configure(at.governing, at.layout.Path)
	if err != nil {
		return nil, err
	}
	ramps := slices.DeleteFunc(slices.Clone(at.governing.Ramps), func(r waiver.Ramp) bool { return !s.options.Now.Before(r.Until) })
	return &Ruled{event.Ref{Ref: at.commit.Name, Commit: string(at.commit.OID)}, rules.Rulings(), ramps}, nil
}

// Week asks the rules that depend on time about every place at the base that is asked for; empty: at HEAD.
func (s *Session) Week(ctx context.Context, asked refs.Request, failOn finding.Severity) (*outlook.Week, error) {
	s.load()
	at, err := s.standingAsked(ctx, asked)
	if err != nil {
		return nil, err
	}
	if err := s.addAll(ctx, at); err != nil {
		return nil, err
	}
	times, err := at.calendar(at.layout.Path)
	if err != nil {
		return nil, err
	}
	rules, err := s.configure(at.governing, at.layout.Path)
	if err != nil {
		return nil, err
	}
	waivers, err := rules.waivers(at.governing, at.layout.Path)
	if err != nil {
		return nil, err
	}
	// What an emergency lets in depends on what it is.
	waivers = slices.DeleteFunc(waivers, func(w waiver.Waiver) bool { return w.Emergency })
	now := s.options.Now.In(times.Zone)
	clock := func(effects []event.Effect) event.Time { return times.Timeline(calendar.PlacesOf(effects)).At(now) }
	var parts []outlook.Part
	for _, e := range event.Everywhere(at.layout.Path, at.sites(), rules.forEvent(), clock) {
		timeline := times.Timeline(calendar.PlacesOf(e.Effects))
		judge := newJudge(rules, e, now, timeline, waivers)
		judge.ramps = at.governing.Ramps
		later, err := judge.later(ctx, nil)
		if err != nil {
			return nil, err
		}
		parts = append(parts, outlook.Part{Timeline: timeline, Judge: later})
	}
	return outlook.WeekOf(ctx, times, namesOf(at.layout.Path), parts, now, failOn)
}
