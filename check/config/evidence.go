package config

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/config/strict"
)

// evidence reads what counts as evidence of a version. It tells whether what only a person syncs does not.
func (r reader) evidence(node *yaml.Node, what string) (ignoresManual bool, err error) {
	err = r.Mapping(node, what, strict.Fields{
		"manual-sync": strict.Into(&ignoresManual, func(node *yaml.Node, what string) (bool, error) {
			text, err := r.Text(node, what)
			if err == nil && text != "count" && text != "ignore" {
				err = r.Errorf(node, "%s is %q: write count, or ignore", what, text)
			}
			return text == "ignore", err
		}),
	})
	return ignoresManual, err
}
