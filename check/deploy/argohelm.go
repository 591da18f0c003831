package deploy

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// argoRelease reads what Argo CD has Helm make of a chart, for a source of an application.
type argoRelease struct {
	*reading
	*Release
	from argoSource
	helm *yaml.Node
}

func (r *reading) argoRelease(source argoSource, dir string) *Release {
	text := func(key string) string { return document.Text(document.Get(source.node, "helm", key)) }
	a := argoRelease{
		reading: r, from: source, helm: document.Get(source.node, "helm"),
		Release: &Release{
			Chart: dir, Name: cmp.Or(text("releaseName"), source.name), Namespace: cmp.Or(text("namespace"), source.destination),
			KubeVersion: text("kubeVersion"), WithoutCRDs: text("skipCrds") == "true", WithoutSchema: text("skipSchemaValidation") == "true",
		},
	}
	for _, version := range document.Items(document.Get(a.helm, "apiVersions")) {
		a.APIVersions = append(a.APIVersions, document.Text(version))
	}
	a.addFiles()
	a.addInline()
	a.addParameters()
	return a.Release
}

// addFiles adds the files of values, in their order: of this repository, from the chart or from the top of it, or from where
// another source is.
func (a *argoRelease) addFiles() {
	mayMiss := document.Text(document.Get(a.helm, "ignoreMissingValueFiles")) == "true"
	for _, at := range document.Items(document.Get(a.helm, "valueFiles")) {
		file, elsewhere := a.locate(document.Text(at))
		if elsewhere != "" {
			a.problem(at, "takes values from "+elsewhere)
		}
		if file == "" {
			continue
		}
		files := []string{file}
		if strings.ContainsAny(file, "*?[{") && !a.tree.IsFile(file) {
			if files = a.matching(file); len(files) == 0 && !mayMiss {
				a.problem(at, "takes values from "+file+", which matches nothing")
			}
		}
		for _, file := range files {
			if !a.tree.IsFile(file) && !mayMiss {
				a.problem(at, "takes values from "+file+", which is not there")
			}
			if !slices.ContainsFunc(a.Values, func(v Values) bool { return v.File == file }) {
				a.Values = append(a.Values, Values{File: file, MayMiss: mayMiss})
			}
		}
	}
}

// locate is the path in the tree that a file of values is called by, or else which file it is and why that is not in here. A
// name that nothing is put into yet is neither.
func (a *argoRelease) locate(name string) (file, elsewhere string) {
	if name == "" || strings.Contains(name, "{{") {
		return "", ""
	}
	if strings.HasPrefix(name, "$") {
		reference, inside, _ := strings.Cut(strings.TrimPrefix(name, "$"), "/")
		for _, other := range a.from.others {
			if document.Text(document.Get(other.Node, "ref")) == reference {
				return a.inSource(other.Node, a.from.expand(inside), name)
			}
		}
	}
	expanded := a.from.expand(name)
	switch {
	case strings.Contains(expanded, "://"):
		return "", expanded + ", which is not in this repository"
	case !strings.HasPrefix(expanded, "/"):
		expanded = path.Join(a.Chart, expanded)
	}
	return inside(expanded, name)
}

// inSource is the path in the tree of a file that another source has.
func (a *argoRelease) inSource(source *yaml.Node, file, name string) (in, elsewhere string) {
	text := func(key string) string { return document.Text(document.Get(source, key)) }
	if a.otherThan(text("repoURL"), text("targetRevision")) != "" {
		return "", name + " of " + text("repoURL") + ", which is not this repository at the branch that the change goes into"
	}
	return inside("/"+file, name)
}

// inside is a path in the tree, for a file of that name.
func inside(file, name string) (in, elsewhere string) {
	in, ok := inTree(file)
	if !ok {
		return "", name + ", which leads out of the repository"
	}
	return in, ""
}

func (a *argoRelease) problem(at *yaml.Node, reason string) {
	a.Problems = append(a.Problems, Problem{a.from.fileOf(at), at, reason})
}

// matching are the files that a pattern means, in the order of their paths.
func (a *argoRelease) matching(pattern string) []string {
	base, _ := doublestar.SplitPattern(pattern)
	var files []string
	_ = a.tree.Walk(base, func(file string, entry tree.Entry) error { // where there is nothing, nothing matches
		if entry.Mode.IsFile() && doublestar.MatchUnvalidated(pattern, file) {
			files = append(files, file)
		}
		return nil
	})
	slices.Sort(files)
	return files
}

// addInline adds the values that the source has itself: an object or, without one, a text.
func (a *argoRelease) addInline() {
	if object := document.Get(a.helm, "valuesObject"); object != nil && object.ShortTag() != yaml.NodeTagNull {
		a.Values = append(a.Values, Values{File: a.from.fileOf(firstScalar(object)), Root: object})
		return
	}
	if text := document.Get(a.helm, "values"); document.Text(text) != "" {
		a.Values = append(a.Values, Values{File: a.from.fileOf(text), Root: text})
	}
}

// addParameters adds what goes over all values, in the order in which Helm does it: those whose type is guessed, texts, and
// files.
func (a *argoRelease) addParameters() {
	for _, asText := range []bool{false, true} {
		for _, parameter := range document.Items(document.Get(a.helm, "parameters")) {
			name, value := document.Text(document.Get(parameter, "name")), document.Get(parameter, "value")
			if isText := document.Text(document.Get(parameter, "forceString")) == "true"; name != "" && isText == asText {
				file, at := a.from.origin(value)
				a.Parameters = append(a.Parameters, Parameter{
					Name: name, Value: withCommas(a.from.expand(document.Text(value))), IsText: isText, Stands: file, At: at,
				})
			}
		}
	}
	for _, parameter := range document.Items(document.Get(a.helm, "fileParameters")) {
		at := document.Get(parameter, "path")
		file, elsewhere := a.locate(document.Text(at))
		switch {
		case elsewhere != "":
			a.problem(at, "takes a value from "+elsewhere)
		case file != "" && !a.tree.IsFile(file):
			a.problem(at, "takes a value from "+file+", which is not there")
		}
		if name := document.Text(document.Get(parameter, "name")); name != "" && file != "" {
			a.Parameters = append(a.Parameters, Parameter{Name: name, File: file, Stands: a.from.fileOf(at), At: at})
		}
	}
}

// withCommas is the value of a parameter as Argo CD gives it to Helm, for which a comma begins another parameter: it is part of
// the value, unless that is a list or has a backslash before it.
func withCommas(value string) string {
	if strings.HasPrefix(value, "{") && strings.HasSuffix(value, "}") {
		return value
	}
	var b strings.Builder
	for i := range len(value) {
		if value[i] == ',' && (i == 0 || value[i-1] != '\\') {
			b.WriteByte('\\')
		}
		b.WriteByte(value[i])
	}
	return b.String()
}
