package finding

import (
	"cmp"
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
)

// cover is all that a finding stands for, in the order of the event.
type cover struct {
	ids     []string // of changes and effects
	targets []string
	files   []string
}

// different is something of an event that a finding may stand for. One of change and effect is set.
type different struct {
	place  int // in the event's order
	change *event.Change
	effect *event.Effect
}

func (d different) targets() []string {
	if d.change != nil {
		return d.change.Targets
	}
	return d.effect.Targets
}

// byID are the changes of an event, and then its effects, by their IDs.
func byID(e *event.Event) map[string]different {
	all := make(map[string]different, len(e.Changes)+len(e.Effects))
	for i := range e.Changes {
		all[e.Changes[i].ID] = different{place: len(all), change: &e.Changes[i]}
	}
	for i := range e.Effects {
		all[e.Effects[i].ID] = different{place: len(all), effect: &e.Effects[i]}
	}
	return all
}

// coverOf is what a rule says that its finding stands for. Where it says nothing, that is the change that the finding is
// about, with its targets; or the file that it points at, where that belongs to no app.
func coverOf(result evaluate.Result, all map[string]different) cover {
	covered := map[string]different{}
	var targets []string
	for _, id := range append([]string{result.Change}, result.Covers...) {
		if d, known := all[id]; known {
			covered[id] = d
			targets = append(targets, d.targets()...)
		}
	}
	c := cover{ids: make([]string, 0, len(covered)), targets: inOrder(result.Targets), files: inOrder(result.Files)}
	c.ids = slices.AppendSeq(c.ids, maps.Keys(covered))
	slices.SortFunc(c.ids, func(a, b string) int { return cmp.Compare(covered[a].place, covered[b].place) })
	if result.Targets == nil {
		c.targets = inOrder(targets)
	}
	if result.Files == nil && all[result.Change].change == nil && (result.App == "" || result.Environment == "") {
		c.files = []string{result.Location.Path}
	}
	return c
}

// inOrder is a list without repetitions.
func inOrder(texts []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(texts)))
}
