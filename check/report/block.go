package report

import (
	"cmp"
	"maps"
	"path"
	"slices"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// block is what concerns one app in one environment.
type block struct {
	app         string
	environment string
	rows        []row
	findings    []finding.Finding // of no row
}

// row is one thing that an environment would deploy differently: a change of a version, or an effect
// that changes of versions do not explain. One of the two is set.
type row struct {
	change   *event.Change
	effect   *event.Effect
	beside   bool // an effect where versions change, too
	findings []finding.Finding
}

func (r row) targets() []string {
	if r.change != nil {
		return r.change.Targets
	}
	return r.effect.Targets
}

// blocks groups a report by app and environment, in the order of names and of the path. Findings
// of no app and no environment are returned apart.
func blocks(r *Report) (grouped []*block, elsewhere []finding.Finding) {
	type key struct{ app, environment string }
	byKey := make(map[key]*block)
	at := func(app, environment string) *block {
		k := key{app, environment}
		if byKey[k] == nil {
			byKey[k] = &block{app: app, environment: environment}
		}
		return byKey[k]
	}

	changes := r.changes()
	for i := range r.Event.Changes {
		c := &r.Event.Changes[i]
		b := at(c.App, c.Environment)
		b.rows = append(b.rows, row{change: c})
	}
	for i := range r.Event.Effects {
		e := &r.Event.Effects[i]
		b := at(e.App, e.Environment)
		beside := b.changesAnyOf(e.Targets)
		if !beside || !e.VersionsOnly {
			b.rows = append(b.rows, row{effect: e, beside: beside})
		}
	}
	for _, f := range gravestFirst(r.Findings) {
		switch c := changes[deref(f.Change)]; {
		case c != nil:
			at(c.App, c.Environment).attach(c, f)
		case f.App == "" && f.Environment == "":
			elsewhere = append(elsewhere, f)
		default:
			b := at(f.App, f.Environment)
			b.findings = append(b.findings, f)
		}
	}

	onPath := r.alongPath()
	grouped = slices.SortedFunc(maps.Values(byKey), func(a, b *block) int {
		return cmp.Or(cmp.Compare(a.app, b.app), onPath(a.environment, b.environment))
	})
	return grouped, elsewhere
}

// alongPath compares environments by their order on the promotion path.
func (r *Report) alongPath() func(a, b string) int {
	step := make(map[string]int)
	for i, environment := range r.Event.Path {
		step[environment.Name] = i + 1
	}
	return func(a, b string) int { return cmp.Or(cmp.Compare(step[a], step[b]), cmp.Compare(a, b)) }
}

// changes are the report's changes by their IDs.
func (r *Report) changes() map[string]*event.Change {
	changes := make(map[string]*event.Change, len(r.Event.Changes))
	for i := range r.Event.Changes {
		changes[r.Event.Changes[i].ID] = &r.Event.Changes[i]
	}
	return changes
}

func (b *block) changesAnyOf(targets []string) bool {
	for _, r := range b.rows {
		if r.change != nil && slices.ContainsFunc(targets, func(t string) bool { return slices.Contains(r.change.Targets, t) }) {
			return true
		}
	}
	return false
}

func (b *block) attach(c *event.Change, f finding.Finding) {
	for i := range b.rows {
		if b.rows[i].change == c {
			b.rows[i].findings = append(b.rows[i].findings, f)
		}
	}
}

func (b *block) hasFindings() bool {
	return len(b.findings) > 0 || slices.ContainsFunc(b.rows, func(r row) bool { return len(r.findings) > 0 })
}

// hasTargets reports whether the block's environment is more than the one place that "." stands for.
func (b *block) hasTargets(state event.State) bool {
	named := func(target string) bool { return target != "." }
	for target := range state[b.app][b.environment] {
		if named(target) {
			return true
		}
	}
	return slices.ContainsFunc(b.rows, func(r row) bool { return slices.ContainsFunc(r.targets(), named) })
}

// setWith is the first row whose version one line sets together with that of a row, as an image and a Git revision of one
// object; -1 if there is none.
func (b *block) setWith(i int) int {
	c := b.rows[i].change
	if c == nil {
		return -1
	}
	for first, r := range b.rows[:i] {
		if r.change != nil && r.change.Artifact.Kind != c.Artifact.Kind && slices.Equal(r.change.Targets, c.Targets) && onOneLine(r.change, c) {
			return first
		}
	}
	return -1
}

func onOneLine(a, b *event.Change) bool {
	for target, l := range a.Locations {
		if m := b.Locations[target]; l.Line == 0 || l.Path != m.Path || l.Line != m.Line {
			return false
		}
	}
	return len(a.Locations) > 0
}

// sameTargets reports whether all rows concern the same targets.
func (b *block) sameTargets() bool {
	for _, r := range b.rows {
		if !slices.Equal(r.targets(), b.rows[0].targets()) {
			return false
		}
	}
	return true
}

// ambiguousApps are the apps of which an artifact has to be named: several change, or the one that does is
// not called like the app.
func ambiguousApps(changes []event.Change) map[string]bool {
	ambiguous := make(map[string]bool)
	first := make(map[string]string)
	for _, c := range changes {
		key, seen := first[c.App]
		if !seen {
			first[c.App] = c.Artifact.Key()
		}
		if seen && key != c.Artifact.Key() || path.Base(c.Artifact.Name) != path.Base(c.App) {
			ambiguous[c.App] = true
		}
	}
	return ambiguous
}
