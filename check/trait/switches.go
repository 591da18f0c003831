package trait

import (
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

var _ = add("switches", "Of what deploys or runs other things: what decides whether it does.", readSwitches, sides[Switches])

// Switches decide whether something is deployed or run, and what is taken away.
type Switches struct {
	Deployer bool   `json:"deployer" meaning:"Whether it deploys other things."`
	Prune    bool   `json:"prune" meaning:"Whether it deletes from the cluster what Git no longer has."`
	Suspend  bool   `json:"suspend" meaning:"Whether it does nothing for the time being."`
	Orphans  bool   `json:"orphans" meaning:"Whether what it deployed stays in the cluster when it is deleted itself."`
	Into     string `json:"into" meaning:"Where it deploys to, as far as it says so itself: a cluster, a namespace, a release. What was deployed elsewhere is deleted there when that changes."`
}

func readSwitches(root *yaml.Node, of document.Identity) *Switches {
	switch {
	case of.Kind == "Kustomization" && of.Group == "kustomize.toolkit.fluxcd.io":
		return ofKustomization(root)
	case of.Kind == "HelmRelease" && of.Group == "helm.toolkit.fluxcd.io":
		return &Switches{
			Deployer: true, Prune: true, Suspend: isTrue(root, "spec", "suspend"),
			Into: joined(root, "spec.targetNamespace", "spec.releaseName", "spec.storageNamespace", "spec.kubeConfig.secretRef.name"),
		}
	case of.Kind == "Application" && of.Group == "argoproj.io":
		return ofApplication(root, document.Get(root, "spec"))
	case of.Kind == "ApplicationSet" && of.Group == "argoproj.io":
		s := ofApplication(document.Get(root, "spec", "template"), document.Get(root, "spec", "template", "spec"))
		s.Orphans = isTrue(root, "spec", "syncPolicy", "preserveResourcesOnDeletion")
		s.Into = placeholder.ReplaceAllStringFunc(s.Into, oneSpelling)
		return s
	case isTrue(root, "spec", "suspend") || strings.HasSuffix(of.Group, ".toolkit.fluxcd.io") || of.Kind == "CronJob" || of.Kind == "Job":
		return &Switches{Suspend: isTrue(root, "spec", "suspend")}
	}
	return nil
}

var (
	placeholder = regexp.MustCompile(`\{\{[^{}]*\}\}`)
	indexed     = regexp.MustCompile(`^index\s+(\S+)\s+"?([^"\s]+)"?$`)
)

// oneSpelling is a placeholder of a set's template as it is spelt where the set has no Go templates, which say the same otherwise.
func oneSpelling(text string) string {
	name := strings.TrimSpace(strings.Trim(text, "{}-"))
	if found := indexed.FindStringSubmatch(name); found != nil {
		name = found[1] + "." + found[2]
	}
	if segment, is := strings.CutPrefix(name, ".path.segments."); is {
		name = "path[" + segment + "]"
	}
	name = strings.TrimPrefix(name, ".")
	if name == "path.path" {
		name = "path"
	}
	return "{{" + name + "}}"
}

func ofKustomization(root *yaml.Node) *Switches {
	prune := isTrue(root, "spec", "prune")
	policy := text(root, "spec", "deletionPolicy")
	return &Switches{
		Deployer: true, Prune: prune, Suspend: isTrue(root, "spec", "suspend"),
		Orphans: policy == "Orphan" || !prune && policy != "Delete" && policy != "WaitForTermination",
		Into:    joined(root, "spec.targetNamespace", "spec.kubeConfig.secretRef.name"),
	}
}

// ofApplication reads what an application of Argo CD says, or what a set's template does.
func ofApplication(root, spec *yaml.Node) *Switches {
	automated := document.Get(spec, "syncPolicy", "automated")
	finalized := false
	for _, finalizer := range document.Items(document.Get(root, "metadata", "finalizers")) {
		finalized = finalized || strings.HasPrefix(document.Text(finalizer), "resources-finalizer.argocd.argoproj.io")
	}
	return &Switches{
		Deployer: true, Prune: isTrue(automated, "prune") && text(automated, "enabled") != "false", Orphans: !finalized,
		Into: joined(spec, "destination.server", "destination.name", "destination.namespace"),
	}
}

// joined are the texts of some fields that have one.
func joined(root *yaml.Node, fields ...string) string {
	var texts []string
	for _, field := range fields {
		if value := text(root, strings.Split(field, ".")...); value != "" {
			texts = append(texts, value)
		}
	}
	return strings.Join(texts, ", ")
}
