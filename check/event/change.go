package event

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

// changes makes changes of moves: targets of one environment share a change if they go from the same
// version to the same version.
func (b *builder) changes(ctx context.Context, moved []move) ([]Change, error) {
	changes := []Change{}
	var first []move // of each change
	ids, taken := map[string]int{}, map[string]bool{}
	of := make([]int, len(moved))
	known := map[sharing][]int{} // the changes that are one
	for i, m := range moved {
		sharing, same := m.sharing(), -1
		if alike := known[sharing]; len(alike) > 0 {
			same = alike[0]
			if !m.isJudgedWith(first[same]) {
				isAs := b.change(m, sharing.fidelity).isJudgedAs
				at := slices.IndexFunc(alike, func(one int) bool { return isAs(changes[one]) })
				if same = -1; at >= 0 {
					same = alike[at]
				}
			}
		}
		isFirst := same < 0
		if isFirst {
			change := b.change(m, sharing.fidelity)
			// Few artifacts change in more than one way in an environment; those are numbered.
			name := change.ID
			ids[name]++
			for n := ids[name]; taken[change.ID]; n++ {
				change.ID = fmt.Sprintf("%s#%d", name, n)
			}
			taken[change.ID] = true
			changes, first = append(changes, change), append(first, m)
			same = len(changes) - 1
			known[sharing] = append(known[sharing], same)
		}
		c := &changes[same]
		of[i] = same
		if !isFirst && len(c.Shared) > 0 {
			c.Shared = sharedByAll(c.Shared, b.shared(m))
		}
		if target := valid(m.Target); !slices.Contains(c.Targets, target) {
			c.Targets = append(c.Targets, target)
			c.Locations[target] = b.location(m)
			if m.from != nil {
				c.From[target] = Place{App: valid(m.from.App), Environment: m.Environment, Target: valid(m.from.Target)}
			}
		}
		if object, isApart := m.object(); isApart && !slices.Contains(c.Objects, object) {
			c.Objects = append(c.Objects, object)
		}
		b.addReturn(c, m, isFirst)
	}
	if err := b.addLost(changes, first); err != nil {
		return nil, err
	}
	if err := b.addFamiliar(ctx, changes, first); err != nil {
		return nil, err
	}
	return changes, b.addPrevious(changes, moved, of)
}

// sharing is all in which moves are alike that may be one change.
type sharing struct {
	app, environment string
	artifact         artifact.Artifact
	added, removed   bool
	starts           bool
	before, after    Version
	fidelity         Fidelity
}

func (m move) sharing() sharing {
	fidelity := Fidelity(state.Worst(m.site.before.Fidelity, m.site.after.Fidelity))
	return sharing{m.App, m.Environment, m.artifact, m.before == nil, m.after == nil, m.starts, versionOf(m.before), versionOf(m.after), fidelity}
}

// isJudgedWith reports whether two moves are judged by the same.
func (m move) isJudgedWith(o move) bool {
	return maps.Equal(m.counted, o.counted) && m.mention() == o.mention() && m.fromApp() == o.fromApp()
}

// isJudgedAs reports whether two changes differ in nothing but where they are.
func (c Change) isJudgedAs(o Change) bool {
	c.ID, c.Targets, c.Locations, c.From, c.Objects = o.ID, o.Targets, o.Locations, o.From, o.Objects
	c.Returns, c.Previous, c.BroughtBy, c.Shared = o.Returns, o.Previous, o.BroughtBy, o.Shared
	return reflect.DeepEqual(c, o)
}

// object is what a move is about, where it is judged apart from others.
func (m move) object() (object Object, isApart bool) {
	if !m.counted.apart() {
		return Object{}, false
	}
	o := m.after.Owner
	part := o.Part
	if m.isBeside() {
		part = o.Container()
	}
	return Object{Kind: valid(o.Kind), Namespace: valid(o.Namespace), Name: valid(o.Name), Part: valid(part)}, true
}

// isBeside reports whether another container of the object that a version comes to has the artifact, too.
func (m move) isBeside() bool {
	return m.after.Owner.Container() != "" && slices.ContainsFunc(m.holding(m.site.after, m.artifact), func(i int) bool {
		slot := m.site.after.Held[i].Slot
		return slot != m.after.Slot && slot.Object == m.after.Slot.Object
	})
}

