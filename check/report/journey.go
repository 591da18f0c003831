package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/event"
)

const (
	maxJourneys = 6
	maxApps     = 3 // named of one journey
	maxLabel    = 40
)

// journey is the way that a version takes along an app's path, up to where this change brings it.
// Apps whose versions are called alike and take the same way share one.
type journey struct {
	apps    []string
	version string
	steps   []step
	worst   int // rank of the gravest finding
}

// step is what an environment has to do with the version.
type step struct {
	environment string
	what        string
	arrives     bool // by this change
	seen        bool // the environment holds or held the version, before this change or by it
}

// journeys are all that there are in a report, those with the gravest findings first.
func journeys(r *Report) []*journey {
	position := make(map[string]int)
	for i, environment := range r.Event.Path {
		position[environment.Name] = i
	}
	type key struct{ app, artifact, tag, digest string }
	byVersion := make(map[key]*journey)
	ranks := make(map[string]int)
	for _, f := range r.Findings {
		id := deref(f.Change)
		if had, ok := ranks[id]; !ok || rank(f) < had {
			ranks[id] = rank(f)
		}
	}
	for i := range r.Event.Changes {
		c := &r.Event.Changes[i]
		if c.After == nil {
			continue
		}
		k := key{c.App, c.Artifact.Key(), c.After.Tag, c.After.Digest}
		if byVersion[k] == nil {
			byVersion[k] = &journey{apps: []string{appText(c)}, version: name(c.After.String()), worst: unmarked}
		}
		j := byVersion[k]
		if rank, ok := ranks[c.ID]; ok {
			j.worst = min(j.worst, rank)
		}
		for _, holding := range c.Earlier {
			j.pass(holding)
		}
		j.arrive(c)
	}

	shared := make(map[string]*journey)
	for _, j := range slices.SortedFunc(maps.Values(byVersion), compareJourneys) {
		slices.SortFunc(j.steps, func(a, b step) int {
			return cmp.Or(cmp.Compare(position[a.environment], position[b.environment]), cmp.Compare(a.environment, b.environment))
		})
		way := fmt.Sprintf("%q %v", j.version, j.steps)
		if other := shared[way]; other != nil {
			other.apps = append(other.apps, j.apps...)
			continue
		}
		shared[way] = j
	}
	return slices.SortedFunc(maps.Values(shared), compareJourneys)
}

func compareJourneys(a, b *journey) int {
	return cmp.Or(cmp.Compare(a.worst, b.worst), slices.Compare(a.apps, b.apps), cmp.Compare(a.version, b.version),
		cmp.Compare(fmt.Sprint(a.steps), fmt.Sprint(b.steps)))
}

// appText names the app, and the artifact where that is called otherwise.
func appText(c *event.Change) string {
	if c.App == "." || c.App == "" {
		return artifactText(c.Artifact)
	}
	return name(c.App)
}

func (j *journey) at(environment string) *step {
	for i := range j.steps {
		if j.steps[i].environment == environment {
			return &j.steps[i]
		}
	}
	j.steps = append(j.steps, step{environment: environment})
	return &j.steps[len(j.steps)-1]
}

// pass notes what an earlier environment has to do with the version, unless it arrives there, too.
func (j *journey) pass(h event.Holding) {
	s := j.at(h.Environment)
	if s.arrives {
		return
	}
	switch {
	case h.Holds:
		s.what, s.seen = "holds it", true
		if h.Since != nil {
			s.what += " since " + day(*h.Since)
		}
	case h.Gets:
		s.what, s.seen = "gets it, too", true
	case h.Held != nil && *h.Held:
		s.what, s.seen = "held it", true
		if h.Until != nil {
			s.what += " until " + day(*h.Until)
		}
	case h.Held != nil:
		s.what = "never held it"
	default:
		s.what = "does not hold it"
	}
}

// day is the date of a time in RFC 3339.
func day(timestamp string) string {
	date, _, _ := strings.Cut(name(timestamp), "T")
	return date
}

func (j *journey) arrive(c *event.Change) {
	s := j.at(c.Environment)
	before := "new"
	if c.Before != nil {
		before = "instead of " + clip(name(c.Before.String()), maxLabel)
	}
	if s.arrives && s.what != before {
		before = "instead of several"
	}
	s.what, s.arrives, s.seen = before, true, true
}

// mermaid draws journeys as a flowchart, each in a frame of its own.
func mermaid(path []event.Environment, journeys []*journey) string {
	upstream := make(map[string][]string)
	for _, environment := range path {
		upstream[environment.Name] = environment.Upstream
	}
	var b strings.Builder
	b.WriteString("```mermaid\nflowchart LR\n")
	node := 0
	for i, j := range journeys {
		fmt.Fprintf(&b, "  subgraph s%d[\"%s\"]\n    direction LR\n", i, label(j.title()))
		ids := make(map[string]int)
		for _, s := range j.steps {
			ids[s.environment] = node
			shape, class := `["%s<br/>%s"]`, "held"
			switch {
			case s.arrives:
				shape, class = `(["%s<br/>%s"])`, "arrives"
				if j.worst < unmarked {
					class = "stopped"
				}
			case !s.seen:
				class = "skipped"
			}
			fmt.Fprintf(&b, "    n%d"+shape+":::%s\n", node, label(clip(name(s.environment), maxLabel)), label(s.what), class)
			node++
		}
		for k, s := range j.steps {
			for _, from := range upstreamOf(j.steps, k, upstream[s.environment]) {
				arrow := "-->"
				switch {
				case !from.seen || !s.seen:
					arrow = "-.->"
				case s.arrives:
					arrow = "==>"
				}
				fmt.Fprintf(&b, "    n%d %s n%d\n", ids[from.environment], arrow, ids[s.environment])
			}
		}
		b.WriteString("  end\n")
	}
	// Neither fill nor text has a colour here: GitHub has a light and a dark theme.
	b.WriteString("  classDef held stroke-width:1px\n  classDef arrives stroke-width:3px,stroke:#2da44e\n" +
		"  classDef stopped stroke-width:3px,stroke:#e5534b\n  classDef skipped stroke-dasharray:4 4\n```\n")
	return b.String()
}

// upstreamOf are the steps that lead to the nth: its environment's upstreams, or the step before it where the app has none of these.
func upstreamOf(steps []step, n int, upstream []string) []step {
	var found []step
	for _, s := range steps[:n] {
		if slices.Contains(upstream, s.environment) {
			found = append(found, s)
		}
	}
	if len(found) == 0 && n > 0 && len(upstream) > 0 {
		found = steps[n-1 : n]
	}
	return found
}

func (j *journey) title() string {
	apps := make([]string, 0, maxApps)
	for _, app := range j.apps[:min(len(j.apps), maxApps)] {
		apps = append(apps, clip(app, maxLabel))
	}
	title := strings.Join(apps, ", ")
	if more := len(j.apps) - maxApps; more > 0 {
		title += fmt.Sprintf(" and %d more", more)
	}
	return title + " " + clip(j.version, maxLabel)
}
