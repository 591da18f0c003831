package form

import (
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// policies are the API groups of what is asked to admit or to change other objects.
var policies = map[string]bool{
	"kyverno.io": true, "policies.kyverno.io": true, "admissionregistration.k8s.io": true,
	"templates.gatekeeper.sh": true, "constraints.gatekeeper.sh": true, "mutations.gatekeeper.sh": true,
}

// describes reports whether an object runs nothing itself and says what others must look like: what has the shape of a pod in it is a
// pattern for pods.
func describes(root *yaml.Node) bool {
	group, _, _ := strings.Cut(document.Text(document.Get(root, "apiVersion")), "/")
	return policies[group]
}

// isPattern reports whether what was found where pods are described names no one image. What does is put into pods, such as a sidecar.
func isPattern(found Found) bool {
	text := found.text()
	return found.Problem != "" || !named(found.Version) || isTemplate(text) || strings.ContainsAny(text, "*?!|&<>")
}
