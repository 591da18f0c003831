package git

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/mistake"
)

// preferredRemotes are looked at before others, in the order of the gh program.
var preferredRemotes = []string{"upstream", "github", "origin"}

// DefaultBase finds the branch that changes are merged into: the default
// branch of the upstream repository, or of this one if it has no remote.
func (r *Repo) DefaultBase(ctx context.Context) (Commit, error) {
	out, err := r.git.output(ctx, "for-each-ref", "--format=%(refname)%00%(symref)",
		"refs/remotes/*/HEAD", "refs/remotes/*/main", "refs/remotes/*/master",
		"refs/heads/main", "refs/heads/master")
	if err != nil {
		return Commit{}, err
	}
	refs := map[string]string{} // each with the ref that it stands for
	var remotes []string
	for line := range strings.Lines(string(out)) {
		ref, target, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\x00")
		if target == "" {
			target = ref
		}
		refs[ref] = target
		if below, ok := strings.CutPrefix(ref, "refs/remotes/"); ok {
			remote, _, _ := strings.Cut(below, "/")
			remotes = append(remotes, remote)
		}
	}
	for _, remote := range slices.Concat(preferredRemotes, remotes) {
		for _, branch := range []string{"HEAD", "main", "master"} {
			if ref, ok := refs["refs/remotes/"+remote+"/"+branch]; ok {
				return r.ref(ref, strings.TrimPrefix(ref, "refs/remotes/"))
			}
		}
	}
	return r.localDefault(ctx, refs)
}

// localDefault is only for repositories without a remote: beside one, a local
// main may be old, or not the branch that changes are merged into.
func (r *Repo) localDefault(ctx context.Context, refs map[string]string) (Commit, error) {
	remotes, err := r.remotes(ctx)
	if err != nil {
		return Commit{}, err
	}
	if len(remotes) > 0 {
		return Commit{}, &mistake.Error{
			Problem: "the default branch of remote " + remotes[0] + " is not known here",
			Hint:    "say what to compare with: --base REF, or run `git remote set-head " + remotes[0] + " --auto` once",
			Usage:   true,
		}
	}
	for _, branch := range []string{"main", "master"} {
		if ref, ok := refs["refs/heads/"+branch]; ok {
			return r.ref(ref, branch)
		}
	}
	if _, err := r.revision("HEAD"); errors.Is(err, ErrMissing) {
		return Commit{}, r.unknown("HEAD", nil)
	}
	return Commit{}, &mistake.Error{
		Problem: "there is no remote, and no branch called main or master",
		Hint:    "say what to compare with: --base REF",
		Usage:   true,
	}
}

// ref reads a ref that is known to exist.
func (r *Repo) ref(ref, name string) (Commit, error) {
	commit, err := r.revision(ref)
	if errors.Is(err, ErrMissing) {
		return Commit{}, r.unknown(ref, nil)
	}
	commit.Name, commit.Ref = name, ref
	return commit, err
}
