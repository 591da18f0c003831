package overlay

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/tree"
)

// pointAs has directories be no parts of others that are deployed by themselves in another tree.
func (s *search) pointAs(l *Layout) {
	pointed := map[string]bool{}
	for _, c := range l.overlays {
		pointed[c.Dir] = pointed[c.Dir] || c.pointed
	}
	for i := range s.overlays {
		s.overlays[i].pointed = pointed[s.overlays[i].Dir]
	}
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
	return slices.DeleteFunc(slices.Clone(l.overlays), func(c candidate) bool { return !c.deployed || c.app != app })
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
	for _, c := range a.deployed {
		if c.source.Path != "" {
			w.Whole(c.source.Path)
		}
		for _, d := range slices.Concat(c.Deployers, c.Follows) {
			for _, file := range d.Written() {
				w.Entry(file)
			}
		}
	}
}
