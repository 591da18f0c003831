package argocd

import (
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const onlyArgoFills = "patches its sources with a template that only Argo CD can fill"

// writesKeys matches what a template may write any fields with.
var writesKeys = regexp.MustCompile(`source|kustomize|helm|toYaml|toJson|toRawJson`)

// templatePatch is the text that is laid over each application once it is filled; nil if there is none. One that not even
// parameters decide is no matter of an application, but of the set.
func (g *generating) templatePatch(spec *yaml.Node) *yaml.Node {
	patch := document.Get(spec, "templatePatch")
	if strings.TrimSpace(document.Text(patch)) == "" {
		return nil
	}
	return patch
}

// patched lays a filled patch over an application. Where more than parameters is in its template, nobody but Argo CD knows
// what comes out, and it is open: if that may be about the sources, it says so.
func (f *filling) patched(application, patch *yaml.Node) (over *yaml.Node, open bool, unknown string) {
	filled := f.scalar(patch)
	open = strings.Contains(filled.Value, "{{")
	if open && !writesKeys.MatchString(filled.Value) {
		return application, true, ""
	}
	roots, err := document.Parse([]byte(filled.Value))
	if open || err != nil {
		told := slices.ContainsFunc(f.Problems, func(p Problem) bool { return p.Node == patch })
		if !told {
			f.Problems = append(f.Problems, Problem{"templatePatch", patch, onlyArgoFills})
		}
		return application, true, onlyArgoFills
	}
	for _, root := range roots {
		f.origins.Add(root, patch)
		application = document.Merge(application, root)
	}
	return application, false, ""
}
