package state

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/overlay"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// follows tells whether a source of a deployer is followed, with what is changed of it; nil: none is. Deployers are known by
// how they point to it: how they are called may be decided where they are built. Where others that are not followed point to it
// in the same words, it is not.
func follows(o *overlay.Overlay) func(object, source *yaml.Node) bool {
	followed := map[deploy.Pointing]bool{}
	for _, d := range o.Follows {
		for _, s := range d.Sources {
			pointing := d.Pointing(s)
			before, known := followed[pointing]
			followed[pointing] = s.Elsewhere == "" && (before || !known)
		}
	}
	if len(followed) == 0 {
		return nil
	}
	for _, d := range o.Points {
		for _, s := range d.Sources {
			followed[d.Pointing(s)] = false
		}
	}
	return func(object, source *yaml.Node) bool {
		pointing, ok := deploy.PointingOf(object, source)
		if pointing.Kind == "HelmRelease" {
			d := releaseIn(o, object)
			return d != nil && slices.Contains(o.Follows, d) && d.Sources[0].Elsewhere == ""
		}
		return ok && followed[pointing]
	}
}

// releaseIn is the deployer that a release of Flux is by an overlay's files; nil where it is none.
func releaseIn(o *overlay.Overlay, release *yaml.Node) *deploy.Deployer {
	return deploy.Written(release, slices.Concat(o.Follows, o.Points))
}

// readDeployer notes where Flux is told to deploy a path of this repository that no deployer in the overlay's files says as
// they are written: a patch or a variable makes it, and it is not followed.
func (c *collector) readDeployer(o *observed) {
	spec := document.Get(o.root, "spec")
	source, isChart := document.Get(spec, "sourceRef"), false
	switch o.kept.Group + "/" + o.kept.Kind {
	case "kustomize.toolkit.fluxcd.io/Kustomization":
	case "helm.toolkit.fluxcd.io/HelmRelease":
		source, isChart = document.Get(spec, "chart", "spec", "sourceRef"), true
	default:
		return
	}
	pointing, ok := deploy.PointingOf(o.root, spec)
	if !ok || document.Text(document.Get(source, "kind")) != "GitRepository" || c.isWritten(o.root, pointing) {
		return
	}
	isHere := c.tree.IsDir(pointing.Path) && (!isChart || c.tree.IsFile(path.Join(pointing.Path, "Chart.yaml")))
	if !strings.Contains(pointing.Path, "${") && !isHere {
		return // it is another repository's
	}
	c.Unresolved = append(c.Unresolved, Unresolved{
		Reason:   fmt.Sprintf("%s %s deploys %s, as nothing says that is written in a file, and that is not followed", o.kept.Kind, o.kept.Name, pointing.Path),
		Location: Location{Path: o.file}, given: fingerprintOf(c.edits(o), nil),
	})
}

// editing are the fields of a deployer of Flux that decide what comes of what it deploys.
var editing = [][]string{{"values"}, {"valuesFrom"}, {"chart"}, {"postRenderers"}, {"postBuild"}, {"patches"}, {"images"}, {"components"}, {"sourceRef"}}

// edits are what decides what comes of what a deployer deploys, beside what lies there.
func (c *collector) edits(o *observed) *yaml.Node {
	all := &yaml.Node{Kind: yaml.SequenceNode, Content: c.given(o)}
	if own := restricted(document.Get(o.root, "spec"), editing); own != nil {
		all.Content = append(all.Content, own)
	}
	return all
}

// isWritten reports whether a deployer that is written in the overlay's files points to what an object does.
func (c *collector) isWritten(object *yaml.Node, pointing deploy.Pointing) bool {
	if pointing.Kind == "HelmRelease" {
		d := releaseIn(c.overlay, object)
		return d != nil && slices.ContainsFunc(d.Sources, func(s deploy.Source) bool { return d.Pointing(s) == pointing })
	}
	return slices.ContainsFunc(slices.Concat(c.overlay.Follows, c.overlay.Points), func(d *deploy.Deployer) bool {
		return slices.ContainsFunc(d.Sources, func(s deploy.Source) bool { return s.As == pointing.Path })
	})
}
