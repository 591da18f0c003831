package overlay

import (
	"bytes"
	"slices"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/kustomization"
)

// plain is the closure of files that stand for themselves.
func (s *search) plain(files []string) *kustomization.Closure {
	closure := s.reader.Plain(files)
	s.takeIn(closure, files)
	return closure
}

// takeIn adds to a closure what Argo CD takes from elsewhere in this repo for the applications in some files:
// values, and what their sets are generated from. Where a patch decides what that is, it may be anything.
func (s *search) takeIn(closure *kustomization.Closure, files []string) {
	if s.deployers == nil {
		return // nothing is known to be of this repo
	}
	repo := s.self.Repo(s.tree)
	repo.AnyRevision = true
	var taken argocd.Taken
	found := false
	for _, file := range files {
		for _, root := range s.deployers.OfArgo(s.tree, file) {
			found = true
			taken.Add(argocd.Read(root, repo).Taken)
		}
	}
	if !found {
		return
	}
	var patches [][]byte
	for _, file := range files {
		if data, err := s.tree.ReadFile(file); err == nil {
			patches = append(patches, data)
		}
	}
	for _, file := range closure.Files {
		patches = append(patches, file.Data)
	}
	if len(closure.Files) > 0 && slices.ContainsFunc(patches, decidesWhat) {
		taken.Under = append(taken.Under, ".")
	}
	closure.TakeIn(taken.Files, taken.Under)
}

// decidesWhat reports whether a JSON patch may put something where an application says what it takes.
func decidesWhat(patch []byte) bool {
	for _, path := range []string{"/generators/", "/helm/valueFiles", "/repoURL"} {
		if bytes.Contains(patch, []byte(path)) {
			return true
		}
	}
	return false
}
