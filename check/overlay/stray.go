package overlay

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/kustomization"
)

// stray is a directory or file that looks like an environment's, and that no pattern takes in.
type stray struct {
	path   string
	own    []string // the files that it is about, where it is not about all that is below a directory
	reason string
}

const noPattern = "no overlay pattern matches its path"

// stray notes a directory that looks like an environment's, unless there are environments in it: it may be an app that is
// called "integration-tests". Then it is about what lies in it.
func (s *search) stray(l *listing, within bool, before int) {
	switch reason := s.names.looksLike(path.Base(l.path)); {
	case reason == "":
	case !within && l.deploys():
		s.strays = append(s.strays[:before], stray{path: l.path, reason: reason}) // the outermost is enough
	case within && len(l.own()) > 0:
		s.strays = append(s.strays, stray{path: l.path, own: l.own(), reason: reason})
	}
}

// besides notes directories that are called like an environment's beside them, but for the environment: with studio-stg
// there, studio is one as well, and it may be production.
func (s *search) besides(l *listing, empty map[string]bool) {
	beside := map[string]string{}
	for _, directory := range l.directories {
		called := path.Base(directory.path)
		if named, reading := s.names.read(called); reading == isEnvironment && named.target != "" && !empty[directory.path] {
			beside[named.target] = called
		}
	}
	for _, directory := range l.directories {
		if other, ok := beside[path.Base(directory.path)]; ok && empty[directory.path] && directory.deploys() {
			s.strays = append(s.strays, stray{
				path:   directory.path,
				reason: fmt.Sprintf("its name is that of %s, but for the environment", other),
			})
		}
	}
}

// strayFile notes a file that is called like an environment's.
func (s *search) strayFile(file string) {
	if aside(file) || !saysWhatRuns(path.Base(file)) {
		return
	}
	if reason := s.names.fileLooksLike(path.Base(file)); reason != "" {
		s.strays = append(s.strays, stray{path: file, own: []string{file}, reason: reason})
	}
}

// aside reports whether a file lies where tools and people look, and no deployer.
func aside(file string) bool {
	first, _, found := strings.Cut(file, "/")
	return found && (first == "docs" || first == "doc") || strings.HasPrefix(file, ".") || strings.Contains(file, "/.")
}

// fileLooksLike says why a file's name looks like an environment's; empty if it does not. A word among others is not
// enough: many a manifest has "test" in its name.
func (n namer) fileLooksLike(file string) string {
	stem := strings.TrimSuffix(file, path.Ext(file))
	if named, reading := n.read(stem); reading == isEnvironment && named.target == "" {
		return noPattern
	}
	if n.configured != nil {
		if named, reading := readUsual(stem); reading == isEnvironment && named.target == "" {
			return stem + " is none of the configured environments"
		}
	}
	return n.glued(stem)
}

// builtInto reports whether a stray is a part of what has the closure.
func (s stray) builtInto(closure *kustomization.Closure) bool {
	if s.own != nil {
		return slices.ContainsFunc(s.own, closure.Reaches)
	}
	return closure.Below(s.path)
}

// reached reports whether one of the changed paths is what the stray is about.
func (s stray) reached(changed []string) bool {
	return slices.ContainsFunc(changed, func(p string) bool {
		if s.own != nil {
			return p == s.path || path.Dir(p) == s.path
		}
		return strings.HasPrefix(p, s.path+"/")
	})
}
