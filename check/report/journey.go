package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// journey is the way along the promotion path that a version takes, up to where this change brings
// it. Versions that meet the same at each environment share one.
type journey struct {
	versions []string // each with what it is a version of
	steps    []step
}

// step is what an environment has to do with a version.
type step struct {
	environment string
	what        string // in words
	has         bool   // it holds or held the version, or gets it
	arrives     bool   // by this change
	worst       int    // rank of the gravest finding about that
}

// journeys are all that there are in a report, those with the gravest findings first.
func journeys(r *Report) []*journey {
	onPath := r.alongPath()
	worst := worstByChange(r.Findings)
	named := ambiguousApps(r.Event.Changes)

	type key struct{ app, artifact, tag, digest string }
	byVersion := make(map[key]*journey)
	for i := range r.Event.Changes {
		c := &r.Event.Changes[i]
		if c.After == nil {
			continue
		}
		k := key{c.App, c.Artifact.Key(), c.After.Tag, c.After.Digest}
		if byVersion[k] == nil {
			of := name(c.App)
			if named[c.App] || c.App == "." || c.App == "" {
				of = artifactText(c.Artifact)
			}
			byVersion[k] = &journey{versions: []string{clip(of, maxLabel) + " " + clip(name(versionText(*c.After)), maxLabel)}}
		}
		for _, holding := range c.Earlier {
			byVersion[k].pass(holding)
		}
		byVersion[k].arrive(c, worst(c.ID))
	}

	byWay := make(map[string]*journey)
	for _, j := range slices.SortedFunc(maps.Values(byVersion), compareJourneys) {
		slices.SortFunc(j.steps, func(a, b step) int { return onPath(a.environment, b.environment) })
		if shared := byWay[j.way()]; shared != nil {
			shared.join(j)
		} else {
			byWay[j.way()] = j
		}
	}
	return slices.SortedFunc(maps.Values(byWay), compareJourneys)
}

// worstByChange looks up the rank of the gravest finding about a change.
func worstByChange(findings []finding.Finding) func(id string) int {
	ranks := make(map[string]int)
	for _, f := range findings {
		id := deref(f.Change)
		if had, ok := ranks[id]; !ok || rank(f) < had {
			ranks[id] = rank(f)
		}
	}
	return func(id string) int {
		if rank, ok := ranks[id]; ok {
			return rank
		}
		return unmarked
	}
}

func compareJourneys(a, b *journey) int {
	return cmp.Or(cmp.Compare(a.worst(), b.worst()), cmp.Compare(len(b.steps), len(a.steps)), slices.Compare(a.versions, b.versions), cmp.Compare(a.way(), b.way()))
}

func (j *journey) worst() int {
	worst := unmarked
	for _, s := range j.steps {
		worst = min(worst, s.worst)
	}
	return worst
}

// at is the step at an environment.
func (j *journey) at(environment string) *step {
	i := slices.IndexFunc(j.steps, func(s step) bool { return s.environment == environment })
	if i < 0 {
		i = len(j.steps)
		j.steps = append(j.steps, step{environment: environment, worst: unmarked})
	}
	return &j.steps[i]
}

// pass notes what an earlier environment has to do with the version, unless it arrives there, too.
func (j *journey) pass(h event.Holding) {
	s := j.at(h.Environment)
	if s.arrives {
		return
	}
	s.has = true
	switch {
	case h.Holds:
		s.what = "holds it" + dayText(" since ", h.Since)
	case h.Gets:
		s.what = "gets it"
	case h.Held != nil && *h.Held:
		s.what = "held it" + dayText(" until ", h.Until)
	case h.Held != nil:
		s.what, s.has = "never held it", false
	default:
		s.what, s.has = "does not hold it", false
	}
}

// dayText is the date of a time in RFC 3339, where there is one.
func dayText(preposition string, timestamp *string) string {
	if timestamp == nil {
		return ""
	}
	date, _, _ := strings.Cut(name(*timestamp), "T")
	return preposition + date
}

func (j *journey) arrive(c *event.Change, worst int) {
	s := j.at(c.Environment)
	what := "new"
	if c.Before != nil {
		before, _ := versionTexts(c.Before, c.After)
		what = "instead of " + clip(before, maxLabel)
	}
	if s.arrives && s.what != what {
		what = arrivesSomehow
	}
	s.what, s.has, s.arrives, s.worst = what, true, true, min(s.worst, worst)
}

// arrivesSomehow stands for what several versions would say in different words.
const arrivesSomehow = "arrives"

// way is what journeys that can share one have in common.
func (j *journey) way() string {
	var b strings.Builder
	for _, s := range j.steps {
		if s.arrives {
			s.what = ""
		}
		fmt.Fprintf(&b, "%q %q %t %t %d\n", s.environment, s.what, s.has, s.arrives, s.worst)
	}
	return b.String()
}

// join adds the versions of another journey on the same way.
func (j *journey) join(other *journey) {
	j.versions = append(j.versions, other.versions...)
	for i := range j.steps {
		if j.steps[i].what != other.steps[i].what {
			j.steps[i].what = arrivesSomehow
		}
	}
}
