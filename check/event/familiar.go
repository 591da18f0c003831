package event

import (
	"context"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/state"
)

// addFamiliar notes of artifacts that come to an environment for the first time, and from elsewhere than upstream has
// them, whether the environment has others from there. first are the moves that the changes were made of.
func (b *builder) addFamiliar(ctx context.Context, changes []Change, first []move) error {
	for i, m := range first {
		prefixes := b.elsewhere(m, changes[i].Upstream)
		if len(prefixes) == 0 {
			continue
		}
		familiar, err := b.takesFrom(ctx, m, prefixes)
		if err != nil {
			return err
		}
		changes[i].Familiar = &familiar
	}
	return nil
}

// elsewhere is where a move takes an artifact from that its environment has had none of yet, each as a prefix of
// repositories: what is left of the repository without what it shares with that of an upstream. None where an upstream
// has it from the same repository, or not at all. A chart's source may go by a name of its own in each cluster.
func (b *builder) elsewhere(m move, upstream []Holding) []string {
	if m.before != nil || m.after == nil || m.artifact.Kind == artifact.Chart && !strings.Contains(m.after.Version.Repository, "/") {
		return nil
	}
	for _, site := range b.around(m) {
		if site.Environment == m.Environment && slices.ContainsFunc(site.before.Held, func(h state.Held) bool { return h.Artifact == m.artifact }) {
			return nil
		}
	}
	var prefixes []string
	for _, holding := range upstream {
		for _, version := range holding.Versions {
			if version.Repository == m.after.Version.Repository {
				return nil
			}
			prefixes = append(prefixes, apart(m.after.Version.Repository, version.Repository))
		}
	}
	return prefixes
}

// shared are registries where everybody has a path, which tells whose an image is.
var shared = []string{"docker.io", "ghcr.io", "quay.io", "gcr.io", "public.ecr.aws", "registry.gitlab.com", "github.com", "gitlab.com", "bitbucket.org"}

// apart is what a repository has before what it shares with another: its host at least, and where others have paths
// beside it, that.
func apart(repository, other string) string {
	own, others := strings.Split(repository, "/"), strings.Split(other, "/")
	n := 0
	for n < len(own)-1 && n < len(others)-1 && own[len(own)-1-n] == others[len(others)-1-n] {
		n++
	}
	if n == len(own)-1 && n > 1 && slices.Contains(shared, own[0]) {
		n--
	}
	return strings.Join(own[:len(own)-n], "/") + "/"
}

// Environments are looked at some overlays at a time, and no more than most.
const (
	lookedAtOnce = 16
	mostLooked   = 160
)

// takesFrom reports whether the environment of a move has other artifacts from one of some prefixes, at base.
func (b *builder) takesFrom(ctx context.Context, m move, prefixes []string) (bool, error) {
	var sites []*site
	for _, s := range b.sites {
		if s.Environment == m.Environment && s.Before != nil && len(sites) < mostLooked {
			sites = append(sites, s)
		}
	}
	for some := range slices.Chunk(sites, lookedAtOnce) {
		states := make([]*state.State, len(some))
		asked := make([]state.Asked, len(some))
		for i, s := range some {
			asked[i] = state.Asked{Tree: b.Before, Overlay: s.Before, Into: &states[i]}
		}
		if err := b.States.All(ctx, asked); err != nil {
			return false, err
		}
		for _, s := range states {
			if slices.ContainsFunc(s.Held, func(h state.Held) bool {
				return h.Artifact != m.artifact && h.Mention == "" &&
					slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(h.Version.Repository, prefix) })
			}) {
				return true, nil
			}
		}
	}
	return false, nil
}
