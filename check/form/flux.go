package form

import (
	"path"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// fluxCD are the kinds of Flux.
func fluxCD(groupKind string) reader {
	switch groupKind {
	case "source.toolkit.fluxcd.io/GitRepository":
		return gitRepository
	case "source.toolkit.fluxcd.io/OCIRepository":
		return ociRepository
	case "source.toolkit.fluxcd.io/HelmChart":
		return helmChart
	case "helm.toolkit.fluxcd.io/HelmRelease":
		return helmRelease
	case "kustomize.toolkit.fluxcd.io/Kustomization":
		return fluxKustomization
	}
	return nil
}

// gitRepository reads Flux's source of a Git repository.
func gitRepository(root *yaml.Node, s Settings) []Found {
	spec := document.Get(root, "spec")
	ref := document.Get(spec, "ref")
	// The order in which Flux lets one override another.
	for _, key := range []string{"commit", "name", "semver", "tag", "branch"} {
		if revision := document.Get(ref, key); document.Text(revision) != "" {
			if key == "name" {
				return []Found{s.branch(document.Get(spec, "url"), revision, "ref")}
			}
			return []Found{gitSource(document.Get(spec, "url"), revision, "ref")}
		}
	}
	return []Found{gitSource(document.Get(spec, "url"), nil, "ref")}
}

// ociRepository reads Flux's source of an OCI artifact: a chart, or manifests.
func ociRepository(root *yaml.Node, _ Settings) []Found {
	spec := document.Get(root, "spec")
	ref := document.Get(spec, "ref")
	digest, tag := document.Get(ref, "digest"), document.Get(ref, "tag")
	if semver := document.Get(ref, "semver"); document.Text(semver) != "" {
		tag = semver // which overrides the tag
	}
	return []Found{ociArtifact(document.Get(spec, "url"), tag, digest, "ref")}
}

// helmChart reads Flux's source of a Helm chart.
func helmChart(root *yaml.Node, _ Settings) []Found { return fluxChart(document.Get(root, "spec")) }

// fluxChart reads the chart that Flux takes from a source. In a Git repository it has no version but
// that of the source, and in a bucket none.
func fluxChart(spec *yaml.Node) []Found {
	version, source := document.Get(spec, "version"), document.Get(spec, "sourceRef")
	switch document.Text(document.Get(source, "kind")) {
	case "GitRepository":
		return nil
	case "Bucket":
		version = nil
	}
	return []Found{chart(document.Get(spec, "chart"), version, document.Get(source, "name"), "chart")}
}

// helmRelease reads the chart that a Flux release installs, the images in its values, and those that it
// sets after rendering. A release that names a source by chartRef carries the chart's version there.
func helmRelease(root *yaml.Node, s Settings) []Found {
	spec := document.Get(root, "spec")
	var found []Found
	owner := document.Text(document.Get(root, "metadata", "name"))
	if template := document.Get(spec, "chart", "spec"); template != nil {
		found = fluxChart(template)
		if name := document.Text(document.Get(template, "chart")); name != "" {
			owner = path.Clean(name)
		}
	}
	given := released(root, owner, s)
	for _, renderer := range document.Items(document.Get(spec, "postRenderers")) {
		given = append(given, customized(document.Get(renderer, "kustomize"), s)...)
	}
	if s.follows(root, spec) {
		given = passed(given)
	}
	return append(found, given...)
}

// released reads the values that a release gives its chart. What it takes from elsewhere is told to come from there.
func released(root *yaml.Node, owner string, s Settings) []Found {
	if s.Values == nil {
		return within("values", values(document.Get(root, "spec", "values"), owner, s))
	}
	given := s.Values(root)
	found := within("values", values(given.Root, owner, s))
	for i, f := range found {
		for _, scalar := range f.Scalars {
			if use, ok := given.From[scalar]; ok {
				found[i].Uses = append(found[i].Uses, use)
			}
		}
	}
	for _, p := range given.Problems {
		found = append(found, Found{Part: "valuesFrom/" + p.Name, Scalars: scalars(document.Get(p.Node, "name")), Problem: p.Reason})
	}
	return found
}

// fluxKustomization reads what Flux sets after building: images, patches, and variables that are named
// after a version.
func fluxKustomization(root *yaml.Node, s Settings) []Found {
	spec := document.Get(root, "spec")
	edits, variables := customized(spec, s), document.Get(spec, "postBuild", "substitute")
	if s.follows(root, spec) {
		return append(passed(edits), passedOn(variables)...)
	}
	return append(edits, substitutes(variables, s)...)
}

// passedOn are variables that are put into what is deployed: what that makes of them is held there.
func passedOn(variables *yaml.Node) []Found {
	var found []Found
	for i := 0; document.IsMapping(variables) && i+1 < len(variables.Content); i += 2 {
		found = append(found, Found{Part: "substitute/" + variables.Content[i].Value, Scalars: scalars(variables.Content[i+1]), Passed: true})
	}
	return found
}

// substitutes reads variables that are put into what is built.
func substitutes(variables *yaml.Node, s Settings) []Found {
	f := imageFinder{Settings: s}
	if !document.IsMapping(variables) {
		return nil
	}
	for i := 0; i+1 < len(variables.Content); i += 2 {
		name, value := variables.Content[i].Value, document.Get(variables.Content[i+1])
		switch part := "substitute/" + name; {
		case s.namesImage(name):
			f.mentioned(Variable, func() { f.image(value, part, anything) })
		case document.Text(value) != "" && (namesTag(name) || versionVariable.MatchString(name)):
			f.found = append(f.found, tagOf(name, value, part))
		}
	}
	return f.found
}
