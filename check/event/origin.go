package event

import (
	"cmp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/state"
)

// given is what a place ran before the change and gave up by it. It may have gone to another place of its environment:
// a directory was renamed, an app split or merged, or the whole layout turned round.
type given struct {
	*site
	held *state.Held
}

// mostGiving bounds how many apps may give up one artifact for it to tell which of them another has come from: a side
// car that all give up tells nothing.
const mostGiving = 16

// origins are what was given up in each environment.
type origins struct {
	given   map[givenOf][]given
	apps    map[artifactIn][]string // those that give an artifact up, in order
	objects map[objectIn][]string   // the same, of an object
	most    map[appIn]int           // how many artifacts an app gives up
	taken   map[given]bool
}

type artifactIn struct {
	environment string
	artifact    artifact.Artifact
}

type objectIn struct {
	artifactIn
	object string
}

type appIn struct{ app, environment string }

type givenOf struct {
	artifactIn
	app string
}

// joinMoved has a version that came to one place of an environment go on from what another one gave up by the same
// change, and drops what is the same as it was there: who renders it is nobody's promotion.
func (b *builder) joinMoved(moved []move) []move {
	o := b.givenUp()
	if len(o.given) == 0 {
		return moved
	}
	came := map[*site][]artifact.Artifact{}
	for _, m := range moved {
		if m.before == nil && !m.starts && !slices.Contains(came[m.site], m.artifact) {
			came[m.site] = append(came[m.site], m.artifact)
		}
	}
	from := map[*site][]string{}
	for s, artifacts := range came {
		from[s] = o.appsOf(s, artifacts)
	}
	for i := range moved {
		if m := &moved[i]; m.before == nil && !m.starts {
			if best := b.originOf(o, *m, from[m.site]); best.site != nil {
				m.from, m.before = best.site, best.held
				if m.App != best.App && !b.hadAnywhere(m.App, m.artifact) {
					m.past = best.Place.Place
				}
				o.taken[best] = true
				m.inherit(best.site)
			}
		}
	}
	return slices.DeleteFunc(moved, func(m move) bool {
		if m.after == nil {
			return o.isTaken(m)
		}
		return m.from != nil && m.before.Version.Unchanged(m.after.Version) && !m.before.Version.Renamed(m.after.Version)
	})
}

// givenUp are the versions whose very place in an object is gone from where they ran.
func (b *builder) givenUp() origins {
	o := origins{map[givenOf][]given{}, map[artifactIn][]string{}, map[objectIn][]string{}, map[appIn]int{}, map[given]bool{}}
	for _, s := range b.sites {
		if !s.Reached() || s.Before == nil {
			continue
		}
		stays := map[state.Slot]bool{}
		for _, h := range s.after.Held {
			stays[h.Slot] = true
		}
		for i := range s.before.Held {
			h := &s.before.Held[i]
			if stays[h.Slot] || s.mayStillHold(h.Slot) {
				continue
			}
			in := artifactIn{s.Environment, h.Artifact}
			of := givenOf{in, s.App}
			if o.given[of] == nil {
				o.apps[in] = append(o.apps[in], s.App)
				o.most[appIn{s.App, s.Environment}]++
			}
			o.given[of] = append(o.given[of], given{s, h})
			object := objectIn{in, objectOf(h)}
			if apps := o.objects[object]; len(apps) == 0 || apps[len(apps)-1] != s.App {
				o.objects[object] = append(apps, s.App)
			}
		}
	}
	return o
}

// appsOf are the apps that a place has come from: those that gave up most of what came to it, or most of whose own came
// to it.
func (o origins) appsOf(s *site, came []artifact.Artifact) []string {
	count := map[string]int{}
	told := 0 // of the artifacts that tell where they come from
	for _, a := range came {
		apps := o.apps[artifactIn{s.Environment, a}]
		if len(apps) > mostGiving {
			continue
		}
		told++
		for _, app := range apps {
			count[app]++
		}
	}
	var from []string
	for app, n := range count {
		if 2*n > told || 2*n > o.most[appIn{app, s.Environment}] {
			from = append(from, app)
		}
	}
	slices.Sort(from)
	return from
}

