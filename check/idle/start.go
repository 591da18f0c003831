package idle

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// Target is a workload that another object gives replicas, wherever it has none.
type Target struct{ Kind, Namespace, Name string }

// Started is the workload that an object may start from zero; false where it is no such object, or only scales what runs.
func Started(root *yaml.Node, of document.Identity) (Target, bool) {
	ref := document.Get(root, "spec", "scaleTargetRef")
	usual := "Deployment"
	switch of.Group + "/" + of.Kind {
	case "autoscaling/HorizontalPodAutoscaler":
		// One with any other number as its least leaves alone what somebody has scaled to zero.
		if !isZero(document.Get(root, "spec", "minReplicas")) {
			return Target{}, false
		}
	case "keda.sh/ScaledObject":
		annotations := document.Get(root, "metadata", "annotations")
		isPaused := document.Text(document.Get(annotations, "autoscaling.keda.sh/paused"))
		if isPaused != "" && isPaused != "false" || isZero(document.Get(annotations, "autoscaling.keda.sh/paused-replicas")) {
			return Target{}, false
		}
	case "http.keda.sh/HTTPScaledObject":
	case "flagger.app/Canary":
		ref = document.Get(root, "spec", "targetRef")
	case "argoproj.io/Rollout":
		ref, usual = document.Get(root, "spec", "workloadRef"), ""
	default:
		return Target{}, false
	}
	target := Target{document.Text(document.Get(ref, "kind")), of.Namespace, document.Text(document.Get(ref, "name"))}
	if target.Name == "" {
		target.Name = document.Text(document.Get(ref, "deployment"))
	}
	if target.Kind == "" {
		target.Kind = usual
	}
	return target, target.Name != "" && target.Kind != ""
}

// Objects are those that are deployed together, as far as they are idle or start others.
type Objects struct {
	idle     map[string]workload // by the object's key
	starters []starter
}

type workload struct {
	document.Identity
	Idle
}

type starter struct {
	key string
	Target
}

// Add adds an object by its key.
func (o *Objects) Add(key string, of document.Identity, why Idle, starts Target, isStarter bool) {
	if why != (Idle{}) {
		if o.idle == nil {
			o.idle = map[string]workload{}
		}
		o.idle[key] = workload{of, why}
	}
	if isStarter {
		o.starters = append(o.starters, starter{key, starts})
	}
}

// Of is why an object is idle, unless something starts it.
func (o *Objects) Of(key string) Idle { return o.of(key, 0) }

// mostSteps bounds how far it is followed that what starts one object may be idle itself, and started by another.
const mostSteps = 4

func (o *Objects) of(key string, steps int) Idle {
	is := o.idle[key]
	if is.Scaled && steps < mostSteps && slices.ContainsFunc(o.starters, func(s starter) bool {
		return s.key != key && s.starts(is.Identity) && o.of(s.key, steps+1) == (Idle{})
	}) {
		return Idle{}
	}
	return is.Idle
}

func (s starter) starts(of document.Identity) bool {
	return s.Kind == of.Kind && s.Name == of.Name && (s.Namespace == of.Namespace || s.Namespace == "" || of.Namespace == "")
}
