package history

import (
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/tree"
)

// Follower is what came to a target later than what took the place of a version.
type Follower struct {
	By git.PastCommit
	Is []artifact.Version // all that the target has of the artifact from then on
}

// mostFollowers is how many states of a target are looked at after it gave up a version: whoever goes back in steps does so in a
// few.
const mostFollowers = 32

// Followers are what came to a target after it gave up a version, the oldest first, without what took its place at once. What
// stood for less than a moment is none.
func (h *History) Followers(d *Departure, q Question) ([]Follower, error) {
	q.Place.Environment = h.Layout.Name(q.Place.Environment)
	points, err := h.pointsAfter(departedFrom{d.App, q.App, q.Place, d.Gone.OID})
	if err != nil {
		return nil, err
	}
	var followers []Follower
	last := d.Is
	for _, p := range points {
		if is := versionsAt(h, p, q); !slices.Equal(is, last) {
			followers, last = append(followers, Follower{p.commit, is}), is
		}
	}
	return followers, h.failed
}

// departedFrom is a commit by which something left a place of an app, as the app was called then and is now.
type departedFrom struct {
	then, now string
	place     Place
	commit    git.OID
}

// pointsAfter are the first points of a place after a commit, the oldest first, as far as each may have other versions than the
// one before.
func (h *History) pointsAfter(of departedFrom) ([]point, error) {
	if known, asked := h.followed[of]; asked {
		return known, nil
	}
	at := h.position(of.commit)
	if at < 0 {
		return nil, nil
	}
	from := h.position(h.lasting(h.past.Commits[at]).OID)
	var points []point
	older, watch := h.Tree.At(h.past.Commits[from].Tree), &tree.Watch{}
	last, err := h.placeIn(older, of, watch)
	if err != nil {
		return nil, err
	}
	for i := from - 1; i >= 0 && len(points) < mostFollowers; i-- {
		commit := h.past.Commits[i]
		newer := h.Tree.At(commit.Tree)
		if differs, err := watch.Differs(older, newer); err != nil || !differs {
			if err != nil {
				return nil, err
			}
			continue
		}
		isBrief := i > 0 && h.past.Commits[i-1].Time.Sub(commit.Time) < moment
		watch = &tree.Watch{}
		p, err := h.placeIn(newer, of, watch)
		if err != nil {
			return nil, err
		}
		older = newer
		if !isBrief && !slices.EqualFunc(p.sites, last.sites, func(a, b *site) bool { return a.isFrom(b) && a.key() == b.key() }) {
			p.commit, last = commit, p
			points = append(points, p)
		}
	}
	h.followed[of] = points
	return points, nil
}

// placeIn is what a place is in a tree, and watches what decides that.
func (h *History) placeIn(at *tree.Tree, of departedFrom, watch *tree.Watch) (point, error) {
	for _, app := range slices.Compact([]string{of.then, of.now}) {
		found, err := h.Memory.app(h.Layout, at, app)
		if err != nil {
			return point{}, err
		}
		found.Watch(watch)
		if len(found.Sites) == 0 {
			continue
		}
		p := h.pointOf(found, at)
		p.sites = slices.DeleteFunc(p.sites, func(s *site) bool { return !of.place.has(s) })
		slices.SortFunc(p.sites, bySite)
		return p, nil
	}
	return point{}, nil
}
