package overlay

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/tree"
)

// pointAs has directories be no parts of others that are deployed by themselves in another tree.
func (s *search) pointAs(l *Layout) {
	known := l.index()
	for i := range s.overlays {
		s.overlays[i].pointed = known.pointed[s.overlays[i].Dir]
	}
}

// index is what is looked up in a layout for each app.
type index struct {
	pointed   map[string]bool  // the directories that deployers point to
	deployed  map[string][]int // by app, the overlays that only deployers take in
	takes     map[takesIn]int  // the overlays that take something from others
	taken     map[takesIn]int  // the overlays that patterns find, and that deployers take in
	forgotten map[string]bool  // the directories of those that nothing deploys, where others are
}

// takesIn tells an overlay from others in the same place of the repo.
type takesIn struct {
	dir  string
	step int
	by   string
}

// index indexes the layout, once.
func (l *Layout) index() *index {
	if l.indexed != nil {
		return l.indexed
	}
	l.indexed = &index{pointed: map[string]bool{}, deployed: map[string][]int{}, takes: map[takesIn]int{}, taken: map[takesIn]int{}, forgotten: map[string]bool{}}
	for i := range l.overlays {
		c := &l.overlays[i]
		if c.pointed {
			l.indexed.pointed[c.Dir] = true
		}
		if c.forgotten {
			l.indexed.forgotten[c.Dir] = true
		}
		if c.deployed {
			l.indexed.deployed[c.app] = append(l.indexed.deployed[c.app], i)
		}
		at := takesIn{c.Dir, c.step, c.by}
		if _, known := l.indexed.takes[at]; c.Takes && !known {
			l.indexed.takes[at] = i
		}
		if _, known := l.indexed.taken[at]; !c.deployed && len(c.takers)+len(c.still) > 0 && !known {
			l.indexed.taken[at] = i
		}
	}
	return l.indexed
}

// deployedAs are the overlays of an app that only deployers take in, as a layout has them, where those point to the
// same in this tree. Where they point elsewhere, or are not there, nothing is known of what was deployed.
func (s *search) deployedAs(l *Layout, app string) []candidate {
	var deployed []candidate
	for _, c := range l.deployedOf(app) {
		source, pointed := s.pointed(c)
		if !pointed {
			continue
		}
		c.source, c.Edits = source, source.Edits
		for _, u := range unitsOf(s.tree, c.source) {
			left, some := u.without(c.covered)
			if !some || u.dir != c.Dir || (u.manifests == nil) != (c.Manifests == nil) {
				continue
			}
			c.Manifests, c.Release = left.manifests, left.release
			c.build(s)
			c.holdAs(l, s)
			deployed = append(deployed, c)
		}
	}
	return deployed
}

// deployedOf are the overlays of an app that only deployers take in.
func (l *Layout) deployedOf(app string) []candidate {
	var deployed []candidate
	for _, i := range l.index().deployed[app] {
		deployed = append(deployed, l.overlays[i])
	}
	return deployed
}

// pointed is what one of an overlay's deployers takes in in this tree, if that is the same path.
func (s *search) pointed(c candidate) (deploy.Source, bool) {
	for _, t := range c.takers {
		if source, there, _ := s.sourceIn(t); there {
			return source, true
		}
	}
	return deploy.Source{}, false
}

// Decides reports whether a path decides what deployers take in beside what that is built from.
func (a *App) Decides(path string) bool {
	return slices.ContainsFunc(a.deployed, func(c candidate) bool {
		byDeployer := slices.ContainsFunc(slices.Concat(c.Deployers, c.Follows), func(d *deploy.Deployer) bool { return d.IsWrittenIn(path) })
		return byDeployer || c.Manifests != nil && isManifest(path) && (c.Dir == "." || strings.HasPrefix(path, c.Dir+"/"))
	})
}

// watchDeployed adds what decides what deployers take in.
func (a *App) watchDeployed(w *tree.Watch) {
	deployers := map[*deploy.Deployer]bool{}
	for _, c := range a.deployed {
		if c.source.Path != "" {
			w.Whole(c.source.Path)
		}
		for _, d := range slices.Concat(c.Deployers, c.Follows) {
			if deployers[d] = true; a.built.by[d] != nil {
				continue
			}
			for _, file := range d.Written() {
				w.Entry(file)
			}
		}
	}
	a.built.watch(deployers, w)
}
