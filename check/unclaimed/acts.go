package unclaimed

import (
	"regexp"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// acts are the kinds of objects that change what others run from what they say: policies that mutate, and registries that stand
// in for others. What they do is in their specs.
var acts = map[string]bool{
	"mutations.gatekeeper.sh/AssignImage":                  true,
	"mutations.gatekeeper.sh/Assign":                       true,
	"mutations.gatekeeper.sh/ModifySet":                    true,
	"policy.karmada.io/OverridePolicy":                     true,
	"policy.karmada.io/ClusterOverridePolicy":              true,
	"kyverno.io/Policy":                                    true,
	"kyverno.io/ClusterPolicy":                             true,
	"policies.kyverno.io/MutatingPolicy":                   true,
	"policies.kyverno.io/GeneratingPolicy":                 true,
	"admissionregistration.k8s.io/MutatingAdmissionPolicy": true,
	"config.openshift.io/ImageDigestMirrorSet":             true,
	"config.openshift.io/ImageTagMirrorSet":                true,
	"operator.openshift.io/ImageContentSourcePolicy":       true,
}

var (
	// aboutImages is in a text that is about images, and pulling in what only says how one is pulled or verified.
	aboutImages = regexp.MustCompile(`(?i)image|mirrors|regist`)
	pulling     = regexp.MustCompile(`(?i)image(?:pull|s?verif)`)
)

// acting keeps what an object does to the images of others. Of a policy of several rules only those count that change something.
func (w *walker) acting(root *yaml.Node, kind string) {
	if !acts[kind] {
		return
	}
	spec := document.Get(root, "spec")
	parts := []*yaml.Node{spec}
	if rules := document.Get(spec, "rules"); rules != nil && strings.HasPrefix(kind, "kyverno.io/") {
		parts = nil
		for _, rule := range document.Items(rules) {
			if document.Get(rule, "mutate") != nil || document.Get(rule, "generate") != nil {
				parts = append(parts, rule)
			}
		}
	}
	for _, part := range parts {
		var b strings.Builder
		writeValue(&b, part)
		if aboutImages.MatchString(pulling.ReplaceAllString(b.String(), " ")) {
			w.add(place{path: "spec", line: part.Line}, InOneLine(part), Acts)
		}
	}
}
