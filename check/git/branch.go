package git

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// Branch is a branch of a repository, wherever the clone has it from.
type Branch struct {
	Name   string // as the repository calls it: env/prod
	Remote string // that the clone has it from; empty: it is the clone's own
}

const (
	localBranches  = "refs/heads/"
	remoteBranches = "refs/remotes/"
)

// BranchOf tells which branch a commit was asked for as; false where it was as something else.
func (r *Repo) BranchOf(ctx context.Context, commit Commit) (Branch, bool, error) {
	ref := commit.Ref
	if commit.Name != "" && (ref == "" || strings.HasSuffix(ref, "/HEAD")) {
		name := commit.Name
		if ref != "" {
			name = ref
		}
		// A name that leads to no ref is no error here: then there is no branch.
		out, err := r.git.output(ctx, "rev-parse", "--quiet", "--verify", "--symbolic-full-name", "--end-of-options", name)
		if err != nil && ctx.Err() != nil {
			return Branch{}, false, ctx.Err()
		}
		ref = strings.TrimSpace(string(out))
	}
	return r.branchAt(ctx, ref)
}

// branchAt reads the full name of a ref as a branch's.
func (r *Repo) branchAt(ctx context.Context, ref string) (Branch, bool, error) {
	if end := strings.IndexAny(ref, "~^"); end >= 0 {
		ref = ref[:end] // what it was
	}
	ref, _, _ = strings.Cut(ref, "@{")
	if name, ok := strings.CutPrefix(ref, localBranches); ok {
		return Branch{Name: name}, true, nil
	}
	below, ok := strings.CutPrefix(ref, remoteBranches)
	if !ok {
		return Branch{}, false, nil
	}
	remotes, err := r.remotes(ctx)
	if err != nil {
		return Branch{}, false, err
	}
	remote, name, _ := strings.Cut(below, "/")
	for _, known := range remotes { // whose names may have slashes
		if rest, ok := strings.CutPrefix(below, known+"/"); ok && len(known) > len(remote) {
			remote, name = known, rest
		}
	}
	return Branch{Name: name, Remote: remote}, name != "" && name != "HEAD", nil
}

// Tip finds a branch as it is known to be deployed: as a remote has it, that one first, else as the clone does. A branch of
// the clone's own may be old, or have what nobody else has. The error is ErrMissing where there is none.
func (r *Repo) Tip(ctx context.Context, name, remote string) (Commit, error) {
	remotes, err := r.remotes(ctx)
	if err != nil {
		return Commit{}, err
	}
	var refs []string
	for _, remote := range slices.Concat([]string{remote}, preferredRemotes, remotes) {
		if remote != "" {
			refs = append(refs, remoteBranches+remote+"/"+name)
		}
	}
	for _, ref := range append(refs, localBranches+name) {
		commit, err := r.firstRef(shortRef(ref), []string{ref})
		if err != nil || commit.OID != "" {
			return commit, err
		}
	}
	return Commit{}, ErrMissing
}

// Own is the clone's own branch of a name; ErrMissing where there is none.
func (r *Repo) Own(name string) (Commit, error) {
	commit, err := r.firstRef(name, []string{localBranches + name})
	if err == nil && commit.OID == "" {
		err = ErrMissing
	}
	return commit, err
}

func shortRef(ref string) string {
	return strings.TrimPrefix(strings.TrimPrefix(ref, remoteBranches), localBranches)
}

// IsDefault reports whether a commit is what all branches are at that may be the default one. It takes no process of its
// own to ask.
func (r *Repo) IsDefault(commit Commit) (bool, error) {
	refs := []string{localBranches + "main", localBranches + "master"}
	for _, remote := range preferredRemotes {
		for _, branch := range []string{"HEAD", "main", "master"} {
			refs = append(refs, remoteBranches+remote+"/"+branch)
		}
	}
	objects, err := r.commitObjects(refs)
	if err != nil {
		return false, err
	}
	found := false
	for _, object := range objects {
		switch {
		case object.Err == nil && object.OID == commit.OID:
			found = true
		case !errors.Is(object.Err, ErrMissing):
			return false, nil
		}
	}
	return found, nil
}

// Branches lists the branches that a clone knows, each once, by name.
func (r *Repo) Branches(ctx context.Context) ([]string, error) {
	out, err := r.git.output(ctx, "for-each-ref", "--format=%(refname)", localBranches, remoteBranches)
	if err != nil {
		return nil, err
	}
	var names []string
	for ref := range strings.Lines(string(out)) {
		branch, ok, err := r.branchAt(ctx, strings.TrimSuffix(ref, "\n"))
		if err != nil {
			return nil, err
		}
		if ok {
			names = append(names, branch.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Remote is where a branch would be fetched from: the remote that others are from, as far as there is one.
func (r *Repo) Remote(ctx context.Context, preferred string) (string, error) {
	if preferred != "" {
		return preferred, nil
	}
	remotes, err := r.remotes(ctx)
	if err != nil || len(remotes) == 0 {
		return "", err
	}
	for _, name := range preferredRemotes {
		if slices.Contains(remotes, name) {
			return name, nil
		}
	}
	return remotes[0], nil
}
