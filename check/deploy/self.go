package deploy

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/giturl"
)

// Self is the repository that is read, as the objects in it may name it.
type Self struct {
	// Addresses finds out where it is to be had. It is asked only where an object names an address.
	Addresses func() []string
	// Branch is what the change goes into, as it was asked for.
	Branch string
	// Default finds out what the default branch is called, which HEAD means, and no revision; empty: that is not known. nil: the
	// change does not go into it.
	Default func() string
}

// head are the revisions that mean the default branch.
var head = []string{"", "HEAD"}

// Repositories names the repository as versions do.
func (s Self) Repositories() []string {
	names := []string{}
	for _, address := range s.addresses() {
		if name := giturl.Parse(address).Repository(); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Revisions are those that mean the branch that the change goes into, in lower case.
func (s Self) Revisions() []string {
	var revisions []string
	branches := s.Branches()
	if name, isDefault := s.intoDefault(); isDefault {
		revisions = append(revisions, head...)
		if name != "" && !slices.Contains(branches, name) {
			branches = append(branches, name)
		}
	}
	for _, branch := range branches {
		revisions = append(revisions, branch, heads+branch)
	}
	for i, revision := range revisions {
		revisions[i] = strings.ToLower(revision)
	}
	return revisions
}

// intoDefault reports whether the change goes into the default branch, and what that is called; empty where it is not known. Where
// no branch was named, or no default branch is known, they are taken for each other.
func (s Self) intoDefault() (string, bool) {
	if s.Default == nil {
		return "", false
	}
	name, branch := s.Default(), s.branch()
	if branch == "" || name == "" {
		return cmp.Or(name, branch), true
	}
	return name, name == branch
}

// Called is what a revision of a repository is called, the same for all by which this repository's default branch is asked
// for, where the change goes into that.
func (s Self) Called(address, revision string) string {
	if !slices.Contains(head, revision) && !strings.HasPrefix(revision, heads) || !s.is(address) {
		return revision
	}
	name, isDefault := s.intoDefault()
	if !isDefault || name == "" || revision != heads+name && !slices.Contains(head, revision) {
		return revision
	}
	return name
}

// Repo is the repository as Argo CD takes it, with some files: whoever asks what an application takes from there asks it alike.
func (s Self) Repo(files argocd.Files) *argocd.Repo {
	return &argocd.Repo{Addresses: s.addresses, Files: files, Follows: s.follows}
}

func (s Self) addresses() []string {
	if s.Addresses == nil {
		return nil
	}
	return s.Addresses()
}

// is reports whether an address is one of this repository's.
func (s Self) is(address string) bool { return giturl.Among(address, s.addresses()) }

// heads is what the full names of branches start with.
const heads = "refs/heads/"

// noBranch is a revision by which a commit is asked for and that names no branch.
var noBranch = regexp.MustCompile(`^(?:[0-9a-f]{7,64}|HEAD)?(?:[~^@].*)?$`)

// follows reports whether a revision is the branch that the change goes into. Where none was named, it is taken for the
// default branch, by its usual names.
func (s Self) follows(revision string) bool {
	revision = strings.TrimPrefix(revision, heads)
	if slices.Contains(head, revision) {
		return true
	}
	return slices.Contains(s.Branches(), revision)
}

// Branches is what the branch is called: one name or, where none was named, those that a default branch usually has.
func (s Self) Branches() []string {
	if branch := s.branch(); branch != "" {
		return []string{branch}
	}
	return []string{"main", "master"}
}

// branch is what the branch is called; empty where none was named.
func (s Self) branch() string {
	branch := s.Branch
	for _, prefix := range []string{heads, "refs/remotes/", "origin/"} {
		branch = strings.TrimPrefix(branch, prefix)
	}
	if noBranch.MatchString(branch) {
		return ""
	}
	return branch
}
