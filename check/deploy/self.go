package deploy

import (
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

// noBranch is a revision by which a commit is asked for and that names no branch.
var noBranch = regexp.MustCompile(`^(?:[0-9a-f]{7,64}|HEAD)?(?:[~^@].*)?$`)

// follows reports whether a revision is the branch that the change goes into. Where none was named, it is taken for the
// default branch, by its usual names.
func (s Self) follows(revision string) bool {
	revision = strings.TrimPrefix(revision, "refs/heads/")
	if revision == "" || revision == "HEAD" {
		return true
	}
	return slices.Contains(s.Branches(), revision)
}

// Branches is what the branch is called: one name or, where none was named, those that a default branch usually has.
func (s Self) Branches() []string {
	branch := s.Branch
	for _, prefix := range []string{"refs/heads/", "refs/remotes/", "origin/"} {
		branch = strings.TrimPrefix(branch, prefix)
	}
	if noBranch.MatchString(branch) {
		return []string{"main", "master"}
	}
	return []string{branch}
}
