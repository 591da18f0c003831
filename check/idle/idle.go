// Package idle tells what keeps an object from running what it declares for the time being: it is suspended, or has no
// replicas and nothing would give it some. A version that never got further than there was declared, and did not run.
package idle

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// Idle is why an object does not run what it declares. The zero value says that it may.
type Idle struct {
	Why string // a clause
	// Scaled is set where it only has no replicas: an autoscaler may give it some.
	Scaled bool
	// ByHand is set where it runs once somebody has synced it.
	ByHand bool
	// Unbuilt is set where nothing can be made of the files that say it, as far as is known.
	Unbuilt bool
}

// Counting says what counts as running all the same.
type Counting struct{ ByHand, Unbuilt bool }

// Runs reports whether what is declared runs, or counts as running.
func (i Idle) Runs(c Counting) bool {
	return i == (Idle{}) || c.ByHand && i.ByHand || c.Unbuilt && i.Unbuilt
}

// counted are the kinds of workloads whose replicas are counted, and the field that does.
var counted = map[string]string{
	"Deployment": "replicas", "StatefulSet": "replicas", "ReplicaSet": "replicas", "ReplicationController": "replicas",
	"DeploymentConfig": "replicas", "Rollout": "replicas", "CloneSet": "replicas", "Job": "parallelism",
}

// paused are the kinds of workloads that roll nothing out while they are paused.
var paused = map[string]bool{"Deployment": true, "DeploymentConfig": true, "Rollout": true}

// Fields are those by whose values objects are idle, or start others.
var Fields = map[string]func(*yaml.Node) bool{
	"suspend": isYes, "paused": isYes, "replicas": isZero, "parallelism": isZero, "minReplicas": isZero,
	"partition": isMore, skipReconcile: isYes, hook: isNoHook, reconcile: isDisabled, apply: isKept,
}

// Annotations by which deployers leave an object alone, or an application as it is.
const (
	skipReconcile = "argocd.argoproj.io/skip-reconcile"
	hook          = "argocd.argoproj.io/hook"
	reconcile     = "kustomize.toolkit.fluxcd.io/reconcile"
	apply         = "kustomize.toolkit.fluxcd.io/ssa"
)

// Of reads why an object is idle, as far as it says so itself.
func Of(root *yaml.Node, of document.Identity) Idle {
	name := of.Kind + " " + of.Name
	annotation := func(key string) *yaml.Node { return document.Get(root, "metadata", "annotations", key) }
	switch {
	case isYes(annotation(skipReconcile)), isNoHook(annotation(hook)), isDisabled(annotation(reconcile)), isKept(annotation(apply)):
		return Idle{Why: name + " is marked to be left alone"}
	case isYes(document.Get(root, "spec", "suspend")):
		return Idle{Why: name + " is suspended"}
	case of.Kind == "CronJob" && isYes(document.Get(root, "spec", "jobTemplate", "spec", "suspend")):
		return Idle{Why: "the jobs of " + name + " are suspended"}
	case paused[of.Kind] && isYes(document.Get(root, "spec", "paused")):
		return Idle{Why: name + " is paused"}
	case of.Kind == "CronJob" && isZero(document.Get(root, "spec", "jobTemplate", "spec", "parallelism")):
		return Idle{Why: "the jobs of " + name + " are scaled to zero"}
	case counted[of.Kind] != "" && isZero(document.Get(root, "spec", counted[of.Kind])):
		return Idle{Why: name + " is scaled to zero", Scaled: true}
	case of.Kind == "StatefulSet" && isKeptApart(document.Get(root, "spec")):
		return Idle{Why: "no pod of " + name + " is past its partition"}
	}
	return Idle{}
}

// isKeptApart reports whether a stateful set has no pod that a partition lets have what it declares.
func isKeptApart(spec *yaml.Node) bool {
	partition, known := number(document.Get(spec, "updateStrategy", "rollingUpdate", "partition"))
	replicas, given := number(document.Get(spec, "replicas"))
	if !given {
		replicas = 1
	}
	return known && partition >= replicas
}

// ByHand reads why an application of Argo CD, or a set of them, may not have what it declares: nobody has synced it; or why a
// workload may not: nobody has deleted its pods. The zero value is for those that are synced by themselves, and for other objects.
func ByHand(root *yaml.Node, of document.Identity) Idle {
	if (of.Kind == "StatefulSet" || of.Kind == "DaemonSet") && document.Text(document.Get(root, "spec", "updateStrategy", "type")) == "OnDelete" {
		return Idle{Why: of.Kind + " " + of.Name + " gets new pods where somebody deletes the old ones", ByHand: true}
	}
	policy := document.Get(root, "spec", "syncPolicy")
	switch of.Kind {
	case "Application":
	case "ApplicationSet":
		policy = document.Get(root, "spec", "template", "spec", "syncPolicy")
	default:
		return Idle{}
	}
	automated := document.Get(policy, "automated")
	isOff := strings.EqualFold(document.Text(document.Get(automated, "enabled")), "false")
	if of.Group != "argoproj.io" || document.IsMapping(automated) && !isOff {
		return Idle{}
	}
	return Idle{Why: of.Kind + " " + of.Name + " is synced by hand", ByHand: true}
}

// isNoHook reports whether Argo CD applies an object only when an application goes, or a sync has failed, or never.
func isNoHook(node *yaml.Node) bool {
	hooks := strings.FieldsFunc(document.Text(node), func(r rune) bool { return r == ',' || r == ' ' })
	isRun := func(hook string) bool {
		return !slices.Contains([]string{"Skip", "PreDelete", "PostDelete", "SyncFail"}, hook)
	}
	return len(hooks) > 0 && !slices.ContainsFunc(hooks, isRun)
}

func isDisabled(node *yaml.Node) bool { return document.Text(node) == "disabled" }

// isKept reports whether Flux leaves an object as it is where it is there, or leaves it out.
func isKept(node *yaml.Node) bool {
	text := document.Text(node)
	return text == "IfNotPresent" || text == "Ignore"
}

// isYes reports whether a field says yes, as YAML's readers in a cluster take it.
func isYes(node *yaml.Node) bool {
	switch strings.ToLower(document.Text(node)) {
	case "true", "yes", "on":
		return true
	}
	return false
}

// isZero reports whether a field is zero, however the number is written: 0.0, 0x0 and -0 are what a cluster takes for 0.
func isZero(node *yaml.Node) bool {
	n, ok := number(node)
	return ok && n == 0
}

// isMore reports whether a field is a number above zero, or may be one.
func isMore(node *yaml.Node) bool { return document.Text(node) != "" && !isZero(node) }

func number(node *yaml.Node) (n float64, ok bool) {
	text := document.Text(node)
	err := (&yaml.Node{Kind: yaml.ScalarNode, Value: text}).Decode(&n)
	return n, err == nil && text != ""
}
