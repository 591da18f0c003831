package event

import (
	"cmp"
	"path"
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/state"
)

// Version of an artifact.
type Version = artifact.Version

// move is a change of one artifact's version in one place.
type move struct {
	*site
	artifact      artifact.Artifact
	before, after *state.Held // at most one is nil
	from          *site       // that held before; nil: the site itself
	starts        bool        // it held the same before, in what could not run
	past          place.Place // where its past is looked for
	counted       counted     // once the states of the app's environments are known
}

// moves lists the changed versions of every reached site, in the order of the sites.
func (b *builder) moves() []move {
	var moved []move
	for _, site := range b.sites {
		if site.Reached() {
			moved = append(moved, b.movesOf(site)...)
			if b.isProduction(site.Environment) {
				moved = append(moved, site.starts(b.passed)...)
			}
		}
	}
	return moved
}

// movesOf pairs what a site held before with what it holds after, artifact by artifact, without what it only passes on.
func (b *builder) movesOf(s *site) []move {
	var moved []move
	before, after := byArtifact(b.renamed(s, b.passed.without(s, s.before.Held))), byArtifact(b.passed.without(s, s.after.Held))
	artifacts := make([]artifact.Artifact, 0, len(before)+len(after))
	for a := range merged(before, after) {
		artifacts = append(artifacts, a)
	}
	slices.SortFunc(artifacts, artifact.Artifact.Compare)
	for _, a := range artifacts {
		for _, p := range pairs(before[a], after[a]) {
			if p.after == nil && s.mayStillHold(p.before.Slot) {
				continue
			}
			moved = append(moved, move{site: s, artifact: a, before: p.before, after: p.after, past: s.Place.Place})
		}
	}
	return moved
}

// mayStillHold reports whether nobody can tell that a version is gone: the overlay does not build, or
// what stands in the version's place cannot be read.
func (s *site) mayStillHold(slot state.Slot) bool {
	return s.after.Fidelity == state.Declared || s.Lost != nil ||
		slices.ContainsFunc(s.after.Unresolved, func(u state.Unresolved) bool { return u.Hides(slot) })
}

func byArtifact(held []state.Held) map[artifact.Artifact][]state.Held {
	grouped := map[artifact.Artifact][]state.Held{}
	for _, h := range held {
		grouped[h.Artifact] = append(grouped[h.Artifact], h)
	}
	return grouped
}

type pair struct{ before, after *state.Held }

// pairs matches the places that hold one artifact before and after, so that a stable and a canary, or
// two containers of one image, never hide each other: first by slot; then, as workloads get renamed or become of another
// kind, by what they are called, by an equal version, by container, and by whatever is left. What has no other is told
// unless what is called alike has the same version. Equal versions that are paired are no change, wherever they stand; a
// build that gets another tag where it stands is one, though it enters nowhere.
func pairs(before, after []state.Held) []pair {
	var found []pair
	var gone, come []*state.Held
	slots := map[state.Slot]*state.Held{}
	for i := range before {
		slots[before[i].Slot] = &before[i]
	}
	for i := range after {
		is := &after[i]
		was, ok := slots[is.Slot]
		if !ok {
			come = append(come, is)
			continue
		}
		delete(slots, is.Slot)
		if !was.Version.Unchanged(is.Version) || was.Version.Renamed(is.Version) {
			found = append(found, pair{was, is})
		}
	}
	for i := range before {
		if was := &before[i]; slots[was.Slot] == was {
			gone = append(gone, was)
		}
	}
	for _, alike := range []func(was, is *state.Held) bool{sameSeat, stays, sameContainer, whatever} {
		come = slices.DeleteFunc(come, func(is *state.Held) bool {
			at := slices.IndexFunc(gone, func(was *state.Held) bool { return alike(was, is) })
			if at < 0 {
				return false
			}
			if !stays(gone[at], is) {
				found = append(found, pair{gone[at], is})
			}
			gone = slices.Delete(gone, at, at+1)
			return true
		})
	}
	for _, is := range come {
		if !slices.ContainsFunc(before, func(was state.Held) bool { return stays(&was, is) && isNoNews(&was, is) }) {
			found = append(found, pair{nil, is})
		}
	}
	for _, was := range gone {
		if !slices.ContainsFunc(after, func(is state.Held) bool { return stays(&is, was) }) {
			found = append(found, pair{was, nil})
		}
	}
	slices.SortStableFunc(found, func(a, b pair) int {
		return cmp.Or(compareVersions(a.before, b.before), compareVersions(a.after, b.after))
	})
	return found
}

// sameSeat reports whether what holds one version is called like what holds another, of whatever kind.
func sameSeat(was, is *state.Held) bool {
	return was.Owner != (state.Owner{}) && was.Owner.CalledLike(is.Owner) && sameContainer(was, is)
}

// isNoNews reports whether something more that has a version says nothing beside what has it already: what is called alike,
// or takes another part of one repository's revision.
func isNoNews(was, is *state.Held) bool {
	return is.Artifact.Kind == artifact.Git || was.Owner.Alike(is.Owner)
}

// stays reports whether one place has the version of another, and proves it for that one.
func stays(was, is *state.Held) bool {
	return was.Version.Unchanged(is.Version) && was.Mention.Proves(is.Mention)
}

func sameContainer(was, is *state.Held) bool {
	return path.Base(was.Slot.Part) == path.Base(is.Slot.Part)
}

func whatever(_, _ *state.Held) bool { return true }

func sameVersion(a, b *state.Held) bool { return compareVersions(a, b) == 0 }

func compareVersions(a, b *state.Held) int {
	return versionOf(a).Compare(versionOf(b))
}

func versionOf(h *state.Held) Version {
	if h == nil {
		return Version{}
	}
	return h.Version
}

// location is where a person would edit the version that moved.
func (b *builder) location(m move) Location {
	if m.after == nil {
		o := cmp.Or(m.After, m.Before)
		return locationOf(o.Dir, state.MainLocation(o))
	}
	var was *Version
	if m.before != nil {
		was = &m.before.Version
	}
	return locationOf(m.After.Dir, b.places.Of(b.After, m.After, *m.after, was))
}
