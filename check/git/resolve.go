package git

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/promocheck/promocheck/check/mistake"
)

// Resolve finds the commit that a person means by name. A branch's name means
// the branch, the local one or else a remote's, even if a tag has the same
// name; one that starts with a remote's name, as origin/main, means the remote's
// and never a local branch or another remote branch that is called so, since
// whoever may push branches may make those. Anything else is a revision as git
// reads it.
func (r *Repo) Resolve(ctx context.Context, name string) (Commit, error) {
	if err := checkName(name); err != nil {
		return Commit{}, err
	}
	var tried []string
	switch {
	case strings.HasPrefix(name, "refs/"):
		tried = []string{name}
		if commit, err := r.firstRef(name, tried); err != nil || commit.OID != "" {
			return commit, err
		}
	case mayBeBranch(name):
		var err error
		if tried, err = r.branches(ctx, name); err != nil {
			return Commit{}, err
		}
		if commit, err := r.firstRef(name, tried); err != nil || commit.OID != "" {
			return commit, err
		}
		if len(tried) == 1 {
			break // git would look for a local branch, too
		}
		elsewhere, err := r.onOtherRemotes(ctx, name)
		if err != nil {
			return Commit{}, err
		}
		if commit, err := r.firstRef(name, elsewhere); err != nil || commit.OID != "" {
			return commit, err
		}
		tried = append(append(tried, elsewhere...), name)
		fallthrough
	default:
		commit, err := r.revision(name)
		if !errors.Is(err, ErrMissing) {
			return commit, err
		}
	}
	return Commit{}, r.unknown(name, tried)
}

// checkName refuses what git would take for an option or for two questions.
func checkName(name string) error {
	refuse := func(why string) error {
		return &mistake.Error{
			Problem: fmt.Sprintf("%q is no ref: %s", name, why),
			Hint:    "name a branch, a tag or a commit",
			Usage:   true,
		}
	}
	switch {
	case name == "":
		return refuse("it is empty")
	case strings.HasPrefix(name, "-"):
		return refuse("it starts with a dash")
	case strings.ContainsFunc(name, unicode.IsControl):
		return refuse("it contains control characters")
	}
	return nil
}

// mayBeBranch says whether a branch can have the name, not counting what
// follows it, as in main~2. HEAD and full object names are never branches:
// each remote has a HEAD of its own that is not the one meant.
func mayBeBranch(name string) bool {
	if end := strings.IndexAny(name, "~^"); end >= 0 {
		name = name[:end]
	}
	name, _, _ = strings.Cut(name, "@{")
	return name != "" && name != "HEAD" && name != "@" && !isOID(name) &&
		!strings.ContainsAny(name, " :?*[\\") && !strings.Contains(name, "..")
}

func isOID(name string) bool {
	return (len(name) == 40 || len(name) == 64) && strings.Trim(name, "0123456789abcdef") == ""
}

// branches are the refs that a branch's name may mean, but for those of other remotes than origin.
func (r *Repo) branches(ctx context.Context, name string) ([]string, error) {
	remote, _, several := strings.Cut(name, "/")
	ofRemote := several && remote == "origin"
	if several && !ofRemote {
		remotes, err := r.remotes(ctx)
		if err != nil {
			return nil, err
		}
		ofRemote = slices.Contains(remotes, remote)
	}
	if ofRemote {
		return []string{"refs/remotes/" + name}, nil
	}
	return []string{"refs/heads/" + name, "refs/remotes/origin/" + name, "refs/remotes/" + name}, nil
}

func (r *Repo) onOtherRemotes(ctx context.Context, branch string) ([]string, error) {
	remotes, err := r.remotes(ctx)
	if err != nil {
		return nil, err
	}
	var refs []string
	for _, remote := range remotes {
		if remote != "origin" {
			refs = append(refs, "refs/remotes/"+remote+"/"+branch)
		}
	}
	return refs, nil
}

// remotes are the names of the repository's remotes, for which git is asked once.
func (r *Repo) remotes(ctx context.Context) ([]string, error) {
	r.naming.Lock()
	defer r.naming.Unlock()
	if r.remoteNames == nil {
		out, err := r.git.output(ctx, "remote")
		if err != nil {
			return nil, err
		}
		r.remoteNames = append([]string{}, strings.Fields(string(out))...)
	}
	return r.remoteNames, nil
}

