package history

import (
	"cmp"
	"context"

	"github.com/promocheck/promocheck/check/alike"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// site is an overlay as it was from one commit on, until one that moved its versions.
type site struct {
	overlay.Site
	tree     *tree.Tree
	built    *kustomization.Key
	traits   *alike.Traits
	said     set // of the words that are looked for; nil: not known yet
	rendered bool
	held     map[artifact.Artifact][]artifact.Version // once it is rendered
	alike    map[artifact.Artifact][]state.Likenesses // of what holds each of them
	mentions map[artifact.Artifact][]form.Mention     // the same, where that runs nothing by itself
	idle     map[artifact.Artifact][]idle.Idle        // the same, why that does not run, if it does not
}

// key tells what a site was built from.
func (s *site) key() kustomization.Key {
	if s.built == nil {
		key := s.Closure.Key(s.tree)
		s.built = &key
	}
	return *s.built
}

func bySite(a, b *site) int {
	return cmp.Or(cmp.Compare(a.Environment, b.Environment), cmp.Compare(a.Target, b.Target), cmp.Compare(a.Dir, b.Dir))
}

// isFrom reports whether two sites are made of the same files, whatever is in those.
func (s *site) isFrom(o *site) bool {
	return bySite(s, o) == 0 && s.Idle == o.Idle && s.MadeOf() == o.MadeOf()
}

// stays reports whether the site's versions are the same with some files' contents changed. It is one that the
// changes lead away from.
func (s *site) stays(changes []tree.Change, memory *Memory, reader *alike.Reader, looked alike.Looked) bool {
	for _, change := range changes {
		if !s.Closure.Reaches(change.Path) {
			continue
		}
		if s.Layers != nil || s.Manifests != nil || s.Release != nil || s.Takes {
			return false // quick to read, or a text in one object may be the version of another
		}
		if s.traits == nil {
			s.traits = memory.traitsOf(s)
		}
		if !reader.Change(s.tree, s.Closure, s.traits, change, looked) {
			return false
		}
	}
	return true
}

// render works out what sites hold, side by side. The states themselves are not kept.
func (h *History) render(sites []*site) error {
	var reads []tree.Files
	for _, s := range sites {
		reads = append(reads, tree.Files{Tree: s.tree, Paths: s.Named()})
	}
	return state.Together(h.ctx, reads, func(ctx context.Context, i int) error { return h.take(ctx, sites[i]) })
}

// take works out what a site holds.
func (h *History) take(ctx context.Context, s *site) error {
	held, err := h.versions(ctx, s)
	if err != nil {
		return err
	}
	s.held = map[artifact.Artifact][]artifact.Version{}
	s.alike = map[artifact.Artifact][]state.Likenesses{}
	s.mentions = map[artifact.Artifact][]form.Mention{}
	s.idle = map[artifact.Artifact][]idle.Idle{}
	likenesses := state.LikenessesOf(held, s.Place)
	for i, f := range held {
		s.held[f.Artifact] = append(s.held[f.Artifact], f.Version)
		s.alike[f.Artifact] = append(s.alike[f.Artifact], likenesses[i])
		s.mentions[f.Artifact] = append(s.mentions[f.Artifact], f.Mention)
		s.idle[f.Artifact] = append(s.idle[f.Artifact], f.Idle)
	}
	s.rendered = true
	return nil
}

// versions are those that a site deploys. The states of the branch's tip are those of the change, too.
func (h *History) versions(ctx context.Context, s *site) ([]state.Held, error) {
	deployed, err := h.Deployed(s.tree, s.Overlay)
	if err != nil {
		return nil, err
	}
	if deployed == nil {
		held, err := h.Memory.versions(ctx, s.tree, s.Overlay)
		return state.WithoutWaiting(held), err
	}
	if s.tree.OID() != h.Tree.OID() {
		return h.Memory.versions(ctx, deployed, s.Overlay)
	}
	of, err := h.States.Of(ctx, deployed, s.Overlay)
	if err != nil {
		return nil, err
	}
	return of.Held, nil
}

// heldBy is what a site holds. Where that cannot be worked out, no answer is.
func (h *History) heldBy(s *site) map[artifact.Artifact][]artifact.Version {
	if !s.rendered {
		h.fail(h.take(h.ctx, s))
	}
	return s.held
}

// fail has all answers fail: one that is put together from less than there is would be a wrong one.
func (h *History) fail(err error) {
	if h.failed == nil {
		h.failed = err
	}
}

// runs reports whether a site has any version of an artifact.
func (h *History) runs(s *site, a artifact.Artifact) bool { return len(h.heldBy(s)[a]) > 0 }
