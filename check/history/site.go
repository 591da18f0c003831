package history

import (
	"bytes"
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/alike"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
	"golang.org/x/sync/errgroup"
)

// site is an overlay as it was from one commit on, until one that moved its versions.
type site struct {
	overlay.Site
	tree     *tree.Tree
	texts    []tree.Entry
	built    *kustomization.Key
	traits   *alike.Traits
	rendered bool
	held     []held // once it is rendered
}

// held is a version of an artifact that a site deploys.
type held struct {
	artifact artifact.Artifact
	version  artifact.Version
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
	return bySite(s, o) == 0 && slices.Equal(s.Manifests, o.Manifests) && slices.Equal(s.Layers, o.Layers)
}

// stays reports whether the site's versions are the same with some files' contents changed. It is one that the
// changes lead away from.
func (s *site) stays(changes []tree.Change, reader *alike.Reader, looked map[string]bool) bool {
	for _, change := range changes {
		if !s.Closure.Reaches(change.Path) {
			continue
		}
		if s.Layers != nil || s.Manifests != nil {
			return false // quick to read
		}
		if s.traits == nil {
			traits := alike.TraitsOf(s.Closure, s.tree)
			s.traits = &traits
		}
		if !reader.Change(s.tree, s.Closure, *s.traits, change, looked) {
			return false
		}
	}
	return true
}

// mayHold reports whether a version may be in what a site renders to: its tag or digest stands in one of
// the files, or may be put together from pieces.
func (h *History) mayHold(s *site, version artifact.Version) bool {
	_, hex, _ := strings.Cut(version.Digest, ":") // some forms leave the algorithm out
	text := cmp.Or(hex, version.Tag)
	return text == "" || h.says(s, text) || s.Closure.Composes() || h.says(s, "tagSuffix") || h.says(s, "ReplacementTransformer")
}

// said is a question about a file's content.
type said struct {
	content git.OID
	text    string
}

// mostSaid is how many answers about contents are remembered.
const mostSaid = 1 << 17

// says reports whether a text stands anywhere in what a site is built from.
func (h *History) says(s *site, text string) bool {
	if s.texts == nil {
		s.texts = s.Closure.Texts(s.tree)
	}
	return slices.ContainsFunc(s.texts, func(entry tree.Entry) bool {
		question := said{entry.OID, text}
		answer, known := h.said[question]
		if !known {
			if len(h.said) >= mostSaid {
				clear(h.said)
			}
			answer = contains(s.tree, s.Dir, entry, text)
			h.said[question] = answer
		}
		return answer
	})
}

func contains(t *tree.Tree, dir string, entry tree.Entry, text string) bool {
	data, err := t.Content(dir, entry)
	return err != nil || bytes.Contains(data, []byte(text)) // what cannot be read may say anything
}

// render works out what sites hold, side by side. The states themselves are not kept.
func (h *History) render(sites []*site) error {
	var files []tree.Files
	for _, s := range sites {
		files = append(files, tree.Files{Tree: s.tree, Paths: s.Named()})
	}
	_ = tree.Prefetch(files...) // a failure comes up again where a file is needed
	states, ctx := errgroup.WithContext(h.ctx)
	states.SetLimit(min(runtime.GOMAXPROCS(0), mostAtOnce))
	for _, s := range sites {
		states.Go(func() error { return h.take(ctx, s) })
	}
	return states.Wait()
}

// mostAtOnce bounds the memory that states need which are worked out side by side.
const mostAtOnce = 8

// take works out what a site holds. The states of the branch's tip are those of the change, too.
func (h *History) take(ctx context.Context, s *site) error {
	of := state.Of
	if s.tree.OID() == h.Tree.OID() {
		of = h.States.Of
	}
	found, err := of(ctx, s.tree, s.Overlay)
	if err != nil {
		return err
	}
	for _, f := range found.Held {
		s.held = append(s.held, held{f.Artifact, f.Version})
	}
	s.rendered = true
	return nil
}

// heldBy is what a site holds. Once the context is done it is nothing, which the walk ends with.
func (h *History) heldBy(s *site) []held {
	if !s.rendered && h.take(h.ctx, s) != nil {
		return nil
	}
	return s.held
}

// holds reports whether a site has a version of an artifact by some notion of what is the same.
func (h *History) holds(s *site, a artifact.Artifact, version artifact.Version, same func(artifact.Version) bool) bool {
	return h.mayHold(s, version) && slices.ContainsFunc(h.heldBy(s), func(held held) bool { return held.artifact == a && same(held.version) })
}

// runs reports whether a site has any version of an artifact.
func (h *History) runs(s *site, a artifact.Artifact) bool {
	return slices.ContainsFunc(h.heldBy(s), func(held held) bool { return held.artifact == a })
}
