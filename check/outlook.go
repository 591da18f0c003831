package check

import (
	"context"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/outlook"
)

// Outlook is what time alone will change about the verdict that findings make. It also notes in findings when each
// would go away.
func (c *Check) Outlook(ctx context.Context, findings []finding.Finding, failOn finding.Severity) (outlook.Outlook, error) {
	if len(c.Event.Effects)+len(c.Event.Changes) == 0 {
		return outlook.Outlook{}, nil
	}
	later, err := c.judge.later(ctx, findings)
	if err != nil {
		return outlook.Outlook{}, err
	}
	return outlook.Of(ctx, later, c.judge.timeline, c.judge.now, findings, failOn)
}

// later asks about the event at other times: the rules that depend on time, and what those findings are by then that a
// waiver silences now, or that do not count yet.
func (j *judge) later(ctx context.Context, now []finding.Finding) (outlook.Judge, error) {
	rules, err := j.about.Later(ctx)
	if err != nil {
		return outlook.Judge{}, err
	}
	later := outlook.Judge{Moments: slices.Concat(rules.Moments, j.turns(now)), Daily: rules.Daily}
	changing := map[string]bool{} // rules that find the same at any time
	for _, f := range now {
		changing[f.Rule] = changing[f.Rule] || (f.Waived != nil || f.CountsFrom != nil) && !rules.Has(f.Rule)
	}
	for _, rule := range j.rules.all {
		if rules.Has(rule.ID) || changing[rule.ID] {
			later.Rules = append(later.Rules, rule.ID)
		}
	}
	same := slices.DeleteFunc(slices.Clone(j.results), func(r evaluate.Result) bool { return !changing[r.Rule] })
	later.At = func(ctx context.Context, at time.Time) ([]finding.Finding, error) {
		var results []evaluate.Result
		if rules.Any() {
			if results, err = rules.Results(ctx, j.timeline.At(at)); err != nil {
				return nil, err
			}
		}
		return j.told(slices.Concat(results, same), at), nil
	}
	return later, nil
}

// turns are the moments at which ramps end, and waivers that silence something now, or may where a rule depends on time, and at which a
// version will have soaked for as long as an emergency asks for.
func (j *judge) turns(now []finding.Finding) []string {
	var turns []string
	for _, w := range j.waivers {
		if w.Over(j.now) {
			continue
		}
		may := slices.ContainsFunc(j.event.Effects, func(e event.Effect) bool { return w.In(e.App, e.Environment) })
		if may || slices.ContainsFunc(now, func(f finding.Finding) bool { return f.Waived != nil && f.Waived.Same(w) }) {
			turns = append(turns, w.Ends.UTC().Format(time.RFC3339Nano))
		}
		for _, f := range now {
			if f.Soaked != nil && *f.Soaked < w.Soak && w.In(f.App, f.Environment) {
				turns = append(turns, j.now.Add(w.Soak-*f.Soaked).UTC().Format(time.RFC3339Nano))
			}
		}
	}
	for _, r := range j.ramps {
		if j.now.Before(r.Until) && slices.ContainsFunc(j.event.Effects, func(e event.Effect) bool { return r.Concerns(e.App) }) ||
			slices.ContainsFunc(now, func(f finding.Finding) bool { return f.CountsFrom != nil && f.CountsFrom.Equal(r.Until) }) {
			turns = append(turns, r.Until.UTC().Format(time.RFC3339Nano))
		}
	}
	return turns
}
