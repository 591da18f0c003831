package event

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/promocheck/promocheck/check/account"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/locate"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/trait"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// Comparison is what an event is built from.
type Comparison struct {
	Now     time.Time // in the zone that the event's times are written in
	Base    Ref
	Head    Head
	Commits []git.LogEntry // those of head, with all that they say
	Self    Self
	Bad     Listed
	Layout  *overlay.Pairing
	Before  *tree.Tree
	After   *tree.Tree
	Files   []account.File // each that differs, with what became of it
	States  *state.Cache
	// Past opens the base branch's history, once there is something to ask it; nil: there is none to ask.
	Past func() (*history.History, error)
	// Rules are those that will judge the event. They are asked for when what the change reaches was rendered, which
	// takes as long as loading them does; nil: none will.
	Rules func() (Rules, error)
	// Requires are the apps that need others, by the team's own word.
	Requires []Requirement
	// Provided are the objects that are made elsewhere, by the team's own word.
	Provided []Provided
	// Time are the facts about the moment that is judged, for what the change deploys; nil: there are none.
	Time func([]Effect) Time
}

// Listed are versions that are not to run, and the file that says so.
type Listed struct {
	Path     string
	Versions []artifact.Bad
}

// of is what the list says of a version.
func (l Listed) of(h *state.Held) []Bad {
	bad := []Bad{}
	if h == nil {
		return bad
	}
	for _, listed := range l.Versions {
		if listed.Has(h.Artifact, h.Version) {
			bad = append(bad, Bad{Version: listed.Version, Reason: listed.Reason, Location: Location{Path: l.Path, Line: listed.Line}})
		}
	}
	return bad
}

// Rules is what an event has to say for the rules that judge it.
type Rules struct {
	Parameters map[string]map[string]any // by rule, with defaults filled in
	Longest    bool                      // one of them reads the longest stay that is over
	Facts      map[string]bool           // the optional ones that one of them reads
	Rollback   string                    // the trailer by which a commit declares that it goes back
}

// Build works out what a comparison deploys where. Only what the change can reach is rendered on both
// sides and, if it changes a version, what else its app runs. An error is one of reading the repository, of
// the rules, or the context's.
func Build(ctx context.Context, c Comparison) (*Event, error) {
	b := builder{Comparison: c, sites: sitesOf(c.Layout.Places), byApp: map[string][]*site{}, paired: map[counterpartsOf]counterparts{}, places: locate.NewReader(), steps: map[stepOf]step{}}
	if err := b.render(ctx, (*site).Reached); err != nil {
		return nil, err
	}
	b.dropParts()
	b.joinRenamed()
	for _, site := range b.sites {
		b.byApp[site.App] = append(b.byApp[site.App], site)
	}
	b.passed = b.passedOn()
	moved := b.moves()
	if err := b.renderAppsOf(ctx, moved, nil); err != nil {
		return nil, err
	}
	moved = b.joinMoved(moved)
	strange := b.strangers()
	if err := b.renderAppsOf(ctx, moved, strange); err != nil {
		return nil, err
	}
	if err := b.stand(ctx, moved); err != nil {
		return nil, err
	}
	moved = b.judgeApart(moved)
	rules, err := c.rules()
	if err != nil {
		return nil, err
	}
	b.longest, b.facts, b.rollback = rules.Longest, rules.Facts, rules.Rollback
	if err := b.ask(moved); err != nil {
		return nil, err
	}
	moved = b.withoutResumed(moved)
	changes, err := b.changes(ctx, moved)
	if err != nil {
		return nil, err
	}
	effects, err := b.effects(changes)
	if err := cmp.Or(err, ctx.Err()); err != nil {
		return nil, err
	}
	if err := b.addEarlier(ctx, effects); err != nil {
		return nil, err
	}
	lacks, err := b.lacks(ctx)
	if err != nil {
		return nil, err
	}
	optional, err := b.optional(ctx, moved, changes, effects)
	if err != nil {
		return nil, err
	}
	return &Event{
		APIVersion: APIVersion,
		Kind:       Kind,
		Time:       c.time(effects),
		Base:       c.Base,
		Head:       c.Head,
		Self:       c.Self,
		Path:       environments(c.Layout.Path),
		Changes:    changes,
		Effects:    effects,
		Files:      files(c.Files),
		State:      b.stateOf(moved, atBase),
		Merged:     b.stateOf(moved, afterwards),
		Config:     Config{Rules: rules.Parameters, Requires: append([]Requirement{}, c.Requires...), Provided: append([]Provided{}, c.Provided...)},
		Unresolved: append([]Unresolved{}, slices.Concat(b.unresolved(), unpinned(moved), b.unnamed(), b.pointed())...),
		Unclaimed:  b.unclaimed(strange, moved),
		Keys:       lacks,
		Optional:   optional,
		Outside:    outside(c.Layout.Outside),
	}, nil
}

