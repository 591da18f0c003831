package history

import (
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// Left is how each target of a place gave up a version, or what may be the same one (artifact.Version.MayBe), the last time that it
// had it. A target that has it now, or that never had it, is not among them.
type Left struct {
	Targets map[string]*Departure

	of      Question
	settled map[string]bool // the targets that were seen, and whether all is known of them
	had     bool            // the place had the version at some point
	over    bool            // and did not at an older one
}

// Departure is how one target gave up a version.
type Departure struct {
	Stay                    // that it ended
	App  string             // as the target's app was called then
	Was  []artifact.Version // all that the target had of the artifact before
	Is   []artifact.Version // and after, for more than a moment
}

// Left asks how the targets of a place, which is an environment, gave up a version.
func (i *Inquiry) Left(q Question) *Left { return i.into(q.Place.Environment).left(q) }

func (i *Inquiry) left(q Question) *Left {
	q.Place.Environment = i.history.Layout.Name(q.Place.Environment)
	left, ok := i.lefts[q]
	if !ok {
		left = &Left{Targets: map[string]*Departure{}, of: q, settled: map[string]bool{}}
		i.lefts[q] = left
		i.ask(q.App, left)
	}
	return left
}

func (l *Left) concerns(s *site) bool { return l.of.Place.has(s) }
func (l *Left) about() *Question      { return &l.of }
func (l *Left) settle(*walker)        {}

func (l *Left) wants(w *walker, _ point, s *site) bool {
	return !l.done(w.History) && l.of.Place.has(s) && l.mayHold(w, s)
}

// mayHold reports whether a site may have the version, or what may be the same one in other words.
func (l *Left) mayHold(w *walker, s *site) bool {
	return slices.ContainsFunc(l.of.Version.Spellings(), func(tag string) bool { return w.words.mayHold(s, artifact.Version{Tag: tag}) }) ||
		w.words.mayHold(s, l.of.Version)
}

// done reports whether all is known of every target that there was since the place last had the version. Before that,
// there may have been others; of those it does not matter any more.
func (l *Left) done(*History) bool {
	for _, settled := range l.settled {
		if !settled {
			return false
		}
	}
	return l.over
}

func (l *Left) see(w *walker, points []point) {
	for _, p := range points {
		if l.done(w.History) {
			return
		}
		has := l.have(w, p)
		l.had, l.over = l.had || len(has) > 0, l.over || l.had && len(has) == 0
		for _, s := range p.sites {
			if _, known := l.settled[s.Target]; !known && l.of.Place.has(s) {
				l.settled[s.Target] = has[s.Target] && p.newer.OID == "" // it has it now
			}
		}
		for target := range l.settled {
			l.note(w, p, target, has[target])
		}
	}
}

// have are the targets that have the version at a point.
func (l *Left) have(w *walker, p point) map[string]bool {
	has := map[string]bool{}
	for _, s := range p.sites {
		if l.of.Place.has(s) && l.mayHold(w, s) && slices.ContainsFunc(w.heldBy(s)[l.of.Artifact], l.of.Version.MayBe) {
			slots := l.of.slotsAt(w.History, p)
			has[s.Target] = has[s.Target] || slices.ContainsFunc(w.heldIn(l.of, slots, s), l.of.Version.MayBe)
		}
	}
	return has
}

// note notes what a point says of a target of which not all is known.
func (l *Left) note(w *walker, p point, target string, has bool) {
	departure := l.Targets[target]
	switch {
	case l.settled[target]:
	case has && departure == nil:
		at := l.of
		at.App, at.Place.Target = w.app, target
		departure = &Departure{Stay: Stay{Until: p.newer.Time, Gone: p.newer}, App: w.app, Was: versionsAt(w.History, p, at)}
		// What a point is made of may be of a later commit, if no version that is looked for moved in between.
		then, err := w.pointIn(w.lasting(p.newer).Tree, w.app)
		w.fail(err)
		departure.Is = versionsAt(w.History, then, at)
		l.Targets[target] = departure
		fallthrough
	case has:
		departure.beginsIn(p)
	case departure != nil && departure.isBrief():
		delete(l.Targets, target)
	case departure != nil:
		l.settled[target] = true
	}
}

// pointIn is what an app's sites are in a tree.
func (h *History) pointIn(oid git.OID, app string) (point, error) {
	at := h.Tree.At(oid)
	found, err := h.Memory.app(h.Layout, at, app)
	if err != nil {
		return point{}, err
	}
	return h.pointOf(found, at), nil
}

// pointOf are an app's sites as they were found in a tree.
func (h *History) pointOf(found *overlay.App, at *tree.Tree) point {
	var p point
	for _, f := range found.Sites {
		f.Environment = h.Layout.Name(f.Environment)
		p.sites = append(p.sites, &site{Site: f, tree: at})
	}
	return p
}
