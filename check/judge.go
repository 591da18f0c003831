package check

import (
	"context"
	"time"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// judge asks the rules, as they are configured, about one event, now or at another time.
type judge struct {
	rules    *rules
	about    *evaluate.Case
	event    *event.Event
	now      time.Time
	timeline *calendar.Timeline
}

func newJudge(r *rules, e *event.Event, now time.Time, timeline *calendar.Timeline) *judge {
	return &judge{rules: r, about: r.About(e), event: e, now: now, timeline: timeline}
}

// findings are those at the moment of the event.
func (j *judge) findings(ctx context.Context) ([]finding.Finding, error) {
	results, err := j.about.Results(ctx)
	if err != nil {
		return nil, err
	}
	return j.told(results), nil
}

// told makes findings of results, by what the configuration says of their rules.
func (j *judge) told(results []evaluate.Result) []finding.Finding {
	return finding.Of(results, j.rules.all, j.rules.settings, j.event)
}