// firstRef finds the first of the refs that exists, or no commit.
func (r *Repo) firstRef(name string, refs []string) (Commit, error) {
	if len(refs) == 0 {
		return Commit{}, nil
	}
	// The first is the likeliest, and soon asked about.
	objects, err := r.commitObjects(slices.Concat(refs, otherMeanings(refs[0])))
	if err != nil {
		return Commit{}, err
	}
	for i, ref := range refs {
		if errors.Is(objects[i].Err, ErrMissing) {
			continue
		}
		if err := r.onlyMeaning(ref); err != nil {
			return Commit{}, err
		}
		commit, err := newCommit(name, objects[i])
		commit.Ref = ref
		return commit, err
	}
	return Commit{}, nil
}

// onlyMeaning guards against a tag called "refs/heads/main": where the branch
// does not exist, git takes the full name of a ref for the rest of another's.
func (r *Repo) onlyMeaning(ref string) error {
	others := otherMeanings(ref)
	objects, err := r.commitObjects(others)
	if err != nil {
		return err
	}
	for i, object := range objects {
		if object.Err == nil {
			return &mistake.Error{
				Problem: fmt.Sprintf("%s may mean two refs: there is %s too", ref, others[i]),
				Hint:    "delete or rename the other one, or give the full commit ID",
			}
		}
	}
	return nil
}

func otherMeanings(ref string) []string {
	return []string{"refs/" + ref, "refs/tags/" + ref, "refs/heads/" + ref, "refs/remotes/" + ref}
}

func (r *Repo) revision(name string) (Commit, error) {
	objects, err := r.commitObjects([]string{name})
	if err != nil {
		return Commit{}, err
	}
	return newCommit(name, objects[0])
}

// meanings are the commits that revisions have led to. What one means stays the
// same while a repository is open.
type meanings struct {
	mu    sync.Mutex
	known map[string]Object
}

// commitObjects reads the commits that revisions lead to. Names are resolved
// in the user's repository: the one a merge runs in has no refs.
func (r *Repo) commitObjects(revisions []string) ([]Object, error) {
	r.commits.mu.Lock()
	defer r.commits.mu.Unlock()
	if r.commits.known == nil {
		r.commits.known = map[string]Object{}
		// A commit that is made in the meantime must not come between HEAD and the branch that it is on.
		revisions = append(slices.Clip(revisions), "HEAD")
	}
	var unknown, names []string
	for _, revision := range revisions {
		if _, known := r.commits.known[revision]; !known {
			unknown, names = append(unknown, revision), append(names, revision+"^{commit}")
		}
	}
	answers, err := r.names.request(names, MaxObjectSize)
	if err != nil {
		return nil, err
	}
	for i, answer := range answers {
		r.commits.known[unknown[i]] = answer
	}
	objects := make([]Object, len(revisions))
	for i, revision := range revisions {
		objects[i] = r.commits.known[revision]
	}
	return objects, nil
}

func newCommit(name string, object Object) (Commit, error) {
	c, err := parseCommit(object)
	if err != nil {
		return Commit{}, err
	}
	return Commit{Name: name, OID: object.OID, Tree: c.tree, object: &c}, nil
}

// At is a branch as it was when one of its commits was its tip.
func (r *Repo) At(branch Commit, tip OID) (Commit, error) {
	commit, err := r.revision(string(tip))
	commit.Name, commit.Ref = branch.Name, branch.Ref
	return commit, err
}

// unknown explains a name that led nowhere.
func (r *Repo) unknown(name string, tried []string) error {
	if _, err := r.revision("HEAD"); errors.Is(err, ErrMissing) {
		return &mistake.Error{
			Problem: fmt.Sprintf("%q names no commit: the repository has no commits yet, or HEAD is on a branch without any", name),
			Hint:    "commit something first",
			Err:     ErrNoCommits,
		}
	}
	problem := fmt.Sprintf("%q names no commit in this repository", name)
	if objects, err := r.names.request([]string{name}, MaxObjectSize); err == nil {
		switch object := objects[0]; {
		case errors.Is(object.Err, errAmbiguous):
			return object.Err
		case object.Err == nil && object.Type != "commit":
			problem += ", but a " + object.Type
		}
	}
	if len(tried) > 0 && tried[0] != name {
		problem += ": tried " + strings.Join(tried, ", ")
	}
	if r.isShallow() {
		return &mistake.Error{Problem: problem, Hint: hintShallow, Err: ErrMissing}
	}
	return &mistake.Error{
		Problem: problem,
		Hint:    "check the spelling (`git branch --all` lists the branches), or fetch it first",
		Usage:   true,
		Err:     ErrMissing,
	}
}
