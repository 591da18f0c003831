package history

import (
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// Timeline is the past of one app: what its overlays were from commit to commit.
type Timeline struct {
	history *History
	app     string
	points  []point // newest first; each lasts until the commit of the one before it
}

// Stay is a time during which a version was somewhere without a break. What is not known is zero.
type Stay struct {
	Since time.Time      // when it came
	By    git.PastCommit // what brought it
	Seen  time.Time      // when it is first known to have been there: Since, or the oldest commit that is known
	Until time.Time      // when it was gone; zero while it is still there
	Gone  git.PastCommit // what replaced it
}

// Known reports whether the stay's beginning lies in the part of the past that is known.
func (s Stay) Known() bool { return !s.Since.IsZero() }

// Lasted is how long a stay has lasted at a time, as far as is known.
func (s Stay) Lasted(now time.Time) time.Duration {
	if !s.Until.IsZero() {
		now = s.Until
	}
	return now.Sub(s.Seen)
}

// Place is where a version can be: an environment, and one of its targets or all of it.
type Place struct {
	Environment string // in whatever spelling
	Target      string // empty: in any target
	All         bool   // only what all targets have counts
}

// named is a place with its environment called as the branch does. What asks may call it as a change does.
func (t *Timeline) named(at Place) Place {
	at.Environment = t.history.Layout.Name(at.Environment)
	return at
}

// Whole reports whether the app's past is known to its beginning: what was not found was never there.
func (t *Timeline) Whole() bool { return t.history.Whole() }

// Stays lists when a version of an artifact was at a place, the newest stay first. Two versions are the
// same as they are for promotions (artifact.Version.Same).
func (t *Timeline) Stays(at Place, a artifact.Artifact, version artifact.Version) []Stay {
	at = t.named(at)
	t.render(t.mayHold(at, version))
	return t.stays(func(p point) bool { return t.holds(p, at, a, version) })
}

// ExactStays is like Stays, with versions from other repositories left out: what was deployed then would
// be deployed again.
func (t *Timeline) ExactStays(at Place, a artifact.Artifact, version artifact.Version) []Stay {
	at = t.named(at)
	mayHold := t.mayHold(at, version)
	t.render(mayHold)
	return t.stays(func(p point) bool {
		return slices.ContainsFunc(p.sites, func(s *site) bool {
			return mayHold(s) && t.history.state(s).Holds(state.Held{Artifact: a, Version: version})
		})
	})
}

// mayHold tells which sites of a place are worth rendering to look for a version.
func (t *Timeline) mayHold(at Place, version artifact.Version) func(*site) bool {
	return func(s *site) bool { return at.has(s) && t.history.mayHold(s, version) }
}

// render renders sites together, before they are looked at one after the other.
func (t *Timeline) render(chosen func(*site) bool) {
	var asked []state.Asked
	seen := map[*site]bool{}
	for _, p := range t.points {
		for _, s := range p.sites {
			if !seen[s] && s.state == nil && chosen(s) {
				asked = append(asked, state.Asked{Tree: s.tree, Overlay: s.Overlay, Into: &s.state})
			}
			seen[s] = true
		}
	}
	_ = t.history.States.All(t.history.ctx, asked) // what is missing is asked for again
}

// stays lists the times during which something was the case.
func (t *Timeline) stays(is func(point) bool) []Stay {
	var stays []Stay
	open := false
	for i, p := range t.points {
		switch is := is(p); {
		case is && !open:
			stays = append(stays, Stay{})
			if i > 0 {
				stays[len(stays)-1].Until, stays[len(stays)-1].Gone = t.points[i-1].commit.Time, t.points[i-1].commit
			}
			open = true
		case !is && open:
			t.begin(&stays[len(stays)-1], t.points[i-1])
			open = false
		}
	}
	if open {
		t.begin(&stays[len(stays)-1], t.points[len(t.points)-1])
	}
	return stays
}

// begin notes when a stay began, if that is known: the oldest point may have begun before.
func (t *Timeline) begin(stay *Stay, p point) {
	stay.Seen, stay.Since, stay.By = p.commit.Time, time.Time{}, git.PastCommit{}
	if t.Whole() || p.commit.OID != t.points[len(t.points)-1].commit.OID {
		stay.Since, stay.By = p.commit.Time, p.commit
	}
}

func (p Place) has(s *site) bool {
	return s.Environment == p.Environment && (p.Target == "" || s.Target == p.Target)
}

// holds reports whether a place had a version. Where all targets have to, those count that run the
// artifact.
func (t *Timeline) holds(p point, at Place, a artifact.Artifact, version artifact.Version) bool {
	var sites []*site
	for _, s := range p.sites {
		if at.has(s) {
			sites = append(sites, s)
		}
	}
	has := func(s *site) bool {
		return t.history.mayHold(s, version) && slices.ContainsFunc(t.history.state(s).Held, func(h state.Held) bool {
			return h.Artifact == a && h.Version.Same(version)
		})
	}
	if !slices.ContainsFunc(sites, has) {
		return false
	}
	return !at.All || !slices.ContainsFunc(sites, func(s *site) bool {
		runs := slices.ContainsFunc(t.history.state(s).Held, func(h state.Held) bool { return h.Artifact == a })
		return runs && !has(s)
	})
}

// Replaced is what a version took the place of.
type Replaced struct {
	By       git.PastCommit // what brought the version; zero if that was before the known past
	Versions []artifact.Version
}

// Before finds what a target ran before it got the version that it runs now.
func (t *Timeline) Before(at Place, a artifact.Artifact, version artifact.Version) Replaced {
	at = t.named(at)
	for i, p := range t.points {
		held := t.held(p, at, a)
		if slices.ContainsFunc(held, version.Unchanged) {
			continue
		}
		if i == 0 {
			break
		}
		return Replaced{By: t.points[i-1].commit, Versions: held}
	}
	return Replaced{}
}

// held lists an artifact's versions at a place.
func (t *Timeline) held(p point, at Place, a artifact.Artifact) []artifact.Version {
	var versions []artifact.Version
	for _, s := range p.sites {
		if !at.has(s) {
			continue
		}
		for _, h := range t.history.state(s).Held {
			if h.Artifact == a && !slices.Contains(versions, h.Version) {
				versions = append(versions, h.Version)
			}
		}
	}
	slices.SortFunc(versions, artifact.Version.Compare)
	return versions
}

// Had reports whether a place was ever built from just what an overlay is built from.
func (t *Timeline) Had(at Place, o *overlay.Overlay, in *tree.Tree) bool {
	at, key := t.named(at), o.Closure.Key(in)
	return slices.ContainsFunc(t.points, func(p point) bool {
		return slices.ContainsFunc(p.sites, func(s *site) bool {
			return at.has(s) && slices.Equal(s.Manifests, o.Manifests) && slices.Equal(s.Layers, o.Layers) && s.key() == key
		})
	})
}

// First is when a version was first anywhere, by an app's whole known past; zero if never.
func (t *Timeline) First(a artifact.Artifact, version artifact.Version) (time.Time, bool) {
	for i, p := range slices.Backward(t.points) {
		for _, s := range p.sites {
			at := Place{Environment: s.Environment, Target: s.Target}
			if t.holds(p, at, a, version) {
				return p.commit.Time, t.Whole() || i < len(t.points)-1
			}
		}
	}
	return time.Time{}, false
}
