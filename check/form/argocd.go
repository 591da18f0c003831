package form

import (
	"path"
	"strings"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// deployed reads what Argo CD deploys for an application, or for a set of them.
func deployed(d *argocd.Deployed, s Settings) []Found {
	found := problems(d.Problems)
	for _, application := range d.Applications {
		var inSources []Found
		for _, source := range application.Sources {
			edits := append(helmSettings(source, s), kustomizeSettings(source, s)...)
			if s.follows(application.Node, source.Node) {
				edits = passed(edits)
			}
			inSources = append(inSources, within(source.Part, append(argoSource(source, s), edits...))...)
		}
		if application.Unfilled != "" {
			inSources = unfilled(inSources, application.Unfilled)
		}
		found = append(found, restore(application.Origins, inSources)...)
	}
	for i, f := range found {
		if len(f.Scalars) > 0 {
			found[i].File = d.Taken.FileOf(f.Scalars[0])
		}
	}
	return found
}

func problems(all []argocd.Problem) []Found {
	var found []Found
	for _, problem := range all {
		found = append(found, Found{Part: problem.Part, Scalars: scalars(problem.Node), Problem: problem.Reason})
	}
	return found
}

// unfilled makes problems of versions that still have a placeholder.
func unfilled(found []Found, why string) []Found {
	for i, f := range found {
		text := f.text()
		if f.Problem != "" && len(f.Scalars) > 0 {
			text = f.Scalars[0].Value
		}
		if strings.Contains(text, "{{") {
			found[i] = Found{Part: f.Part, Scalars: f.Scalars, Problem: why}
		}
	}
	return found
}

// argoSource reads one source of an application: a chart, or a revision in Git or in a registry, and what it
// overrides in there.
func argoSource(source argocd.Source, s Settings) []Found {
	node := source.Node
	revision, location := document.Get(node, "targetRevision"), document.Get(node, "repoURL")
	var found []Found
	if name := document.Get(node, "chart"); name != nil {
		found = append(found, chart(name, revision, location, ""))
	} else if strings.HasPrefix(document.Text(location), "oci://") {
		found = append(found, ociArtifact(location, revision, nil, ""))
	} else if location != nil {
		found = append(found, s.branch(location, revision, ""))
	}
	// What a plugin or Jsonnet is given are variables.
	given := imageFinder{Settings: s}
	for _, tool := range []string{"plugin", "directory"} {
		if node := document.Get(node, tool); node != nil {
			given.look(node, "/"+tool, anything)
		}
	}
	found = append(found, given.found...)
	return found
}

// helmSettings reads what a source sets for a chart.
func helmSettings(source argocd.Source, s Settings) []Found {
	owner := ""
	if of := argoSource(source, s); len(of) > 0 {
		owner = path.Join(of[0].Artifact.Name, document.Text(document.Get(source.Node, "path")))
	}
	helm := problems(source.Problems)
	var inValues []Found
	for _, given := range source.Helm {
		inValues = append(inValues, values(given, owner, s)...)
	}
	return within("/helm", append(helm, restore(source.Origins, inValues)...))
}

// kustomizeSettings reads what a source has changed in a kustomization.
func kustomizeSettings(source argocd.Source, s Settings) []Found {
	settings := document.Get(source.Node, "kustomize")
	var found []Found
	for _, override := range document.Items(document.Get(settings, "images")) {
		found = append(found, within("/kustomize/images/", imageOverride(override))...)
	}
	found = append(found, patches(document.Get(settings, "patches"), "/kustomize/patches", s)...)
	return append(found, components(document.Get(settings, "components"), "/kustomize/components")...)
}

// imageOverride reads an override as on kustomize's command line: name:tag, name@digest, name=new:tag,
// name=*:tag. One that only renames, name=new or name=new:*, does not say at which version.
func imageOverride(node *yaml.Node) []Found {
	text := document.Text(node)
	name, reference, renames := strings.Cut(text, "=")
	switch {
	case !renames:
		reference = name
	case strings.HasPrefix(reference, "*"):
		reference = name + strings.TrimPrefix(reference, "*")
	}
	a, version, err := artifact.ParseImage(strings.TrimSuffix(reference, ":*"))
	if err == nil && renames {
		a, _, err = artifact.ParseImage(name)
	}
	if err != nil {
		return []Found{{Part: name, Scalars: scalars(node), Problem: "overrides " + quoted(text) + ", which is no image"}}
	}
	switch {
	case named(version):
	case renames:
		return []Found{{Part: a.Name, Scalars: scalars(node), Problem: "overrides " + quoted(text) + ", whose version is not said there"}}
	default:
		return nil
	}
	return []Found{{Artifact: a, Version: version, Part: a.Name, Scalars: scalars(node)}}
}
