package form_test

import (
	"os"
	"path"
	"slices"
	"testing"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/scenario"
	"golang.org/x/tools/txtar"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// FuzzForms requires of whatever is found in whatever is YAML: it is a whole version or a problem, it
// has a part of its own, and the scalars are those of the document.
func FuzzForms(f *testing.F) {
	const fixtures = "../../fixtures"
	scenarios, err := scenario.Find(os.DirFS(fixtures))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range scenarios {
		if !slices.Contains([]string{"form", "argocd", "flux", "helm"}, path.Dir(name)) {
			continue
		}
		archive, err := txtar.ParseFile(path.Join(fixtures, name))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if path.Ext(file.Name) == ".yaml" {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		documents, _ := document.Parse(data)
		for _, root := range documents {
			own := map[*yaml.Node]bool{}
			document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
				own[scalar] = true
				return true
			})
			for name, read := range map[string]func(*yaml.Node) []form.Found{
				"Object":     object,
				"Values":     func(root *yaml.Node) []form.Found { return form.Values(root, true, form.Settings{}) },
				"Operations": func(root *yaml.Node) []form.Found { return form.Operations(root, form.Settings{}) },
			} {
				parts := map[string]bool{}
				for _, found := range read(root) {
					if parts[found.Part] {
						t.Errorf("%s: two of part %q", name, found.Part)
					}
					parts[found.Part] = true
					requireWhole(t, found)
					for _, scalar := range found.Scalars {
						if !own[scalar] {
							t.Errorf("%s: a scalar from elsewhere: %+v", name, found)
						}
					}
				}
			}
		}
	})
}

func requireWhole(t *testing.T, found form.Found) {
	t.Helper()
	if found.Problem != "" {
		if found.Artifact != (artifact.Artifact{}) || found.Version != (artifact.Version{}) {
			t.Errorf("a problem with a version: %+v", found)
		}
		return
	}
	if found.Artifact.Kind == "" || found.Artifact.Name == "" || len(found.Scalars) == 0 {
		t.Errorf("neither a version nor a problem: %+v", found)
	}
}
