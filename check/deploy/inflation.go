package deploy

import (
	"cmp"
	"path"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// Inflation is what Kustomize has Helm make of a chart that lies in the tree, by an entry of helmCharts or the generator of that
// kind in a file; nil where the chart would be fetched. Paths are from the directory of the kustomization.
func Inflation(t *tree.Tree, dir, home, file string, entry *yaml.Node) *Release {
	text := func(keys ...string) string { return document.Text(document.Get(entry, keys...)) }
	home = path.Join(dir, cmp.Or(home, "charts"))
	name, version := cmp.Or(text("name"), text("chartName")), cmp.Or(text("version"), text("chartVersion"))
	if version != "" && (text("repo") != "" || text("chartRepoUrl") != "") {
		home = path.Join(home, name+"-"+version)
	}
	r := &Release{
		Chart: path.Join(home, name), Name: cmp.Or(text("releaseName"), text("nameTemplate"), name), Namespace: cmp.Or(text("namespace"), text("releaseNamespace")),
		KubeVersion: text("kubeVersion"), WithoutCRDs: text("includeCRDs") != "true", WithoutHooks: text("skipHooks") == "true",
	}
	if name == "" || !t.IsFile(path.Join(r.Chart, "Chart.yaml")) {
		return nil
	}
	for _, version := range document.Items(document.Get(entry, "apiVersions")) {
		r.APIVersions = append(r.APIVersions, document.Text(version))
	}
	// A file of values that is not there is told of the kustomization.
	own := Values{File: path.Join(r.Chart, "values.yaml"), MayMiss: true}
	if given := cmp.Or(text("valuesFile"), text("values")); given != "" {
		own.File = path.Join(dir, given)
	}
	var inline []Values
	for _, key := range []string{"valuesInline", "valuesLocal"} {
		if values := document.Get(entry, key); document.IsMapping(values) {
			inline = append(inline, Values{File: file, Root: values})
		}
	}
	switch merge := text("valuesMerge"); {
	case len(inline) == 0:
		r.Values = []Values{own}
	case merge == "replace":
		r.Values = inline
	case merge == "merge":
		inline = append(inline, own)
		r.Values = inline
	default:
		r.Values = append([]Values{own}, inline...)
	}
	for _, additional := range document.Items(document.Get(entry, "additionalValuesFiles")) {
		r.Values = append(r.Values, Values{File: path.Join(dir, document.Text(additional)), MayMiss: true})
	}
	return r
}
