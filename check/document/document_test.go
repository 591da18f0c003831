package document_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/mistake"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		name, text string
		documents  int
		line       int // of the error; -1: there is none
	}{
		{"nothing", "", 0, -1},
		{"a comment", "# a\n", 0, -1},
		{"only separators", "---\n---\n...\n---\n", 0, -1},
		{"nulls", "null\n---\n~\n", 0, -1},
		{"several", "a: 1\n---\n---\nb: 2\n", 2, -1},
		{"a list", "[a]\n", 1, -1},
		{"the same key twice", "a: 1\na: 2\n", 1, -1},
		{"an error in the second", "a: 1\n---\nb: [\n", 1, 3},
		{"a tab", "a:\n\tb: 1\n", 0, 2},
		{"a template", "a: 1\n{{ if .Values.a }}\n", 0, 2},
		{"conflict markers", "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", 0, 2},
		{"no text", "\xff\xfe\xfd", 0, 0},
		{"a byte order mark", "\xef\xbb\xbfa: 1\n", 1, -1},
		{"carriage returns", "a: 1\r\nb: 2\r\n", 1, -1},
		{"UTF-16", "\xfe\xff\x00a\x00:\x00 \x001", 1, -1},
		{"an anchor that contains itself", "a: 1\n---\nb: &b [*b]\n", 1, 3},
		{"an unknown anchor", "a: *b\n", 0, 0},
		{"too deep", strings.Repeat("[", 20_000), 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			documents, err := document.Parse([]byte(test.text))
			if len(documents) != test.documents {
				t.Errorf("%d documents", len(documents))
			}
			var wrong *mistake.Error
			switch {
			case test.line < 0 && err != nil:
				t.Error(err)
			case test.line >= 0 && (!errors.As(err, &wrong) || wrong.Line != test.line || wrong.Problem == ""):
				t.Errorf("%v, want line %d", err, test.line)
			}
		})
	}
}

// TestMergeKeys puts what merge keys bring in its place, and leaves alone what only looks like one.
func TestMergeKeys(t *testing.T) {
	documents, err := document.Parse([]byte(`
a: &a {x: 1, y: 1}
b: &b {<<: *a, y: 2, z: 2}
c: {x: 3, <<: [*b, {y: 4, w: 4}]}
d: {"<<": text}
e: {<<: text}
`))
	if err != nil || len(documents) != 1 {
		t.Fatal(documents, err)
	}
	for key, want := range map[string]string{"b": "y2 z2 x1", "c": "x3 y2 z2 w4", "d": "<<text", "e": ""} {
		var got []string
		document.Expanded(document.Get(documents[0], key), func(key string, scalar *yaml.Node) { got = append(got, key+scalar.Value) })
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", key, got, want)
		}
	}
}