// originOf is what a version that came goes on from: of what was given up of its artifact, what is most like it. Another
// app is one that the place has come from, or had the very object.
func (b *builder) originOf(o origins, m move, from []string) given {
	in := artifactIn{m.Environment, m.artifact}
	apps := from
	if had := o.objects[objectIn{in, objectOf(m.after)}]; len(had) <= mostGiving {
		apps = slices.Concat(from, had)
	}
	var best given
	most := -1
	for _, app := range apps {
		for _, g := range o.given[givenOf{in, app}] {
			if !g.held.Mention.Proves(m.mention()) || !slices.Contains(from, app) && !m.isOfObject(g) || app == m.App && b.isApart(g, m) {
				continue
			}
			if n := m.likeness(g); n > most {
				best, most = g, n
			}
		}
	}
	return best
}

// isApart reports whether a target of an app is none that another has become: one of the two is there before and after,
// or the environment has the version beside them.
func (b *builder) isApart(g given, m move) bool {
	return g.After != nil || m.Before != nil || slices.ContainsFunc(b.byApp[m.App], func(s *site) bool {
		return s != m.site && s.Environment == m.Environment && s.after != nil && slices.ContainsFunc(s.after.Held, func(h state.Held) bool {
			return h.Artifact == m.artifact && h.Version.Same(m.after.Version)
		})
	})
}

// isOfObject reports whether what a version came to is called like what it was given up by.
func (m move) isOfObject(g given) bool { return objectOf(g.held) == objectOf(m.after) }

// objectOf is what holds a version, in whatever namespace.
func objectOf(h *state.Held) string {
	if h.Owner == (state.Owner{}) {
		return h.Slot.Object
	}
	return strings.Join([]string{h.Owner.Group, h.Owner.Kind, h.Owner.Name}, "/")
}

// likeness is how much what a version came to is like what it was given up by.
func (m move) likeness(g given) int {
	n := 0
	for weight, alike := range []bool{g.held.Version.Unchanged(m.after.Version), g.Target == m.Target, m.isOfObject(g), g.App == m.App} {
		if alike {
			n += 1 << weight
		}
	}
	return n
}

// isTaken reports whether what a place gives up is what another goes on from.
func (o origins) isTaken(m move) bool {
	return slices.ContainsFunc(o.given[givenOf{artifactIn{m.Environment, m.artifact}, m.App}], func(g given) bool {
		return g.site == m.site && g.held.Version.Unchanged(m.before.Version) && o.taken[g]
	})
}

// inherit notes that something of a place has come from another one, of its environment.
func (s *site) inherit(from *site) {
	if !slices.Contains(s.origins, from) {
		s.origins, from.heirs = append(s.origins, from), append(from.heirs, s)
	}
}

// hadAnywhere reports whether any place of an app held an artifact at base.
func (b *builder) hadAnywhere(app string, a artifact.Artifact) bool {
	return slices.ContainsFunc(b.byApp[app], func(s *site) bool {
		return s.before != nil && slices.ContainsFunc(s.before.Held, func(h state.Held) bool { return h.Artifact == a })
	})
}

// around are the sites that a move is judged by: those of its app, and of the one that it has come from.
func (b *builder) around(m move) []*site { return b.sitesOf(m.App, m.fromApp()) }

func (b *builder) sitesOf(app, from string) []*site {
	if app == from {
		return b.byApp[app]
	}
	return slices.Concat(b.byApp[app], b.byApp[from])
}

// was is the site that held before what a move leads away from.
func (m move) was() *site { return cmp.Or(m.from, m.site) }

// fromApp is the app that had the artifact in the place that the move goes on from.
func (m move) fromApp() string {
	if m.from == nil {
		return m.App
	}
	return m.from.App
}
