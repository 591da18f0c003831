package form

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// application reads the sources of an Argo CD application.
func (r *Reader) application(root *yaml.Node) []Found {
	return r.sources(document.Get(root, "spec"), "")
}

// sources reads what an application's specification deploys: of the ways to name sources, Argo CD takes
// the first.
func (r *Reader) sources(spec *yaml.Node, prefix string) []Found {
	if dry := document.Get(spec, "sourceHydrator", "drySource"); dry != nil {
		return r.source(dry, nil, prefix+"sourceHydrator")
	}
	var found []Found
	several := document.Items(document.Get(spec, "sources"))
	for i, one := range several {
		name := document.Text(document.Get(one, "ref"))
		if name == "" {
			name = itemName(one, i)
		}
		found = append(found, r.source(one, several, prefix+"sources/"+name)...)
	}
	if one := document.Get(spec, "source"); one != nil && len(several) == 0 {
		found = r.source(one, nil, prefix+"source")
	}
	return found
}

// source reads one source: a chart, or a revision in Git or in a registry, and what it overrides in
// there. The others may have files for it.
func (r *Reader) source(node *yaml.Node, others []*yaml.Node, part string) []Found {
	revision, location := document.Get(node, "targetRevision"), document.Get(node, "repoURL")
	var found []Found
	if name := document.Get(node, "chart"); name != nil {
		found = append(found, chart(name, revision, location, part))
	} else if strings.HasPrefix(document.Text(location), "oci://") {
		found = append(found, ociArtifact(location, revision, nil, part))
	} else if location != nil {
		found = append(found, gitSource(location, revision, part))
	}
	kustomize := document.Get(node, "kustomize")
	for _, override := range document.Items(document.Get(kustomize, "images")) {
		found = append(found, imageOverride(override, part+"/kustomize/images")...)
	}
	found = append(found, r.patches(document.Get(kustomize, "patches"), part+"/kustomize/patches")...)
	// What a plugin or Jsonnet is given are variables.
	given := imageFinder{Reader: r}
	for _, tool := range []string{"plugin", "directory"} {
		if node := document.Get(node, tool); node != nil {
			given.look(node, part+"/"+tool, anything)
		}
	}
	found = append(found, given.found...)
	owner := ""
	if len(found) > 0 {
		owner = path.Join(found[0].Artifact.Name, document.Text(document.Get(node, "path")))
	}
	files, problems := r.valueFiles(node, others)
	return slices.Concat(found, within(part+"/helm", append(problems, r.helmValues(document.Get(node, "helm"), files, owner)...)))
}

// valueFiles reads the values that a source takes from files of this repo, as one: those of the chart, if
// that is here too, and those that it names, of which each goes over the ones before it. Files that are
// elsewhere are a matter of the revision that they are taken from.
func (r *Reader) valueFiles(node *yaml.Node, others []*yaml.Node) (values *yaml.Node, problems []Found) {
	isHere := func(source *yaml.Node) bool {
		return document.Get(source, "chart") == nil && r.isHere(document.Get(source, "repoURL"), document.Get(source, "targetRevision"))
	}
	dir, helm := document.Text(document.Get(node, "path")), document.Get(node, "helm")
	read := func(name string, isNamed *yaml.Node) {
		roots, err := r.readHere(path.Join(".", name))
		switch {
		case err == nil:
			for _, root := range roots {
				values = document.Merge(values, root)
			}
		case !errors.Is(err, fs.ErrNotExist):
			problems = append(problems, Found{Part: "/valueFiles/" + name, Scalars: scalars(isNamed), Problem: "takes values from " + name + ", which cannot be read: " + err.Error()})
		case isNamed != nil && document.Text(document.Get(helm, "ignoreMissingValueFiles")) != "true":
			problems = append(problems, Found{Part: "/valueFiles/" + name, Scalars: scalars(isNamed), Problem: "takes values from " + name + ", which is not there"})
		}
	}
	if isHere(node) && r.isChart(dir) {
		read(path.Join(dir, "values.yaml"), nil)
	}
	for _, file := range document.Items(document.Get(helm, "valueFiles")) {
		name := document.Text(file)
		reference, rest, isReference := strings.Cut(strings.TrimPrefix(name, "$"), "/")
		switch {
		case name == "" || strings.Contains(name, "{{") || strings.Contains(name, "://"):
		case !strings.HasPrefix(name, "$"):
			if isHere(node) && strings.HasPrefix(name, "/") {
				read(name[1:], file)
			} else if isHere(node) {
				read(path.Join(dir, name), file)
			}
		case isReference && slices.ContainsFunc(others, func(other *yaml.Node) bool {
			return document.Text(document.Get(other, "ref")) == reference && isHere(other)
		}):
			read(rest, file)
		}
	}
	return values, problems
}

// isChart reports whether a directory of this repo has a Helm chart.
func (r *Reader) isChart(dir string) bool {
	_, err := r.Files.ReadFile(path.Join(dir, "Chart.yaml"))
	return err == nil
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

// helmValues reads the images in the values that a source sets over those of files: as an object or,
// without one, as text, and by parameters, which override both.
func (r *Reader) helmValues(helm, files *yaml.Node, owner string) []Found {
	all, written := files, origins{}
	if object := document.Get(helm, "valuesObject"); object != nil {
		all = document.Merge(all, object)
	} else if text := document.Get(helm, "values"); text != nil {
		documents, err := document.Parse([]byte(document.Text(text)))
		if err != nil {
			return []Found{{Part: "/values", Scalars: scalars(text), Problem: "has values that are no YAML: " + err.Error()}}
		}
		for _, root := range documents {
			all = document.Merge(all, root)
			written.from(root, text)
		}
	}
	var listed []Found // what sets a list's element, beside the list
	for _, parameter := range document.Items(document.Get(helm, "parameters")) {
		name, value := document.Text(document.Get(parameter, "name")), document.Get(parameter, "value")
		switch keys := parameterKeys(name); {
		case name == "" || value == nil:
		case strings.Contains(name, "["):
			listed = append(listed, r.values(at(keys, value), owner)...)
		default:
			all = document.Merge(all, at(keys, value))
		}
	}
	return written.restore(append(r.values(all, owner), listed...))
}

// parameterKeys splits the name of a parameter as Helm does: a backslash makes a dot part of a key, and
// brackets hold an element's place.
func parameterKeys(name string) []string {
	const dot = "\x00"
	name = strings.NewReplacer(`\.`, dot, "[", ".", "]", "").Replace(name)
	keys := strings.Split(name, ".")
	for i := range keys {
		keys[i] = strings.ReplaceAll(keys[i], dot, ".")
	}
	return keys
}

// at is a mapping with a value below a path of keys.
func at(keys []string, value *yaml.Node) *yaml.Node {
	for i := len(keys) - 1; i >= 0; i-- {
		value = &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{textNode(keys[i]), value}}
	}
	return value
}

func textNode(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: text}
}

// origins tells where scalars come from that stand nowhere themselves, since they were read from text
// or put together from others.
type origins map[*yaml.Node][]*yaml.Node

// from notes that a document was read from a text: its nodes have no place in the file, the text as a
// whole has.
func (o origins) from(root, text *yaml.Node) {
	document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
		o[scalar] = []*yaml.Node{text}
		return true
	})
}

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
