package overlay

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/tree"
)

// OfBranch has the trees be those of a branch: all that is in them is deployed in the environment that has it. A name that
// is none's is that of a branch that deploys nothing.
func (f *Finder) OfBranch(environment string) {
	f.own = slices.IndexFunc(f.config.Environments, func(e config.Environment) bool { return e.Name == environment })
}

// isElsewhere reports whether an environment has another branch than the one that is looked at.
func (f *Finder) isElsewhere(step int) bool { return f.config.ByBranch() && step != f.own }

// byPath reports whether apps are called by where they are in an environment's branch.
func (f *Finder) byPath() bool { return f.config.ByBranch() && !f.ranks() }

// findInBranch finds what a branch deploys: by the patterns of the configuration, else all that is there.
func (s *search) findInBranch(top *listing) {
	switch {
	case s.own < 0:
	case s.ranks():
		s.look(top)
		s.strays = nil // what is called like an environment is none here
		s.dropBuiltFiles()
	default:
		s.findByPath(top)
	}
}

// findByPath takes each directory that can be deployed for an app, which is called by its path. A name on it that is the
// environment's says nothing of the app: in the branch of another environment, that one's is there.
func (s *search) findByPath(top *listing) {
	owns := map[string]bool{} // directories with one in them that is called like the environment
	top.walk(func(l *listing) bool {
		if l != top && s.isOwn(path.Base(l.path)) {
			owns[path.Dir(l.path)] = true
		}
		return true
	})
	s.prefetchManifests(top)
	s.gather(top, func(l *listing) (candidate, []string, bool) {
		if l != top && isHidden(l.path) {
			return candidate{}, nil, false
		}
		if l != top && owns[path.Dir(l.path)] && s.isOthers(path.Base(l.path)) {
			s.elsewhere = append(s.elsewhere, l.path)
			return candidate{}, nil, false
		}
		app, target := s.calledBy(l.path)
		manifests := slices.DeleteFunc(slices.Clone(l.manifests), func(file string) bool { return isHidden(file) || !s.deploys(file) })
		return candidate{app: app, step: s.own, target: target, Overlay: Overlay{Root: ".", Config: s.config, Self: s.self}}, manifests, true
	})
}

// calledBy is the app that a path in a branch names, and its target.
func (f *Finder) calledBy(dir string) (app, target string) {
	var segments, targets []string
	for segment := range strings.SplitSeq(dir, "/") {
		if named, reading := f.names.read(segment); reading == isEnvironment && named.step == f.own {
			targets = append(targets, named.target)
		} else {
			segments = append(segments, segment)
		}
	}
	return path.Join(append([]string{"."}, segments...)...), path.Join(append([]string{"."}, targets...)...)
}

func (f *Finder) isOwn(directory string) bool {
	named, reading := f.names.read(directory)
	return reading == isEnvironment && named.step == f.own
}

func (f *Finder) isOthers(directory string) bool {
	named, reading := f.names.read(directory)
	return reading == isEnvironment && named.step != f.own
}

// isHidden reports whether a path is of what tools keep in a repository.
func isHidden(p string) bool { return strings.HasPrefix(path.Base(p), ".") }

// prefetchManifests reads in one go what may be manifests.
func (s *search) prefetchManifests(top *listing) {
	files := tree.Files{Tree: s.tree}
	top.walk(func(l *listing) bool {
		if l != top && isHidden(l.path) {
			return false
		}
		files.Paths = append(files.Paths, l.manifests...)
		return true
	})
	_ = tree.Prefetch(files) // a failure comes up again where a file is needed
}

// deploys reports whether a file may hold objects that a cluster takes. Others of its kind say how tools work.
func (s *search) deploys(file string) bool {
	found, err := s.tree.Resolve(file)
	if err != nil || !found.Entry.Mode.IsFile() {
		return true // which is a matter for those who read it
	}
	deploys, known := s.manifests[found.Entry.OID]
	if !known {
		data, err := s.tree.Content(file, found.Entry)
		deploys = err != nil || bytes.Contains(data, []byte("kind")) && bytes.Contains(data, []byte("apiVersion"))
		s.manifests[found.Entry.OID] = deploys
	}
	return deploys
}

// intoBranch is into where all directories of a branch are apps' that are called by their paths.
func (l *limit) intoBranch(at string, mode git.Mode) (*limit, bool) {
	isDirectory := mode.IsDir() || mode.IsSubmodule()
	in, _ := l.as.finder.calledBy(path.Dir(at))
	app, _ := l.as.finder.calledBy(at)
	switch {
	case !isDirectory && in == l.app, app == l.app && app != ".":
		return nil, true
	case (isDirectory || mode.IsSymlink()) && isWithin(l.app, app):
		return &limit{as: l.as, app: l.app, routes: whatever}, true
	}
	return nil, false
}

// whatever are routes that any name may lead on.
var whatever = routes{{left: []segment{{capture: "app"}}}}

// IsElsewhere reports whether a path is of an environment that has another branch.
func (p *Pairing) IsElsewhere(file string) bool {
	return slices.ContainsFunc(p.elsewhere, func(at string) bool { return isWithin(file, at) })
}

// Beside adds what another branch has, which the change leaves as it is.
func (p *Pairing) Beside(other *Layout) {
	for _, site := range other.Sites {
		p.Places = append(p.Places, Place{Place: site.Place, Before: site.Overlay, After: site.Overlay, Tree: other.search.tree})
	}
	step := func(place Place) int {
		return slices.IndexFunc(p.Path, func(e Environment) bool { return e.Name == place.Environment })
	}
	slices.SortStableFunc(p.Places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.App, b.App), cmp.Compare(step(a), step(b)), cmp.Compare(a.Target, b.Target))
	})
	p.index()
}

// Before are the environments that come before one on a path, in its order.
func Before(path []Environment, environment string) []Environment {
	before := map[string]bool{}
	for _, e := range slices.Backward(path) {
		if e.Name == environment || before[e.Name] {
			for _, upstream := range e.Upstream {
				before[upstream] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(path), func(e Environment) bool { return !before[e.Name] })
}

// BranchSays is the usual environment that a branch is called like; false where it is called otherwise.
func BranchSays(branch string) (environment string, ok bool) {
	last := path.Base(branch)
	named, reading := readUsual(last)
	if reading != isEnvironment {
		return "", false
	}
	prefixed := slices.Contains([]string{"env", "envs", "environment", "environments"}, path.Base(path.Dir(branch)))
	if named.target != "" && !prefixed {
		return "", false // fix-for-prod
	}
	return spelling.Environments[named.step].Name, true
}

// CalledLike are the environments of branches that are called like one of them, in the usual order of promotion.
func CalledLike(branches []string, like string) []Environment {
	var found []Environment
	for _, branch := range branches {
		named, reading := readUsual(path.Base(branch))
		if path.Dir(branch) == path.Dir(like) && reading == isEnvironment && named.target == "" {
			found = append(found, Environment{Name: path.Base(branch), Branch: branch, step: named.step})
		}
	}
	slices.SortStableFunc(found, func(a, b Environment) int { return cmp.Compare(a.step, b.step) })
	return found
}

// With is the layout of several branches together, which has the sites of all.
func (l *Layout) With(sites []Site) *Layout {
	together := *l
	together.Sites = sites
	return &together
}

// ByBranch reports whether each environment has a branch of its own.
func (l *Layout) ByBranch() bool { return l.finder.config.ByBranch() }
