package check

import (
	"context"
	"time"

	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/outlook"
)

// Outlook is what time alone will change about the verdict that findings make. It also notes in findings when each
// would go away.
func (c *Check) Outlook(ctx context.Context, findings []finding.Finding, failOn finding.Severity) (outlook.Outlook, error) {
	if len(c.Event.Effects)+len(c.Event.Changes) == 0 {
		return outlook.Outlook{}, nil
	}
	later, err := c.judge.later(ctx)
	if err != nil {
		return outlook.Outlook{}, err
	}
	return outlook.Of(ctx, later, c.judge.timeline, c.judge.now, findings, failOn)
}

// later asks the rules that depend on time about the event at other times.
func (j *judge) later(ctx context.Context) (outlook.Judge, error) {
	rules, err := j.about.Later(ctx)
	if err != nil {
		return outlook.Judge{}, err
	}
	later := outlook.Judge{Moments: rules.Moments, Daily: rules.Daily}
	for _, rule := range j.rules.all {
		if rules.Has(rule.ID) {
			later.Rules = append(later.Rules, rule.ID)
		}
	}
	later.At = func(ctx context.Context, at time.Time) ([]finding.Finding, error) {
		results, err := rules.Results(ctx, j.timeline.At(at))
		if err != nil {
			return nil, err
		}
		return j.told(results), nil
	}
	return later, nil
}
