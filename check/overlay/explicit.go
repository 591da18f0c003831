package overlay

import (
	"path"

	"github.com/promocheck/promocheck/check/spelling"
)

// carve takes out of an environment's directory a directory that an earlier pattern of the configuration takes in.
func (s *search) carve(below *listing, at matched) bool {
	m, ok := s.earlier(below.path, false, at.pattern)
	if ok {
		s.note(m)
		s.environment(below, m)
	}
	return ok
}

// carveFiles takes out of an environment's directory the files that earlier patterns of the configuration take in, and
// returns the manifests that are left.
func (s *search) carveFiles(l *listing, at matched) []string {
	if !s.ranks() {
		return l.manifests
	}
	left := &listing{path: l.path}
	for _, file := range l.files() {
		if m, ok := s.earlier(file, true, at.pattern); ok {
			s.note(m)
			s.file(file, m)
		} else {
			left.file(path.Base(file))
		}
	}
	return left.manifests
}

// earlier matches a path below an environment's directory by a pattern that stands before that one's.
func (s *search) earlier(at string, isFile bool, pattern int) (matched, bool) {
	if !s.ranks() {
		return matched{}, false
	}
	m, ok := s.match(at, isFile)
	return m, ok && m.pattern < pattern
}

// ranks reports whether the order of the patterns is the team's, and says which of two that match a path and one below
// it is meant.
func (f *Finder) ranks() bool { return f.config.Overlays != nil }

// passes reports whether a directory that a usual pattern matches is none of an environment, since what is below it
// says so more explicitly: an app may be called load-generator, and have overlays of its own.
func (s *search) passes(l *listing, at matched) bool {
	if s.ranks() || !s.patterns[at.pattern].vague {
		return false
	}
	passed, known := s.as.passes(l.path)
	if !known && !s.partial {
		passed = s.below(l, at).outweigh(at)
	}
	s.passed[l.path] = passed
	return passed
}

// passes is what is known of such a directory.
func (l *Layout) passes(dir string) (passed, known bool) {
	if l == nil {
		return false, false
	}
	passed, known = l.passed[dir]
	return passed, known
}

// inside are the environments that patterns find below a directory.
type inside struct {
	steps    map[int]bool
	explicit bool // one of them is a directory's that stands where environments do
	// bare are those that directories are called by, and by nothing else, where no pattern knows them.
	bare map[int]bool
}

// below finds the environments below a directory that are clearer than its own: by a pattern that is, or by a name that
// says nothing else.
func (s *search) below(l *listing, at matched) inside {
	found := inside{steps: map[int]bool{}, bare: map[int]bool{}}
	try := func(p string, isFile bool) {
		named, reading := s.names.read(path.Base(p))
		if reading != isEnvironment {
			return
		}
		m, ok := s.match(p, isFile)
		if !ok && !isFile && named.target == "" && path.Dir(p) == l.path {
			found.bare[named.step] = true
		}
		if !ok || s.patterns[m.pattern].vague && (at.target == "" || m.target != "") {
			return
		}
		found.steps[m.step] = true
		found.explicit = found.explicit || !isFile && !s.patterns[m.pattern].vague
	}
	l.walk(func(below *listing) bool {
		if below != l {
			try(below.path, false)
		}
		for _, file := range below.files() {
			try(file, true)
		}
		return true
	})
	return found
}

// outweigh reports whether what is inside makes a directory none of an environment. One environment inside may be a
// region's, a copy, or a test; with several, it is an app's. What may be production needs production inside.
func (i inside) outweigh(at matched) bool {
	several := len(i.steps) > 1
	switch {
	case i.bare[spelling.Production] && (len(i.bare) > 1 || at.target != "") && (at.step != spelling.Production || len(i.bare) > 1):
		return true // apps/dev-portal/prod
	case len(i.steps) == 0, i.steps[at.step] && !several:
		return false
	case at.step == spelling.Production:
		return several && i.steps[spelling.Production]
	}
	return several || at.target != "" && (i.explicit || i.steps[spelling.Production])
}
