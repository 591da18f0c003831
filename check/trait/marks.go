package trait

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

var _ = add("marks", "What its annotations tell who deploys it, where they tell anything.", readMarks, sides[Marks])

// Marks are what an object's annotations tell Argo CD, Flux and Helm to do with it. Each list has those of the three, as argocd,
// flux and helm, that are told so.
type Marks struct {
	Kept     []string `json:"kept" meaning:"Who leaves it in the cluster when it is taken out of Git: argocd, flux, helm."`
	Replaced []string `json:"replaced" meaning:"Who makes it anew where a change of it is refused, or leaves it as it is."`
	Hook     []string `json:"hook" meaning:"Who makes it anew with each deployment."`
}

func readMarks(root *yaml.Node, _ document.Identity) *Marks {
	annotations := document.Get(root, "metadata", "annotations")
	if annotations == nil {
		return nil
	}
	mark := func(key string, values ...string) bool {
		is := text(annotations, key)
		return slices.ContainsFunc(values, func(value string) bool { return strings.EqualFold(is, value) })
	}
	m := &Marks{Kept: []string{}, Replaced: []string{}, Hook: []string{}}
	flux := func(key string, values ...string) bool { return mark("kustomize.toolkit.fluxcd.io/"+key, values...) }
	if flux("prune", "disabled") || flux("reconcile", "disabled") {
		m.Kept = append(m.Kept, "flux")
	}
	if flux("force", "enabled") || flux("reconcile", "disabled") || flux("ssa", "IfNotPresent", "Ignore") {
		m.Replaced = append(m.Replaced, "flux")
	}
	var options []string
	for _, option := range strings.Split(text(annotations, "argocd.argoproj.io/sync-options"), ",") {
		options = append(options, strings.TrimSpace(option))
	}
	if slices.Contains(options, "Prune=false") {
		m.Kept = append(m.Kept, "argocd")
	}
	if slices.Contains(options, "Force=true") && slices.Contains(options, "Replace=true") {
		m.Replaced = append(m.Replaced, "argocd")
	}
	if mark("helm.sh/resource-policy", "keep") {
		m.Kept = append(m.Kept, "helm")
	}
	if text(annotations, "argocd.argoproj.io/hook") != "" {
		m.Hook = append(m.Hook, "argocd")
	}
	if text(annotations, "helm.sh/hook") != "" {
		m.Hook = append(m.Hook, "helm")
		if len(m.Hook) == 1 {
			m.Hook = append(m.Hook, "argocd") // which takes Helm's for its own
		}
	}
	if len(m.Kept)+len(m.Replaced)+len(m.Hook) == 0 {
		return nil
	}
	return m
}

// MarksOf are those of an object with these traits; nil where it has none.
func (s Set) MarksOf() *Marks {
	marks, _ := s["marks"].(*Marks)
	return marks
}
