package unclaimed_test

import (
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// FuzzIn requires of whatever is YAML that what is listed is a text of it, once at each path, in a line that it has, and that
// the same document has the same texts.
func FuzzIn(f *testing.F) {
	for _, seed := range []string{
		"image: {repository: acme/x, tag: v1}", "a: |\n  image: acme/x\n  FROM ghcr.io/a/b:v1\n", "a: '{\"b\": \"ghcr.io/a/b:v1\"}'", "kind: Secret\ndata: {a: Z2hjci5pby9hL2E6djE=}",
		"- {op: add, path: /spec/image~1tag, value: v1}", "args: [--image, a/b:v1, '--x=y']", "a: &a {image: x}\nb: *a", "a: \"image = 'x'\"", "{{ x }}", "a: '[[[[[[[['",
		"kind: HelmRelease\nspec: {chartRef: {kind: OCIRepository, name: a}}", "kind: Subscription\nspec: {sourceNamespace: a, name: b}", "repoURL: https://github.com/a/b\npath: c",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		documents, _ := document.Parse(data)
		for _, root := range documents {
			seen := map[unclaimed.Text]bool{}
			texts := unclaimed.In(root, nil, names{})
			for i, text := range texts {
				line := text.Line
				if text.Line = 0; seen[text] {
					t.Errorf("%+v is listed twice", text)
				}
				seen[text] = true
				if line < 0 || line > 2+strings.Count(string(data), "\n")*2 && !strings.Contains(string(data), "\\") {
					t.Errorf("%+v stands in line %d", text, line)
				}
				if again := unclaimed.In(root, nil, names{}); len(again) != len(texts) || again[i].Value != text.Value {
					t.Errorf("%+v is not listed again", text)
				}
				if text.Kind == unclaimed.Claimed {
					t.Errorf("%+v is claimed by nobody", text)
				}
			}
		}
	})
}
