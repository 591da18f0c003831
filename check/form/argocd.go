package form

import (
	"path"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// application reads the sources of an Argo CD application.
func application(root *yaml.Node) []Found { return sources(document.Get(root, "spec"), "") }

// sources reads what an application's specification deploys: of the ways to name sources, Argo CD takes
// the first.
func sources(spec *yaml.Node, prefix string) []Found {
	if dry := document.Get(spec, "sourceHydrator", "drySource"); dry != nil {
		return source(dry, prefix+"sourceHydrator")
	}
	var found []Found
	several := document.Items(document.Get(spec, "sources"))
	for i, one := range several {
		name := document.Text(document.Get(one, "ref"))
		if name == "" {
			name = itemName(one, i)
		}
		found = append(found, source(one, prefix+"sources/"+name)...)
	}
	if one := document.Get(spec, "source"); one != nil && len(several) == 0 {
		found = source(one, prefix+"source")
	}
	return found
}

// source reads one source: a chart, or a revision in Git or in a registry, and what it overrides in
// there.
func source(node *yaml.Node, part string) []Found {
	revision, location := document.Get(node, "targetRevision"), document.Get(node, "repoURL")
	var found []Found
	if name := document.Get(node, "chart"); name != nil {
		found = append(found, chart(name, revision, location, part))
	} else if strings.HasPrefix(document.Text(location), "oci://") {
		found = append(found, ociArtifact(location, revision, nil, part))
	} else if location != nil {
		found = append(found, gitSource(location, revision, part))
	}
	for _, override := range document.Items(document.Get(node, "kustomize", "images")) {
		found = append(found, imageOverride(override, part+"/kustomize/images")...)
	}
	owner := ""
	if len(found) > 0 {
		owner = path.Join(found[0].Artifact.Name, document.Text(document.Get(node, "path")))
	}
	return append(found, within(part+"/helm", helmValues(document.Get(node, "helm"), owner))...)
}

// imageOverride reads an override as on kustomize's command line: name:tag, name@digest, name=new:tag,
// name=*:tag. One that only renames, name=new or name=new:*, says no version.
func imageOverride(node *yaml.Node, part string) []Found {
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
		return []Found{{Part: part + "/" + name, Scalars: scalars(node), Problem: "overrides " + quoted(text) + ", which is no image"}}
	}
	if !named(version) {
		return nil
	}
	return []Found{{Artifact: a, Version: version, Part: part + "/" + a.Name, Scalars: scalars(node)}}
}

// helmValues reads the images in the values that a source sets: as an object or, without one, as text,
// and by parameters, which override both.
func helmValues(helm *yaml.Node, owner string) []Found {
	all, written := document.Get(helm, "valuesObject"), origins{}
	if text := document.Get(helm, "values"); all == nil && text != nil {
		documents, err := document.Parse([]byte(document.Text(text)))
		if err != nil {
			return []Found{{Part: "/values", Scalars: scalars(text), Problem: "has values that are no YAML: " + err.Error()}}
		}
		for _, root := range documents {
			all = root
			// Within the text, nodes have no place in the file: the text as a whole has.
			document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
				written[scalar] = []*yaml.Node{text}
				return true
			})
		}
	}
	for _, parameter := range document.Items(document.Get(helm, "parameters")) {
		name, value := document.Text(document.Get(parameter, "name")), document.Get(parameter, "value")
		if name != "" && value != nil {
			all = document.Merge(all, at(strings.Split(name, "."), value))
		}
	}
	return written.restore(values(all, owner))
}

// at is a mapping with a value below a path of keys.
func at(keys []string, value *yaml.Node) *yaml.Node {
	for i := len(keys) - 1; i >= 0; i-- {
		key := &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: keys[i]}
		value = &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, value}}
	}
	return value
}

// origins tells where scalars come from that stand nowhere themselves, since they were read from text
// or put together from others.
type origins map[*yaml.Node][]*yaml.Node

// restore replaces such scalars by those that they come from. What says nothing of the version is left
// out unless it is the last, where the version is put together.
func (o origins) restore(found []Found) []Found {
	for i := range found {
		var restored []*yaml.Node
		for _, scalar := range found[i].Scalars {
			from, ok := o[scalar]
			if !ok {
				restored = append(restored, scalar)
				continue
			}
			for place, origin := range from {
				if place == len(from)-1 || strings.Contains(found[i].text(), origin.Value) {
					restored = append(restored, origin)
				}
			}
		}
		found[i].Scalars = restored
	}
	return found
}
