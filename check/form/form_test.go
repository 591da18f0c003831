package form_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const digestA = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// example is a document and what is found in it, a line each: the part, then kind, name, repository,
// tag and digest of what it carries, or the problem; and the line and column to edit.
type example struct {
	name, document string
	want           []string
}

func testObjects(t *testing.T, examples []example) {
	t.Helper()
	test(t, object, examples)
}

// object reads an object in the usual forms, without a repo.
func object(root *yaml.Node) []form.Found {
	found, _ := form.Object(root, form.Settings{})
	return found
}

func testValues(t *testing.T, examples []example) {
	t.Helper()
	test(t, func(root *yaml.Node) []form.Found { return form.Values(root, true, form.Settings{}) }, examples)
}

func test(t *testing.T, read func(*yaml.Node) []form.Found, examples []example) {
	t.Helper()
	for _, example := range examples {
		t.Run(example.name, func(t *testing.T) {
			var got []string
			for _, f := range read(parse(t, example.document)) {
				got = append(got, shown(f))
			}
			if diff := cmp.Diff(example.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func parse(t *testing.T, text string) *yaml.Node {
	t.Helper()
	documents, err := document.Parse([]byte(strings.TrimPrefix(text, "\n")))
	if err != nil || len(documents) != 1 {
		t.Fatalf("%d documents: %v", len(documents), err)
	}
	return documents[0]
}

func shown(f form.Found) string {
	at := "nowhere"
	if len(f.Scalars) > 0 {
		at = fmt.Sprintf("%d:%d", f.Scalars[0].Line, f.Scalars[0].Column)
	}
	if f.Problem != "" {
		return fmt.Sprintf("%s: %s, at %s", f.Part, f.Problem, at)
	}
	version := f.Version.Repository
	if f.Version.Tag != "" {
		version += ":" + f.Version.Tag
	}
	if f.Version.Digest != "" {
		version += "@" + f.Version.Digest
	}
	return fmt.Sprintf("%s: %s %s %s, at %s", f.Part, f.Artifact.Kind, f.Artifact.Name, version, at)
}
