package history

import (
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// First is when a version was first at a place, by an app's whole known past.
type First struct {
	At    time.Time // zero if never
	Known bool      // it came then: it was not there before what is known
	By    git.PastCommit

	of   Question
	by   int     // where in the past that commit is, the newest first
	seen []point // that have not been looked at
}

// Before reports whether one version was there before another, however close their times are. One that never was
// there was before none.
func (f *First) Before(other *First) bool {
	return !f.At.IsZero() && !other.At.IsZero() && f.by > other.by
}

// First asks when a place first had a version of an artifact: the zero place, anywhere in the app.
func (i *Inquiry) First(of Question) *First {
	if of.Place == (Place{}) {
		return i.first(of)
	}
	in := i.into(of.Place.Environment)
	of.Place.Environment = in.history.Layout.Name(of.Place.Environment)
	return in.first(of)
}

func (i *Inquiry) first(of Question) *First {
	first, ok := i.firsts[of]
	if !ok {
		first = &First{of: of}
		i.firsts[of] = first
		i.ask(of.App, first)
		if of.Place == (Place{}) {
			var others []*First
			for _, h := range i.history.beside {
				others = append(others, i.of(h.History).First(of))
			}
			i.joins = append(i.joins, func() { first.earliest(others) })
		}
	}
	return first
}

func (f *First) concerns(s *site) bool { return f.of.Place == (Place{}) || f.of.Place.has(s) }
func (f *First) about() *Question      { return &f.of }
func (f *First) done(*History) bool    { return false }

// wants nothing ahead: of some points only the oldest that has the version counts, and what is older than that
// is rendered one by one.
func (f *First) wants(*walker, point, *site) bool { return false }

func (f *First) see(_ *walker, points []point) { f.seen = append(f.seen, points...) }

func (f *First) settle(w *walker) {
	for _, p := range slices.Backward(f.seen) {
		if slices.ContainsFunc(p.sites, func(s *site) bool {
			return f.concerns(s) && w.words.mayHold(s, f.of.Version) &&
				slices.ContainsFunc(w.heldIn(f.of, Slots{}, s), f.of.Version.Same)
		}) {
			f.At, f.Known, f.By, f.by = p.commit.Time, p.known, p.commit, w.position(p.commit.OID)
			break
		}
	}
	f.seen = nil
}

// Replaced is what a version took the place of.
type Replaced struct {
	By       git.PastCommit // what brought the version; zero if that was before the known past
	Versions []artifact.Version

	of      Question
	isKnown bool
}

// Before asks what a target ran before it got the version that it runs now.
func (i *Inquiry) Before(q Question) *Replaced {
	q.Place.Environment = i.history.Layout.Name(q.Place.Environment)
	replaced := &Replaced{of: q}
	i.ask(q.App, replaced)
	return replaced
}

func (r *Replaced) concerns(s *site) bool { return r.of.Place.has(s) }
func (r *Replaced) about() *Question      { return &r.of }
func (r *Replaced) done(*History) bool    { return r.isKnown }
func (r *Replaced) settle(*walker)        {}

func (r *Replaced) wants(w *walker, _ point, s *site) bool {
	return !r.isKnown && r.of.Place.has(s) && w.words.mayHold(s, r.of.Version)
}

func (r *Replaced) see(w *walker, points []point) {
	for _, p := range points {
		if r.isKnown {
			return
		}
		slots := r.of.slotsAt(w.History, p)
		has := func(s *site) bool {
			return r.of.Place.has(s) && w.words.mayHold(s, r.of.Version) &&
				slices.ContainsFunc(w.heldIn(r.of, slots, s), r.of.Version.Unchanged)
		}
		if slices.ContainsFunc(p.sites, has) {
			continue
		}
		r.isKnown = true
		if p.newer.OID != "" { // else it does not run there now
			r.By, r.Versions = p.newer, versionsAt(w.History, p, r.of)
		}
	}
}

// versionsAt lists an artifact's versions at a place.
func versionsAt(h *History, p point, q Question) []artifact.Version {
	var versions []artifact.Version
	slots := q.slotsAt(h, p)
	for _, s := range p.sites {
		if !q.Place.has(s) {
			continue
		}
		versions = append(versions, h.heldIn(q, slots, s)...)
	}
	slices.SortFunc(versions, artifact.Version.Compare)
	return slices.Compact(versions)
}

// Had reports whether a place of an app was ever built from just what an overlay is built from.
func (h *History) Had(app string, at Place, o *overlay.Overlay, in *tree.Tree) (bool, error) {
	at.Environment = h.Layout.Name(at.Environment)
	watch := &tree.Watch{}
	o.Closure.Watch(watch)
	wanted := &site{Site: overlay.Site{Overlay: o}, tree: in}
	for some := range slices.Chunk(h.past.Commits, mostChunk) {
		var trees []*tree.Tree
		for _, commit := range some {
			trees = append(trees, in.At(commit.Tree))
		}
		if err := h.ctx.Err(); err != nil {
			return false, err
		}
		if err := watch.Load(trees); err != nil {
			return false, err
		}
		for _, t := range trees {
			differs, err := watch.Differs(in, t)
			if err != nil {
				return false, err
			}
			if differs {
				continue
			}
			found, err := h.Memory.app(h.Layout, t, app)
			if err != nil {
				return false, err
			}
			if slices.ContainsFunc(found.Sites, func(f overlay.Site) bool {
				f.Environment = h.Layout.Name(f.Environment)
				s := &site{Site: f, tree: t}
				return at.has(s) && s.MadeOf() == o.MadeOf() && s.key() == wanted.key()
			}) {
				return true, nil
			}
		}
	}
	return false, nil
}