func (c Comparison) rules() (Rules, error) {
	if c.Rules == nil {
		return Rules{Parameters: map[string]map[string]any{}, Longest: true}, nil
	}
	return c.Rules()
}

func (c Comparison) time(effects []Effect) Time {
	if c.Time == nil {
		return Time{}
	}
	return c.Time(effects)
}

// At is the same event at another moment: what the change deploys does not depend on when it is judged.
func (e *Event) At(moment Time) *Event {
	variant := *e
	variant.Time = moment
	return &variant
}

// builder gathers an event from the states of its sites.
type builder struct {
	Comparison
	sites []*site
	byApp map[string][]*site // once it is known which sites there are

	passed passedOn                        // once what the change reaches is known
	paired map[counterpartsOf]counterparts // those that were asked for
	places *locate.Reader

	facts    map[string]bool  // the optional ones that are asked for
	longest  bool             // longest stays that are over are asked for
	rollback string           // the trailer that declares one
	past     *history.History // once it was asked; nil: there was nothing to ask
	inquiry  *history.Inquiry
	lefts    map[history.Question]Left // what of the past was asked for, by what left which target
	steps    map[stepOf]step           // that were asked for
}

// render works out what the chosen sites deploy.
func (b *builder) render(ctx context.Context, chosen func(*site) bool) error {
	var sites []*site
	var asked []state.Asked
	for _, s := range b.sites {
		if !chosen(s) {
			continue
		}
		sites = append(sites, s)
		s.before, s.after = absent, absent
		if s.Before != nil {
			asked = append(asked, state.Asked{Tree: cmp.Or(s.Tree, b.Before), Overlay: s.Before, Into: &s.before})
		}
		if s.Reached() && s.After != nil {
			asked = append(asked, state.Asked{Tree: b.After, Overlay: s.After, Into: &s.after})
		}
	}
	if err := b.States.All(ctx, asked); err != nil {
		return err
	}
	for _, s := range sites {
		if !s.Reached() {
			s.after = s.before
		}
	}
	return nil
}

// renderAppsOf completes the apps whose versions move, or that have texts which may be versions, or which production
// deploys: what their environments hold, and say, is evidence.
func (b *builder) renderAppsOf(ctx context.Context, moved []move, strange []stranger) error {
	apps := b.required(moved)
	for _, m := range moved {
		apps[m.App], apps[m.fromApp()] = true, true
	}
	for _, s := range strange {
		apps[s.App] = apps[s.App] || s.Kind == unclaimed.Version || b.isProduction(s.Environment)
	}
	return b.render(ctx, func(s *site) bool { return s.before == nil && apps[s.App] })
}

func environments(path []overlay.Environment) []Environment {
	environments := make([]Environment, 0, len(path))
	for _, e := range path {
		environments = append(environments, Environment{Name: valid(e.Name), Upstream: append([]string{}, e.Upstream...), Production: e.Production, Branch: branchOf(e)})
	}
	return environments
}

// branchOf is the branch that deploys an environment; null where directories say so.
func branchOf(e overlay.Environment) *string {
	if e.Branch == "" {
		return nil
	}
	return pointer(valid(e.Branch))
}

func files(accounted []account.File) []File {
	list := make([]File, 0, len(accounted))
	for _, a := range accounted {
		file := File{Path: valid(a.Path), Fate: string(a.Fate), Why: valid(a.Why), Production: a.Production, Places: make([]Place, 0, len(a.Places))}
		for _, p := range a.Places {
			file.Places = append(file.Places, Place{App: valid(p.App), Environment: p.Environment, Target: valid(p.Target)})
		}
		list = append(list, file)
	}
	return list
}