// TestMerge lays a document over another: what the upper says goes before, and a null takes away.
func TestMerge(t *testing.T) {
	for _, test := range []struct{ name, under, over, want string }{
		{"another key", "a: 1", "b: 2", "{a: 1, b: 2}"},
		{"the same key", "a: 1", "a: 2", "{a: 2}"},
		{"at depth", "a: {b: 1, c: {d: 1, e: 1}}", "a: {c: {e: 2, f: 2}}", "{a: {b: 1, c: {d: 1, e: 2, f: 2}}}"},
		{"null", "{a: 1, b: 1}", "a: null", "{b: 1}"},
		{"null by a tilde", "{a: 1, b: 1}", "a: ~", "{b: 1}"},
		{"null by nothing", "{a: 1, b: 1}", "a:", "{b: 1}"},
		{"null over a mapping", "{a: {b: 1}, c: 1}", "a: null", "{c: 1}"},
		{"null at depth", "a: {b: 1, c: 1}", "a: {b: null}", "{a: {c: 1}}"},
		{"null under", "{a: null, b: 1}", "b: 2", "{b: 2}"},
		{"null under a value", "a: null", "a: 2", "{a: 2}"},
		{"null that is text", "a: 1", "a: 'null'", "{a: 'null'}"},
		{"a list is replaced", "a: [1, 2]", "a: [3]", "{a: [3]}"},
		{"a mapping over a scalar", "a: 1", "a: {b: 2}", "{a: {b: 2}}"},
		{"a scalar over a mapping", "a: {b: 1}", "a: 2", "{a: 2}"},
		{"an alias under", "x: &x {b: 1, c: 1}\na: *x", "a: {b: 2}", "{x: &x {b: 1, c: 1}, a: {b: 2, c: 1}}"},
		{"no mappings", "[1]", "[2]", "[2]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			merged := document.Merge(only(t, test.under), only(t, test.over))
			if got, want := meaning(t, merged), meaning(t, only(t, test.want)); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

// only is the document of a text.
func only(t *testing.T, text string) *yaml.Node {
	t.Helper()
	documents, err := document.Parse([]byte(text))
	if err != nil || len(documents) != 1 {
		t.Fatal(len(documents), err)
	}
	return documents[0]
}

// meaning is what a document says, however it is written.
func meaning(t *testing.T, root *yaml.Node) string {
	t.Helper()
	var value any
	if err := root.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%#v", value)
}

func TestIdentify(t *testing.T) {
	for text, want := range map[string]document.Identity{
		"{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: b}}": {Group: "apps", Kind: "Deployment", Namespace: "b", Name: "a"},
		"{apiVersion: v1, kind: Service, metadata: {name: a}}":                       {Kind: "Service", Name: "a"},
		"{image: {tag: v1}}": {Kind: document.KindFile, Name: "values.yaml"},
		"[1]":                {Kind: document.KindFile, Name: "values.yaml"},
	} {
		if got := document.Identify(only(t, text), "values.yaml"); got != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

func TestCheck(t *testing.T) {
	const self = "a: &a [*a]\n"
	escaped := `a: "a: \x26a [\u002aa]"`
	for name, test := range map[string]struct {
		text  string
		fails bool
	}{
		"nothing":                                {"", false},
		"text":                                   {"a * b & c\n", false},
		"an alias":                               {"a: &a [1]\nb: *a\n", false},
		"itself":                                 {self, true},
		"itself, in a block":                     {"a: |\n  " + self, true},
		"itself, in a block in a block":          {"a: |\n  b: |\n    " + self, true},
		"itself, escaped":                        {escaped, true},
		"itself, escaped twice":                  {"a: |\n  " + escaped, true},
		"itself, in the escape of an escape":     {`a: "b: \"a: \\x26a [\\x2aa]\""`, true},
		"itself, as base64":                      {"a: !!binary YTogJmEgWyphXQo=\n", true},
		"itself, in a document before a mistake": {self + "---\n[\n", true},
		"aliases in a message":                   {"a: &b 1\nc: *aliases\n", false},
	} {
		if err := document.Check([]byte(test.text)); (err != nil) != test.fails {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAliases requires that what is nearly all aliases is refused, and that what people write is not.
func TestAliases(t *testing.T) {
	list := func(of string, n int) string { return "[" + strings.Repeat(of+", ", n) + of + "]" }
	bomb := "a0: &a0 " + list("x", 11) + "\n"
	for i := range 5 {
		bomb += fmt.Sprintf("a%d: &a%d %s\n", i+1, i+1, list(fmt.Sprintf("*a%d", i), 11))
	}
	services := "common: &common " + list("x", 60) + "\n"
	for i := range 500 {
		services += fmt.Sprintf("s%d: {name: s%d, env: *common}\n", i, i)
	}
	large := "common: &common " + list("x", 2_000) + "\n"
	for i := range 1_000 {
		large += fmt.Sprintf("s%d: *common\n", i)
	}
	for name, test := range map[string]struct {
		text  string
		fails bool
	}{
		"a bomb": {bomb, true}, "one list for 500 services": {services, false}, "two million nodes of five thousand": {large, true},
		"few aliases of much": {"a: &a " + list("x", 400) + "\nb: *a\n", false},
	} {
		if _, err := document.Parse([]byte(test.text)); (err != nil) != test.fails {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGet(t *testing.T) {
	documents, err := document.Parse([]byte("a: {b: [1, 2], b: [3], c: &c {d: text, e: null}}\nf: *c\ng: 010\n"))
	if err != nil {
		t.Fatal(err)
	}
	root := documents[0]
	if items := document.Items(document.Get(root, "a", "b")); len(items) != 1 || items[0].Value != "3" {
		t.Error("the last of two equal keys does not win")
	}
	for path, want := range map[string]string{"a/c/d": "text", "a/c/e": "", "f/d": "text", "g": "010", "a": "", "a/x": "", "g/x": ""} {
		if got := document.Text(document.Get(root, strings.Split(path, "/")...)); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
	if document.Get(nil, "a") != nil || document.Items(nil) != nil || document.Text(nil) != "" {
		t.Error("nothing is something")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a: 1\n", "a: &a [1]\nb: *a\n", "---\n...\n", "a: |\n  b\n", "? a\n: b\n", "<<: {a: b}", "a: &a [*a]", "%YAML 1.1\n---\na", "!!binary x", "\x00", "\xfe\xff\x00a"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		begun := time.Now()
		documents, err := document.Parse(data)
		if took := time.Since(begun); took > 5*time.Second {
			t.Fatalf("%d bytes take %v", len(data), took)
		}
		var wrong *mistake.Error
		if err != nil && (!errors.As(err, &wrong) || wrong.Problem == "" || wrong.Line < 0) {
			t.Fatalf("%#v", err)
		}
		lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + 2
		for _, root := range documents {
			document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
				if len(data) < 2 || data[0] != 0xfe && data[0] != 0xff { // in UTF-16, newlines count otherwise
					if scalar.Line > lines+strings.Count(string(data), "\u0085")+strings.Count(string(data), "\u2028")+strings.Count(string(data), "\u2029") {
						t.Fatalf("a scalar at line %d of %d", scalar.Line, lines)
					}
				}
				return true
			})
			_ = fmt.Sprint(document.Text(document.Get(root, "kind")))
		}
		if err := document.Check(data); err != nil && err.Error() == "" {
			t.Fatal("an error without a message")
		}
	})
}
