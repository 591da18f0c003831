package deploy

import (
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
)

const helmChart = "source.toolkit.fluxcd.io/HelmChart"

// release reads Flux's release of a chart that is taken from a Git repository. What it installs is deployed with the release
// itself, from what the release says by then.
func (r *reading) release(w written) []*Deployer {
	r.asked = nil
	template, from := r.chartTemplate(w)
	ref := document.Get(template, "sourceRef")
	dir, inside := inTree(document.Text(document.Get(template, "chart")))
	if document.Text(document.Get(ref, "kind")) != "GitRepository" || !inside || strings.Contains(dir, "${") || !r.isChart(dir) {
		return nil
	}
	namespace := document.Text(document.Get(ref, "namespace"))
	if namespace == "" {
		namespace = from.text("metadata", "namespace")
	}
	source := Source{Path: dir, Within: true, Edits: &Edits{Release: releaseOf(w.root, template, document.Get(w.root, "spec", "values"), w.file)}}
	source.Elsewhere, _ = r.elsewhere(from, namespace, document.Text(document.Get(ref, "name")))
	source.From, source.As, _ = chartOf(w)
	d := w.deployer(source)
	r.askedFor(d)
	d.Whole = len(document.Items(document.Get(w.root, "spec", "valuesFrom"))) == 0
	d.reaches(document.Get(w.root, "spec", "kubeConfig"))
	return []*Deployer{d}
}

// chartTemplate is what says which chart a release installs: a part of it, or an object of its own.
func (r *reading) chartTemplate(w written) (*yaml.Node, written) {
	ref := document.Get(w.root, "spec", "chartRef")
	if document.Text(document.Get(ref, "kind")) != "HelmChart" {
		return document.Get(w.root, "spec", "chart", "spec"), w
	}
	namespace := document.Text(document.Get(ref, "namespace"))
	if namespace == "" {
		namespace = w.text("metadata", "namespace")
	}
	if chart, ok := r.called(w, helmChart, namespace, document.Text(document.Get(ref, "name"))); ok {
		r.asked = append(r.asked, chart.named())
		return document.Get(chart.root, "spec"), chart
	}
	return nil, w
}

// releaseOf is what Flux has Helm make of a chart for a release, by what says which chart it is. Files of values are those of
// the repository, in the place of the chart's own.
func releaseOf(root, template, values *yaml.Node, file string) *Release {
	text := func(keys ...string) string { return document.Text(document.Get(root, keys...)) }
	dir, _ := inTree(document.Text(document.Get(template, "chart")))
	r := &Release{
		Chart: dir, Name: text("spec", "releaseName"), Namespace: text("spec", "targetNamespace"),
		WithoutCRDs: text("spec", "install", "crds") == "Skip",
		Waits:       document.Text(document.Get(template, "reconcileStrategy")) != "Revision",
	}
	r.Known, r.Tests = true, text("spec", "test", "enable") == "true"
	if r.Name == "" {
		r.Name = strings.TrimPrefix(r.Namespace+"-"+text("metadata", "name"), "-")
	}
	if r.Namespace == "" {
		r.Namespace = text("metadata", "namespace")
	}
	mayMiss := document.Text(document.Get(template, "ignoreMissingValuesFiles")) == "true"
	for _, at := range document.Items(document.Get(template, "valuesFiles")) {
		if values, inside := inTree(document.Text(at)); inside && document.Text(at) != "" {
			r.Instead = true
			r.Values = append(r.Values, Values{File: path.Clean(values), MayMiss: mayMiss})
		}
	}
	if values != nil {
		r.Values = append(r.Values, Values{File: file, Root: values})
	}
	r.After = afterwards(document.Get(root, "spec", "postRenderers"), file)
	return r
}

// afterwards reads what Flux has Kustomize change of what Helm makes. Metadata that it adds decides nothing.
func afterwards(renderers *yaml.Node, file string) []*kustomization.Edits {
	var all []*kustomization.Edits
	for _, renderer := range document.Items(renderers) {
		settings := document.Get(renderer, "kustomize")
		edits := &kustomization.Edits{Written: []kustomization.Written{{Path: file, Root: settings, Settings: settings}}}
		edits.Kustomization.Patches = patchesOf(settings)
		for _, entry := range document.Items(document.Get(settings, "images")) {
			text := func(key string) string { return document.Text(document.Get(entry, key)) }
			edits.Kustomization.Images = append(edits.Kustomization.Images, types.Image{
				Name: text("name"), NewName: text("newName"), NewTag: text("newTag"), Digest: text("digest"),
			})
		}
		if len(edits.Kustomization.Patches)+len(edits.Kustomization.Images) > 0 {
			all = append(all, edits)
		}
	}
	return all
}

// As is a release as its object says by the time that it is deployed, where this one is what its text says. The chart, and
// files of values that nothing here names, are told: where they are taken from is known by the text alone.
func (r *Release) As(root, values *yaml.Node, file string) *Release {
	template := document.Get(root, "spec", "chart", "spec")
	if template == nil {
		template = document.Below([]string{"chart"}, document.NewText(r.Chart))
	}
	is := releaseOf(root, template, values, file)
	if document.Get(root, "spec", "chart", "spec") == nil {
		is.Instead, is.Waits = r.Instead, r.Waits
		is.Values = slices.Concat(r.files(), is.Values)
	}
	if is.Chart != r.Chart {
		is.Problems = append(is.Problems, Problem{file, document.Get(template, "chart"), "installs " + is.Chart + ", which only what is built says"})
	}
	known := r.Files()
	for _, values := range is.Files() {
		if !slices.Contains(known, values) {
			is.Problems = append(is.Problems, Problem{file, nil, "takes values from " + values + ", which only what is built says"})
		}
	}
	return is
}

// files are those of its values that are files.
func (r *Release) files() []Values {
	return slices.DeleteFunc(slices.Clone(r.Values), func(v Values) bool { return v.Root != nil })
}