func (b *builder) change(m move, fidelity Fidelity) Change {
	change := Change{
		ID:          fmt.Sprintf("%s:%s:%s", valid(m.App), m.Environment, m.artifact.Key()),
		App:         valid(m.App),
		Environment: m.Environment,
		Targets:     []string{},
		Objects:     []Object{},
		Artifact:    m.artifact,
		Upstream:    []Holding{},
		Earlier:     []Holding{},
		Shared:      []Shared{},
		Formerly:    []string{},
		Lost:        []string{},
		Bad:         b.Bad.of(m.after),
		Fidelity:    fidelity,
		Locations:   map[string]Location{},
		From:        map[string]Place{},
		Own:         History{Left: map[string]Left{}},
		BroughtBy:   map[string][]Bringing{},

		LeftElsewhere: b.leftElsewhere(m),
	}
	if m.before != nil {
		change.Before = &m.before.Version
	}
	change.Direction = b.direction(m)
	if m.after == nil {
		return change
	}
	change.After = &m.after.Version
	change.Own = b.history(m, overlay.Environment{Name: m.Environment})
	change.Entry, change.Starts = b.enters(m), m.starts
	upstream, earlier := b.appPath(m)
	change.Upstream, change.Earlier = b.holdings(m, upstream), b.holdings(m, earlier)
	change.Shared = b.shared(m)
	return change
}

func (b *builder) holdings(m move, environments []overlay.Environment) []Holding {
	holdings := make([]Holding, 0, len(environments))
	for _, environment := range environments {
		holdings = append(holdings, b.holding(m, environment))
	}
	return holdings
}

// appPath returns the upstreams of a move's environment, and all that comes before it, on the app's own path:
// environments that the app has no overlay in are passed over.
func (b *builder) appPath(m move) (upstream, earlier []overlay.Environment) {
	has := map[string]bool{}
	for _, site := range b.around(m) {
		has[site.Environment] = true
	}
	byName := map[string]overlay.Environment{}
	for _, e := range b.Layout.Path {
		byName[e.Name] = e
	}
	before := map[string]bool{}
	direct := map[string]bool{}
	type step struct {
		name string
		near bool // no environment of the app's own lies between
	}
	climbed := map[step]bool{}
	var climb func(name string, near bool)
	climb = func(name string, near bool) {
		if climbed[step{name, near}] {
			return // several ways may lead there
		}
		climbed[step{name, near}] = true
		for _, up := range byName[name].Upstream {
			if has[up] {
				direct[up] = direct[up] || near
			}
			before[up] = true
			climb(up, near && !has[up])
		}
	}
	climb(m.Environment, true)
	for _, e := range b.Layout.Path {
		if has[e.Name] && before[e.Name] {
			earlier = append(earlier, e)
		}
		if direct[e.Name] {
			upstream = append(upstream, e)
		}
	}
	return upstream, earlier
}

// holding works out what an earlier environment has to do with the version that a move brings.
func (b *builder) holding(m move, environment overlay.Environment) Holding {
	was, is := b.held(m, environment.Name, atBase), b.held(m, environment.Name, afterwards)
	version := m.after.Version
	h := Holding{
		Environment: environment.Name, Versions: []Version{}, Holds: was.holds(version, environment), Gets: is.holds(version, environment),
		Runs: was.runs(version, environment, m.counting()), WillRun: is.runs(version, environment, m.counting()), Idle: []string{},
	}
	h.Gets = h.Gets && !h.Holds
	for _, target := range was {
		for _, held := range target.held {
			if !slices.Contains(h.Versions, held.Version) {
				h.Versions = append(h.Versions, held.Version)
			}
		}
	}
	slices.SortFunc(h.Versions, Version.Compare)
	if !h.Runs && (h.Holds || h.Gets && !h.WillRun) {
		h.Idle = append(append(h.Idle, was.idle(version)...), is.idle(version)...)
		slices.Sort(h.Idle)
		h.Idle = slices.Compact(h.Idle)
	}
	h.History = b.history(m, environment)
	if h.Ran.Ever != nil && !*h.Ran.Ever && was.byHand(version) {
		h.Ran.Ever = nil // only who syncs it by hand could tell
	}
	return h
}
