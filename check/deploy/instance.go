package deploy

import (
	"errors"
	"fmt"

	"sigs.k8s.io/kustomize/api/filters/patchjson6902"
	"sigs.k8s.io/kustomize/api/filters/patchstrategicmerge"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// instance reads what an instance of Flux is kept in step with: the path of a Kustomization that its operator makes, and that
// the instance's patches may change.
func (r *reading) instance(w written) []*Deployer {
	sync := document.Get(w.root, "spec", "sync")
	if sync == nil {
		return nil
	}
	made, err := synced(w)
	if err != nil {
		return []*Deployer{w.deployer(Source{Path: ".", As: ".", Elsewhere: "its patches cannot be applied: " + err.Error(), Ours: true})}
	}
	dir, inside := inTree(made.text("spec", "path"))
	if !inside || !r.tree.IsDir(dir) {
		return nil
	}
	source := Source{Path: dir, As: dir, Files: Files{Below: true}, Edits: setBy(made)}
	switch kind := document.Text(document.Get(sync, "kind")); {
	case made.text("spec", "sourceRef", "name") != syncName(w) || made.text("spec", "sourceRef", "kind") != kind:
		source.Elsewhere = "its patches give it another source, which is not followed"
	case kind == "GitRepository":
		address, revision := document.Text(document.Get(sync, "url")), document.Text(document.Get(sync, "ref"))
		source.Elsewhere, source.Stands = r.otherThan(address, revision), r.standsAt(address, revision)
	default:
		source.Elsewhere = fmt.Sprintf("its source is %s, which is not followed", article(kind))
	}
	return []*Deployer{w.deployer(source)}
}

// synced is the Kustomization that an instance makes, with its patches applied.
func synced(w written) (written, error) {
	name, namespace := syncName(w), w.text("metadata", "namespace")
	made, err := yaml.FromMap(map[string]any{
		"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": map[string]any{"name": name, "namespace": namespace},
		"spec": map[string]any{
			"path": w.text("spec", "sync", "path"), "sourceRef": map[string]any{"kind": w.text("spec", "sync", "kind"), "name": name},
		},
	})
	if err != nil {
		return written{}, err
	}
	for _, patch := range patchesOf(document.Get(w.root, "spec", "kustomize")) {
		if err := apply(patch, made, resid.NewResIdWithNamespace(resid.NewGvk("kustomize.toolkit.fluxcd.io", "v1", "Kustomization"), name, namespace)); err != nil {
			return written{}, err
		}
	}
	return written{root: unplaced(made.YNode()), file: w.file}, nil
}

// apply applies a patch to an object, if it is one for that.
func apply(patch types.Patch, to *yaml.RNode, id resid.ResId) error {
	object, err := yaml.Parse(patch.Patch)
	if err != nil {
		return err
	}
	isList, target := object.YNode().Kind == yaml.SequenceNode, patch.Target
	if isList && target == nil {
		return errors.New("one does not say what it is for")
	}
	if target == nil {
		target = &types.Selector{ResId: resid.NewResIdWithNamespace(resid.NewGvk("", "", object.GetKind()), object.GetName(), object.GetNamespace())}
	}
	selector, err := types.NewSelectorRegex(target)
	if err != nil {
		return err
	}
	if !selector.MatchGvk(id.Gvk) || !selector.MatchName(id.Name) || !selector.MatchNamespace(id.Namespace) {
		return nil
	}
	if isList {
		_, err = patchjson6902.Filter{Patch: patch.Patch}.Filter([]*yaml.RNode{to})
	} else {
		_, err = patchstrategicmerge.Filter{Patch: object}.Filter([]*yaml.RNode{to})
	}
	return err
}
