package form_test

import (
	"bytes"
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
				"Object":       object,
				"Values":       func(root *yaml.Node) []form.Found { return form.Values(root, true, form.Settings{}) },
				"Operations":   func(root *yaml.Node) []form.Found { return form.Operations(root, form.Settings{}) },
				"Replacements": func(root *yaml.Node) []form.Found { return form.Replacements(root, form.Settings{}) },
				"Chart":        form.Chart,
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

// FuzzVariables requires of a file of variables that what is read is what the file says, in the line where it says it.
func FuzzVariables(f *testing.F) {
	for _, seed := range []string{
		"A=b\n", "# c\nexport A_TAG=\"v1\"\n", "A: b\n", "A='b c' # d\nA=e\n", "A=\"b\nc\"\n", "A=$B\nB=${A}\n", "A\n", "=b\n", "A=b=c\r\nB=\n", "A=\\n\n", "\ufeffA=b",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		roots, err := form.Variables(data)
		if err != nil {
			return
		}
		lines := 1 + bytes.Count(data, []byte("\n"))
		for _, root := range roots {
			for i := 0; i+1 < len(root.Content); i += 2 {
				name, value := root.Content[i], root.Content[i+1]
				if !bytes.Contains(data, []byte(name.Value)) {
					t.Errorf("no variable is called %q", name.Value)
				}
				if value.Line < 0 || value.Line > lines || value.Column < 0 {
					t.Errorf("%s stands in %d:%d of %d lines", name.Value, value.Line, value.Column, lines)
				}
			}
			for _, found := range form.Values(root, false, form.Settings{}) {
				requireWhole(t, found)
			}
		}
	})
}
