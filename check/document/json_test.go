package document_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/mistake"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	asjson "sigs.k8s.io/yaml"
)

// TestParseAsJSON reads what parsers differ about as Helm and kubectl do, each part with the place that it was read from.
func TestParseAsJSON(t *testing.T) {
	for _, test := range []struct {
		name, text, key, value string
		line                   int
	}{
		{"an alias as a key", "k: &k tag\nimage:\n  *k : v2\n", "image.tag", "v2", 3},
		{"a key in base64", "image:\n  !!binary dGFn: v2\n", "image.tag", "v2", 2},
		{"a value in base64", "image:\n  tag: !!binary djI=\n", "image.tag", "v2", 2},
		{"a merge key after a key", "a: &a {tag: v2}\nimage:\n  tag: v1\n  <<: *a\n", "image.tag", "v2", 1},
		{"a merge key before a key", "a: &a {tag: v2}\nimage:\n  <<: *a\n  tag: v1\n", "image.tag", "v1", 4},
		{"several merge keys", "a: &a {tag: v2}\nb: &b {tag: v3}\nimage:\n  <<: [*a, *b]\n", "image.tag", "v2", 1},
		{"a key twice", "image:\n  tag: v1\n  tag: v2\n", "image.tag", "v2", 3},
		{"a key that is a number", "1: v1\n", "1", "v1", 1},
		{"an alias of a mapping", "a: &a\n  tag: v2\nimage: *a\n", "image.tag", "v2", 2},
		{"a text by its tag", "tag: !!str 1.10\n", "tag", "1.10", 1},
		{"a list with an alias", "a: &a [{tag: v2}]\nb: *a\n", "b", "", 1},
		{"nothing peculiar", "image: {tag: v2}\n", "image.tag", "v2", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			documents, err := document.ParseAsJSON([]byte(test.text))
			if err != nil || len(documents) != 1 {
				t.Fatal(len(documents), err)
			}
			node := document.Get(documents[0], strings.Split(test.key, ".")...)
			if node == nil || document.Text(node) != test.value || node.Line != test.line {
				t.Errorf("%+v, want %s at line %d", node, test.value, test.line)
			}
		})
	}
}

func TestParseAsJSONErrors(t *testing.T) {
	for name, text := range map[string]string{
		"no YAML": "a: [", "an unknown anchor": "a: *b\n", "two documents in one": "a: &a 1\nb: *a\n--- \n--- &c\n- *c\n",
		"a mapping as a key": "a: &a 1\n? {b: c}\n: *a\n",
	} {
		_, err := document.ParseAsJSON([]byte(text))
		var wrong *mistake.Error
		if !errors.As(err, &wrong) || wrong.Problem == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestJSONText has plain numbers and truths as they come to a chart.
func TestJSONText(t *testing.T) {
	for text, want := range map[string]string{
		"1.10": "1.1", "'1.10'": "1.10", "21": "21", "0123": "83", "12e5": "1.2e+06", "1_000": "1000", "yes": "true", "'yes'": "yes", "v1": "v1",
		"20241124103000": "20241124103000", "1.2.3": "1.2.3", "null": "", "0x1f": "31", "2024-11-24": "2024-11-24", "-1": "-1",
	} {
		if got := document.JSONText(document.Get(only(t, "a: "+text), "a")); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

// TestPrinted has whole numbers as templates print them.
func TestPrinted(t *testing.T) {
	for text, want := range map[string]string{
		"123456": "123456", "6801028": "6.801028e+06", "'6801028'": "6801028", "1.10": "1.1", "!!str 1.10": "1.10", "": "", "v6801028": "v6801028",
	} {
		if got := document.Printed(document.Get(only(t, "a: "+text), "a")); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

// TestAgree tells documents apart that mean something else to others.
func TestAgree(t *testing.T) {
	for text, want := range map[string]bool{
		"a: 1\nb: [yes, 0123]\n": true, "a: &a {b: c}\nd: *a\n": true, "a: &a {b: c}\nd:\n  <<: *a\n  e: f\n": true, "a: b\na: c\n": true,
		"k: &k a\n*k : b\n": true, "!!binary YQ==: b\n": true, "a: !!binary Yg==\n": true, "a: !!binary '%'\n": false, "a: &a {b: c}\nd:\n  b: e\n  <<: *a\n": false, "1: a\n": true,
	} {
		documents, err := document.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := document.Agree([]byte(text), documents); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// FuzzParseAsJSON requires that what is read is what the parser of Helm and kubectl reads.
func FuzzParseAsJSON(f *testing.F) {
	for _, seed := range []string{
		"a: 1\n", "k: &k a\n*k : b\n", "a: &a {b: c}\nd:\n  b: e\n  <<: *a\n", "!!binary YQ==: b\n", "a: b\na: c\n", "- &a [b]\n- *a\n", "a: !!int '1'\n",
		"---\na: &a b\n--- \nc: *d\n", "<<: {a: b}\na: c\n", "a: !x b\n", "? &a b\n: *a\n", "yes: a\n", "a: |\n  b\n", "a: \"\\x41\"\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		documents, err := document.ParseAsJSON(data)
		var wrong *mistake.Error
		if err != nil && (!errors.As(err, &wrong) || wrong.Problem == "") {
			t.Fatalf("%#v", err)
		}
		if err != nil || len(documents) != 1 || strings.Contains(string(data), "---") {
			return
		}
		var want any
		if asjson.Unmarshal(data, &want) != nil {
			return
		}
		requireTexts(t, want, documents[0])
	})
}

// requireTexts requires that all texts of a value are where a document has them.
func requireTexts(t *testing.T, want any, got *yaml.Node) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		for key, value := range want {
			if value == nil || key == "true" || key == "false" {
				continue // a key that is written as yes or no names nothing that a reader looks for
			}
			inside := document.Get(got, key)
			if inside == nil {
				t.Fatalf("%q is missing", key)
			}
			requireTexts(t, value, inside)
		}
	case []any:
		items := document.Items(got)
		if len(items) != len(want) {
			t.Fatalf("%d elements, want %d", len(items), len(want))
		}
		for i, value := range want {
			requireTexts(t, value, items[i])
		}
	case string:
		if got.Kind == yaml.ScalarNode && got.Value != want && got.ShortTag() == yaml.NodeTagString {
			t.Fatalf("%q, want %q", got.Value, want)
		}
	}
}
