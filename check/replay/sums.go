package replay

import (
	"cmp"
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/finding"
)

// Sums are how many steps there are of each kind.
type Sums struct {
	Steps         int
	Promotions    int // that move a version
	Production    int // promotions that move one in production
	Configuration int // that deploy something differently, but for versions
	Unjudged      int
	Stopped       int
	StoppedUndone int // of those, how many were soon taken back
	Softened      int // of those, how many are let through for now, by a ramp
	Passed        int // of those that deploy something differently
	PassedUndone  int
}

// Sums counts the steps.
func (r *Replay) Sums() Sums {
	var s Sums
	for _, step := range r.Steps {
		s.Steps++
		switch {
		case step.Unjudged != nil:
			s.Unjudged++
			continue
		case step.IsPromotion():
			s.Promotions++
			if step.Production {
				s.Production++
			}
		case step.Deploys:
			s.Configuration++
		}
		switch undone := step.Undone != nil; {
		case step.Stopped:
			s.Stopped++
			s.StoppedUndone += one(undone)
			s.Softened += one(step.Softened)
		case step.Deploys:
			s.Passed++
			s.PassedUndone += one(undone)
		}
	}
	return s
}

func one(if_ bool) int {
	if if_ {
		return 1
	}
	return 0
}

// OfRule is what one rule would have done.
type OfRule struct {
	Rule     string
	Stopped  int // steps
	Alone    int // of those, the ones that no other rule would have stopped
	Undone   int // of those that it stopped, the ones that were soon taken back
	Findings finding.Counts
}

// ByRule is what each rule would have done, that of which most would have been stopped first.
func (r *Replay) ByRule() []OfRule {
	of := map[string]*OfRule{}
	for _, step := range r.Steps {
		stopping := map[string]bool{}
		byRule := map[string][]finding.Finding{}
		for _, f := range step.Findings {
			byRule[f.Rule] = append(byRule[f.Rule], f)
			if f.Counts(r.FailOn) {
				stopping[f.Rule] = true
			}
		}
		for rule, findings := range byRule {
			if of[rule] == nil {
				of[rule] = &OfRule{Rule: rule}
			}
			is, counts := of[rule], finding.Count(findings)
			is.Findings.Errors += counts.Errors
			is.Findings.Warnings += counts.Warnings
			is.Findings.Notes += counts.Notes
			is.Findings.Waived += counts.Waived
			if stopping[rule] {
				is.Stopped++
				is.Alone += one(len(stopping) == 1)
				is.Undone += one(step.Undone != nil)
			}
		}
	}
	var all []OfRule
	for _, rule := range slices.Sorted(maps.Keys(of)) {
		all = append(all, *of[rule])
	}
	slices.SortStableFunc(all, func(a, b OfRule) int { return cmp.Or(b.Stopped-a.Stopped, b.Findings.Errors-a.Findings.Errors) })
	return all
}

// Noise is what one rule would have said of one place.
type Noise struct {
	Rule, App, Environment string
	Severity               finding.Severity // the gravest
	Steps                  int              // in which it would have
	Example                finding.Finding  // the latest
}

// Noisiest are those which would have come up most often.
func (r *Replay) Noisiest(most int) []Noise {
	type place struct{ rule, app, environment string }
	of := map[place]*Noise{}
	for _, step := range r.Steps {
		seen := map[place]bool{}
		for _, f := range step.Findings {
			if f.Waived != nil {
				continue
			}
			at := place{f.Rule, f.App, f.Environment}
			if of[at] == nil {
				of[at] = &Noise{Rule: f.Rule, App: f.App, Environment: f.Environment, Severity: f.Severity}
			}
			if f.AtLeast(of[at].Severity) {
				of[at].Severity = f.Severity
			}
			of[at].Example = f
			of[at].Steps += one(!seen[at])
			seen[at] = true
		}
	}
	all := slices.SortedFunc(maps.Values(of), func(a, b *Noise) int {
		return cmp.Or(b.Steps-a.Steps, cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.App, b.App), cmp.Compare(a.Environment, b.Environment))
	})
	var noisiest []Noise
	for _, noise := range all[:min(most, len(all))] {
		noisiest = append(noisiest, *noise)
	}
	return noisiest
}

// Difference is what one setting would have made of the past.
type Difference struct {
	Variation
	Passes       int // steps that are stopped now, and would not be
	PassesUndone int // of those, how many were soon taken back
	Stops        int // steps that are not stopped now, and would be
	StopsUndone  int
}

// Differences are those that there would have been at all.
func (r *Replay) Differences() []Difference {
	var all []Difference
	for i, variation := range r.Variations {
		d := Difference{Variation: variation}
		for _, step := range r.Steps {
			if step.Unjudged != nil || i >= len(step.StoppedWith) || step.StoppedWith[i] == step.Stopped {
				continue
			}
			undone := one(step.Undone != nil)
			if step.Stopped {
				d.Passes, d.PassesUndone = d.Passes+1, d.PassesUndone+undone
			} else {
				d.Stops, d.StopsUndone = d.Stops+1, d.StopsUndone+undone
			}
		}
		if d.Passes+d.Stops > 0 {
			all = append(all, d)
		}
	}
	slices.SortStableFunc(all, func(a, b Difference) int { return cmp.Or(b.Passes-a.Passes, a.Stops-b.Stops) })
	return all
}
