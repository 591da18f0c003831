package form

import (
	"strings"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// cattle are the kinds of the controller for charts that K3s and RKE2 come with.
func cattle(groupKind string) reader {
	switch groupKind {
	case "helm.cattle.io/HelmChart":
		return installedChart
	case "helm.cattle.io/HelmChartConfig":
		return chartConfig
	}
	return nil
}

// installedChart reads a chart that is installed from elsewhere, with its values.
func installedChart(root *yaml.Node, s Settings) []Found {
	spec := document.Get(root, "spec")
	name, version := document.Get(spec, "chart"), document.Get(spec, "version")
	var found []Found
	switch {
	case strings.HasPrefix(document.Text(name), "oci://"):
		found = append(found, ociArtifact(name, version, nil, "chart"))
	case name != nil:
		found = append(found, chart(name, version, document.Get(spec, "repo"), "chart"))
	}
	job := imageFinder{Settings: s}
	if image := document.Get(spec, "jobImage"); image != nil {
		job.image(image, "jobImage", anything)
	}
	return append(append(found, job.found...), chartConfig(root, s)...)
}

// chartConfig reads the values of a chart: those that are text, and over them those that are set one by one.
func chartConfig(root *yaml.Node, s Settings) []Found {
	spec := document.Get(root, "spec")
	owner := document.Text(document.Get(root, "metadata", "name"))
	origins := document.Origins{}
	var all *yaml.Node
	add := func(values *yaml.Node) {
		if all == nil {
			all = values
		} else {
			all = document.Merge(all, values)
		}
	}
	text := document.Get(spec, "valuesContent")
	roots, err := document.Parse([]byte(document.Text(text)))
	if err != nil {
		return []Found{{Part: "valuesContent", Scalars: scalars(text), Problem: "has values that are no YAML: " + err.Error()}}
	}
	for _, values := range roots {
		origins.Add(values, text)
		add(values)
	}
	set := document.Get(spec, "set")
	for i := 0; document.IsMapping(set) && i+1 < len(set.Content); i += 2 {
		if name := set.Content[i].Value; !strings.Contains(name, "[") {
			add(document.Below(argocd.ParameterKeys(name), document.Get(set.Content[i+1])))
		}
	}
	if all == nil {
		return nil
	}
	return within("values/", restore(origins, values(all, owner, s)))
}
