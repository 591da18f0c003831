package form

import (
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// kustomize are the kinds that only Kustomize knows.
func kustomize(groupKind string) reader {
	if groupKind == "builtin/HelmChartInflationGenerator" {
		return chartInflation
	}
	return nil
}

// chartInflation reads the configuration of the plugin that Kustomize inflates a chart with, under its
// keys of today and of before, and the images in its values.
func chartInflation(root *yaml.Node, s Settings) []Found {
	either := func(key, before string) *yaml.Node {
		if node := document.Get(root, key); node != nil {
			return node
		}
		return document.Get(root, before)
	}
	name := either("name", "chartName")
	found := []Found{chart(name, either("version", "chartVersion"), either("repo", "chartRepo"), "chart")}
	return append(found, within("values", values(document.Get(root, "valuesInline"), document.Text(name), s))...)
}
