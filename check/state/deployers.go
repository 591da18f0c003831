package state

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/overlay"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// follows tells whether a source of a deployer is followed, with what is changed of it; nil: none is. Deployers are known by
// what they say: how they are called may be decided where they are built.
func follows(o *overlay.Overlay) func(object, source *yaml.Node) bool {
	followed := map[deploy.Said]bool{}
	for _, d := range o.Follows {
		for _, s := range d.Sources {
			followed[d.Said(s)] = s.Elsewhere == ""
		}
	}
	if len(followed) == 0 {
		return nil
	}
	return func(object, source *yaml.Node) bool {
		said, ok := deploy.SaidBy(object, source)
		if _, name, _ := strings.Cut(said.Path, "/"); said.Kind == "HelmRelease" && followed[deploy.Said{Kind: said.Kind, Path: "/" + name}] {
			return true // what builds it gives it the namespace
		}
		return ok && followed[said]
	}
}

// readDeployer notes where Flux is told to deploy a path of this repository that no deployer in the overlay's files says as
// they are written: a patch or a variable makes it, and it is not followed.
func (c *collector) readDeployer(o *observed) {
	if o.kept.Group != "kustomize.toolkit.fluxcd.io" || o.kept.Kind != "Kustomization" {
		return
	}
	spec := document.Get(o.root, "spec")
	said, ok := deploy.SaidBy(o.root, spec)
	if !ok || document.Text(document.Get(spec, "sourceRef", "kind")) != "GitRepository" || c.isWritten(said) {
		return
	}
	if !strings.Contains(said.Path, "${") && !c.tree.IsDir(said.Path) {
		return // it is another repository's
	}
	c.unresolved(fmt.Sprintf("%s %s deploys %s, as nothing says that is written in a file, and that is not followed", o.kept.Kind, o.kept.Name, said.Path), Location{Path: o.file})
}

// isWritten reports whether a deployer that is written in the overlay's files points to a path.
func (c *collector) isWritten(said deploy.Said) bool {
	return slices.ContainsFunc(slices.Concat(c.overlay.Follows, c.overlay.Points), func(d *deploy.Deployer) bool {
		return slices.ContainsFunc(d.Sources, func(s deploy.Source) bool { return s.As == said.Path })
	})
}