func outside(found []overlay.Outside) []Outside {
	list := make([]Outside, 0, len(found))
	for _, o := range found {
		list = append(list, Outside{Path: valid(o.Path), Reason: o.Reason, Reached: o.Reached})
	}
	return list
}

// unresolved lists what could not be worked out of the places that the event is about. What was there
// before, word for word, is nothing that the change has reached, unless the overlay as a whole does
// not build: then nobody can tell what the change does to it.
func (b *builder) unresolved() []Unresolved {
	list := []Unresolved{}
	for _, site := range b.sites {
		if site.Lost != nil {
			list = append(list, site.lost())
		}
		if site.after == nil || site.After == nil || site.Tree != nil {
			continue // another branch's is for its own changes to tell
		}
		for _, u := range site.after.Unresolved {
			known := site.knew(u)
			if known && u.Quiet {
				continue
			}
			list = append(list, Unresolved{
				Overlay:     valid(site.After.Dir),
				App:         valid(site.App),
				Environment: site.Environment,
				Target:      valid(site.Target),
				Reason:      valid(u.Reason),
				Reached:     site.Reached() && (!known || site.after.Fidelity == state.Declared),
				Location:    Location{Overlay: valid(site.After.Dir), Path: valid(u.Path), Line: u.Line, Column: u.Column},
			})
		}
	}
	return list
}

// lost says that what a place ran is not known any more: what took it in is not followed.
func (s *site) lost() Unresolved {
	p := s.Lost
	return Unresolved{
		Overlay: valid(s.Before.Dir), App: valid(s.App), Environment: s.Environment, Target: valid(s.Target),
		Reason:  valid(fmt.Sprintf("%s %s deploys %s, and %s", p.Kind, p.Name, p.Path, p.Why)),
		Reached: true, Location: Location{Overlay: valid(s.Before.Dir), Path: valid(p.File), Line: p.Line},
	}
}

// effects lists what is deployed differently. Targets of one environment share an effect if it is
// the same for them.
func (b *builder) effects(changes []Change) ([]Effect, error) {
	effects := []Effect{}
	numbers := map[[2]string]int{}
	back := map[[2]string]bool{}
	for _, c := range changes {
		back[[2]string{c.App, c.Environment}] = back[[2]string{c.App, c.Environment}] || c.Direction == Backward
	}
	for _, site := range b.sites {
		if !site.Reached() {
			continue
		}
		effect, differs := site.effect()
		if !differs {
			continue
		}
		if back[[2]string{effect.App, effect.Environment}] {
			var err error
			if effect.Restores, err = b.restores(site); err != nil {
				return nil, err
			}
		}
		same := slices.IndexFunc(effects, func(e Effect) bool {
			return e.App == effect.App && e.Environment == effect.Environment && e.Fidelity == effect.Fidelity &&
				slices.Equal(e.ReachedBy, effect.ReachedBy) && slices.EqualFunc(e.Resources, effect.Resources, Resource.same) && e.Found == effect.Found && e.Stays == effect.Stays && e.VersionsOnly == effect.VersionsOnly && e.Restores == effect.Restores
		})
		if same < 0 {
			at := [2]string{effect.App, effect.Environment}
			numbers[at]++
			effect.ID = effectID(effect, numbers[at])
			effects = append(effects, effect)
			continue
		}
		effects[same].Targets = append(effects[same].Targets, effect.Targets...)
		maps.Copy(effects[same].Applications, effect.Applications)
		for _, d := range effect.Deployers {
			if !slices.Contains(effects[same].Deployers, d) {
				effects[same].Deployers = append(effects[same].Deployers, d)
			}
		}
	}
	return effects, nil
}

// effectID names an effect by its place, of which few have several. Changes have an artifact in theirs.
func effectID(e Effect, n int) string {
	id := e.App + ":" + e.Environment
	if n > 1 {
		id += fmt.Sprintf("#%d", n)
	}
	return id
}

