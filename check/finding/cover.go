package finding

import (
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

// coverOf is what a rule says that its finding stands for. Where it says nothing, that is the change that the finding is
// about, with its targets; or the file that it points at, where that belongs to no app.
func coverOf(result evaluate.Result, change *event.Change, e *event.Event) cover {
	c := cover{ids: []string{}, targets: inOrder(result.Targets), files: inOrder(result.Files)}
	var targets []string
	add := func(id string, its []string) {
		if id == result.Change || slices.Contains(result.Covers, id) {
			c.ids = append(c.ids, id)
			targets = append(targets, its...)
		}
	}
	for _, change := range e.Changes {
		add(change.ID, change.Targets)
	}
	for _, effect := range e.Effects {
		add(effect.ID, effect.Targets)
	}
	if result.Targets == nil {
		c.targets = inOrder(targets)
	}
	if result.Files == nil && change == nil && (result.App == "" || result.Environment == "") {
		c.files = []string{result.Location.Path}
	}
	return c
}

// inOrder is a list without repetitions.
func inOrder(texts []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(texts)))
}
