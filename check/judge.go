package check

import (
	"context"
	"reflect"
	"time"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/waiver"
)

// judge asks the rules, as they are configured, about one event, now or at another time.
type judge struct {
	rules    *rules
	about    *evaluate.Case
	event    *event.Event
	now      time.Time
	timeline *calendar.Timeline
	results  []evaluate.Result // at the moment of the event, once they were asked for
	waivers  []waiver.Waiver
	ramps    []waiver.Ramp // nil for the past: nobody had to get used to it
}

func newJudge(r *rules, e *event.Event, now time.Time, timeline *calendar.Timeline, waivers []waiver.Waiver) *judge {
	return &judge{rules: r, about: r.About(e), event: e, now: now, timeline: timeline, waivers: waivers}
}

// findings are those at the moment of the event.
func (j *judge) findings(ctx context.Context) ([]finding.Finding, error) {
	var err error
	if j.results == nil {
		if j.results, err = j.about.Results(ctx); err != nil {
			return nil, err
		}
	}
	return j.told(j.results, j.now), nil
}

// with is what they would be with another setting of one rule.
func (j *judge) with(ctx context.Context, rule string, setting evaluate.Setting) ([]finding.Finding, error) {
	rules, err := j.rules.with(rule, setting)
	if err != nil {
		return nil, err
	}
	other := &judge{rules: rules, event: j.event, now: j.now, timeline: j.timeline, waivers: j.waivers, ramps: j.ramps}
	if other.about, err = j.about.With(rules.Configured); err != nil {
		return nil, err
	}
	if now := j.rules.settings[rule]; setting.Severity != evaluate.Off && now.Severity != evaluate.Off && reflect.DeepEqual(setting.Parameters, now.Parameters) {
		other.results = j.results // the rules find the same
	}
	return other.findings(ctx)
}

// told makes findings of results, by what the configuration says of their rules, and the waivers at a moment.
func (j *judge) told(results []evaluate.Result, at time.Time) []finding.Finding {
	findings := finding.Of(results, j.rules.all, j.rules.settings, j.event)
	finding.Soften(findings, j.ramps, at)
	finding.Waive(findings, j.waivers, j.event, at)
	return findings
}