// effect compares the objects of a site before and after.
func (s *site) effect() (Effect, bool) {
	o := cmp.Or(s.After, s.Before)
	effect := Effect{
		App:         valid(s.App),
		Environment: s.Environment,
		Targets:     []string{valid(s.Target)},
		Stays:       s.Before != nil && s.After != nil,
		ReachedBy:   validAll(s.ReachedBy),
		Deployers:   s.deployers(),
		Found:       found(o),
		Resources:   []Resource{},
		Fidelity:    Fidelity(state.Worst(s.before.Fidelity, s.after.Fidelity)),
		Location:    locationOf(o.Dir, state.MainLocation(o)),
	}
	if effect.Fidelity == Declared {
		effect.Applications = s.applications(nil)
		return effect, true // nobody can tell what differs, and something does
	}
	effect.VersionsOnly = true
	before, after := byKey(s.before.Objects), byKey(s.after.Objects)
	took, handed := s.tookOver(), s.handedOver()
	var differing []*state.Object
	for _, key := range slices.Sorted(maps.Keys(merged(before, after))) {
		was, is := before[key], after[key]
		switch {
		case was != nil && is != nil && was.Equal(*is):
			continue
		case was == nil && deploysAlike(took, key, is), is == nil && deploysAlike(handed, key, was):
			continue // it is deployed from another place now
		case was == nil:
			effect.add(is, "added", nil, is.Traits)
		case is == nil:
			effect.add(was, "removed", was.Traits, nil)
		default:
			versionsOnly := effect.VersionsOnly && was.EqualButVersions(*is)
			effect.add(is, "modified", was.Traits, is.Traits)
			effect.VersionsOnly = versionsOnly
		}
		differing = append(differing, was, is)
	}
	for _, d := range s.Loose {
		change := "modified"
		switch {
		case !d.Before:
			change = "added"
		case !d.After:
			change = "removed"
		}
		effect.addResource(Resource{
			Kind: valid(d.Kind), Namespace: valid(d.Namespace), Name: valid(d.Name), Stem: valid(d.Name), Change: change,
			Traits: map[string]any{}, Earlier: map[string]Stood{},
		})
	}
	effect.Applications = s.applications(differing)
	return effect, len(effect.Resources) > 0
}

func (e *Effect) add(o *state.Object, change string, before, after trait.Set) {
	e.addResource(Resource{
		Group: valid(o.Group), Kind: valid(o.Kind), Namespace: valid(o.Namespace), Name: valid(o.Name), Stem: valid(trait.Stem(o.Kind, o.Name)), Change: change,
		Traits: trait.Between(before, after), Earlier: map[string]Stood{},
	})
}

func (e *Effect) addResource(r Resource) {
	e.VersionsOnly = false
	e.Resources = append(e.Resources, r)
}

func (r Resource) same(s Resource) bool { return reflect.DeepEqual(r, s) }

// byKey maps objects by their keys. Objects that share one, as plain manifests may, are numbered.
func byKey(objects []state.Object) map[string]*state.Object {
	mapped, count := map[string]*state.Object{}, map[string]int{}
	for i := range objects {
		name := objects[i].Key()
		count[name]++
		key := name
		for n := max(2, count[name]); mapped[key] != nil; n++ {
			key = fmt.Sprintf("%s#%d", name, n)
		}
		mapped[key] = &objects[i]
	}
	return mapped
}

func merged[K comparable, V any](a, b map[K]V) map[K]V {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

func locationOf(dir string, l state.Location) Location {
	return Location{Overlay: valid(dir), Path: valid(l.Path), Line: l.Line, Column: l.Column}
}

// valid makes a name from the repo, where any byte may stand in one, text that every reader of the
// event takes in alike: bytes that are no UTF-8 are shown by their number.
func valid(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	var b strings.Builder
	for len(name) > 0 {
		r, size := utf8.DecodeRuneInString(name)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, name[0])
		} else {
			b.WriteString(name[:size])
		}
		name = name[size:]
	}
	return b.String()
}

func validAll(names []string) []string {
	list := make([]string, 0, len(names))
	for _, name := range names {
		list = append(list, valid(name))
	}
	return list
}
