package argocd

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// sources reads what an application deploys: of the ways to name sources, Argo CD takes
// the first.
func (r *reading) sources(application *yaml.Node, prefix string) []Source {
	spec := document.Get(application, "spec")
	if dry := document.Get(spec, "sourceHydrator", "drySource"); dry != nil {
		return []Source{r.source(application, dry, nil, prefix+"sourceHydrator")}
	}
	if several := document.Items(document.Get(spec, "sources")); len(several) > 0 {
		var sources []Source
		for i, one := range several {
			sources = append(sources, r.source(application, one, several, prefix+"sources/"+sourceName(one, i)))
		}
		return sources
	}
	if one := document.Get(spec, "source"); one != nil {
		return []Source{r.source(application, one, nil, prefix+"source")}
	}
	return nil
}

// sourceName tells one of several sources from the others: by what the others refer to it as, else by its
// name, else by its place.
func sourceName(source *yaml.Node, place int) string {
	for _, key := range []string{"ref", "name"} {
		if name := document.Text(document.Get(source, key)); name != "" {
			return name
		}
	}
	return strconv.Itoa(place)
}

// source reads one source of an application; the others may have files for it.
func (r *reading) source(application, node *yaml.Node, others []*yaml.Node, part string) Source {
	s := Source{Part: part, Origins: document.Origins{}}
	node, s.Overrides, s.Problems = r.overridden(node, application)
	s.Node = node
	s.setHelm(document.Get(node, "helm"), r.valueFiles(&s, others))
	return s
}

// valueFiles reads the values that a source takes from files of this repo, as one: those of the chart, if
// that is here too, and those that it names, of which each goes over the ones before it. Files that are
// elsewhere are a matter of the revision that they are taken from.
func (r *reading) valueFiles(s *Source, others []*yaml.Node) (values *yaml.Node) {
	dir, helm := document.Text(document.Get(s.Node, "path")), document.Get(s.Node, "helm")
	mayMiss := document.Text(document.Get(helm, "ignoreMissingValueFiles")) == "true"
	read := func(name string, named *yaml.Node) {
		roots, err := r.read(path.Join(".", name))
		problem := ""
		switch {
		case err == nil:
			for _, root := range roots {
				values = document.Merge(values, root)
			}
		case !errors.Is(err, fs.ErrNotExist):
			problem = "which cannot be read: " + err.Error()
		case named != nil && !mayMiss:
			problem = "which is not there"
		}
		if problem != "" {
			s.Problems = append(s.Problems, Problem{"/valueFiles/" + name, named, "takes values from " + name + ", " + problem})
		}
	}
	isHere := r.isHere(s.Node)
	if isHere && r.hasChart(dir) {
		read(path.Join(dir, "values.yaml"), nil)
	}
	for _, file := range document.Items(document.Get(helm, "valueFiles")) {
		name := document.Text(file)
		reference, inReferred, refers := strings.Cut(strings.TrimPrefix(name, "$"), "/")
		switch {
		case name == "" || strings.Contains(name, "{{") || strings.Contains(name, "://"):
		case strings.HasPrefix(name, "$"):
			isReferred := func(other *yaml.Node) bool {
				return document.Text(document.Get(other, "ref")) == reference && r.isHere(other)
			}
			if refers && slices.ContainsFunc(others, isReferred) {
				read(inReferred, file)
			}
		case isHere && strings.HasPrefix(name, "/"):
			read(name[1:], file)
		case isHere:
			read(path.Join(dir, name), file)
		}
	}
	return values
}

// isHere reports whether a source is a directory of this repo as it is.
func (r *reading) isHere(source *yaml.Node) bool {
	return document.Get(source, "chart") == nil && r.repo.is(document.Get(source, "repoURL"), document.Get(source, "targetRevision"))
}

// hasChart reports whether a directory of this repo has a Helm chart.
func (r *reading) hasChart(dir string) bool {
	_, err := r.repo.Files.ReadFile(path.Join(dir, "Chart.yaml"))
	return err == nil
}

// setHelm works out the values that a source sets over those of files: as an object or, without one, as
// text, and by parameters, which override both.
func (s *Source) setHelm(helm, files *yaml.Node) {
	all := files
	if object := document.Get(helm, "valuesObject"); object != nil && object.ShortTag() != yaml.NodeTagNull {
		all = document.Merge(all, object)
	} else if text := document.Get(helm, "values"); text != nil {
		roots, err := document.ParseAsJSON([]byte(document.Text(text)))
		if err != nil {
			s.Problems = append(s.Problems, Problem{"/values", text, "has values that are no YAML: " + err.Error()})
			return
		}
		for _, root := range roots {
			all = document.Merge(all, root)
			s.Origins.Add(root, text)
		}
	}
	var elements []*yaml.Node // each says nothing of the list that it is one of
	for _, parameter := range document.Items(document.Get(helm, "parameters")) {
		name, value := document.Text(document.Get(parameter, "name")), document.Get(parameter, "value")
		switch set := document.Below(ParameterKeys(name), value); {
		case name == "" || value == nil:
		case strings.Contains(name, "["):
			elements = append(elements, set)
		default:
			all = document.Merge(all, set)
		}
	}
	if all != nil {
		s.Helm = []*yaml.Node{all}
	}
	s.Helm = append(s.Helm, elements...)
}

// ParameterKeys splits the name of a parameter as Helm does: a backslash makes a dot part of a key, and
// brackets hold an element's place.
func ParameterKeys(name string) []string {
	const dot = "\x00"
	name = strings.NewReplacer(`\.`, dot, "[", ".", "]", "").Replace(name)
	keys := strings.Split(name, ".")
	for i := range keys {
		keys[i] = strings.ReplaceAll(keys[i], dot, ".")
	}
	return keys
}
