package chart

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/internal/treetest"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// small is a chart in the directory c that prints some of its values.
var small = treetest.Files{
	"c/Chart.yaml":       "{apiVersion: v2, name: c, version: 1.0.0}",
	"c/values.yaml":      "a: {b: 1, c: own}\n",
	"c/templates/a.yaml": "kind: A\na: {{ .Values.a | toJson }}\nd: {{ .Values.d | toJson }}\n",
}

// TestValues puts values over each other in Helm's order.
func TestValues(t *testing.T) {
	files := small.With(treetest.Files{"one.yaml": "a: {c: one}", "two.yaml": "a: {c: two}\n---\na: {e: second}", "null.yaml": "a: {c: null}", "broken.yaml": "a: [", "text": "a,b=c\n"})
	for name, test := range map[string]struct {
		order    Order
		a, d     string
		problems int
	}{
		"none":                {Order{}, `{"b":1,"c":"own"}`, "null", 0},
		"in order":            {Order{Values: []Values{{File: "one.yaml"}, {File: "two.yaml"}}}, `{"b":1,"c":"two","e":"second"}`, "null", 0},
		"a text":              {Order{Values: []Values{{File: "one.yaml"}, {Data: []byte("a: {c: text}")}}}, `{"b":1,"c":"text"}`, "null", 0},
		"null takes away":     {Order{Values: []Values{{File: "null.yaml"}}}, `{"b":1}`, "null", 0},
		"instead":             {Order{Instead: []Values{{File: "one.yaml"}}}, `{"c":"one"}`, "null", 0},
		"nothing instead":     {Order{Instead: []Values{}}, `null`, "null", 0},
		"missing":             {Order{Values: []Values{{File: "missing.yaml"}, {File: "one.yaml"}}}, `{"b":1,"c":"one"}`, "null", 1},
		"optional":            {Order{Values: []Values{{File: "missing.yaml", Optional: true}}}, `{"b":1,"c":"own"}`, "null", 0},
		"no YAML":             {Order{Values: []Values{{File: "broken.yaml"}}}, `{"b":1,"c":"own"}`, "null", 1},
		"a parameter":         {Order{Parameters: []Parameter{{Name: "a.b", Value: "2"}, {Name: "d", Value: "1.10"}}}, `{"b":2,"c":"own"}`, `"1.10"`, 0},
		"types":               {Order{Parameters: []Parameter{{Name: "d", Value: "{1,true,null,0123,x}"}}}, `{"b":1,"c":"own"}`, `[1,true,null,"0123","x"]`, 0},
		"a text by parameter": {Order{Parameters: []Parameter{{Name: "d", Value: "6801028", Kind: SetString}}}, `{"b":1,"c":"own"}`, `"6801028"`, 0},
		"text goes over":      {Order{Parameters: []Parameter{{Name: "d", Value: "1", Kind: SetString}, {Name: "d", Value: "2"}}}, `{"b":1,"c":"own"}`, `"1"`, 0},
		"a file's content":    {Order{Parameters: []Parameter{{Name: "d", File: "text", Kind: SetFile}}}, `{"b":1,"c":"own"}`, `"a,b=c\n"`, 0},
		"a file that is not":  {Order{Parameters: []Parameter{{Name: "d", File: "missing", Kind: SetFile}}}, `{"b":1,"c":"own"}`, `""`, 1},
		"a list's element":    {Order{Parameters: []Parameter{{Name: "d[1].x", Value: "y"}}}, `{"b":1,"c":"own"}`, `[null,{"x":"y"}]`, 0},
		"a huge list":         {Order{Parameters: []Parameter{{Name: "d[2000000000]", Value: "y"}}}, `{"b":1,"c":"own"}`, `[]`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			test.order.Dir = "c"
			r := render(t, files, test.order)
			if len(r.Objects) != 1 || len(r.Problems) != test.problems {
				t.Fatalf("%+v", r)
			}
			for key, want := range map[string]string{"a": test.a, "d": test.d} {
				if got := oneLine(t, document.Get(r.Objects[0].Node, key)); got != oneLine(t, parsed([]byte(want))) {
					t.Errorf("%s is %s, want %s", key, got, want)
				}
			}
		})
	}
}

func oneLine(t *testing.T, node *yaml.Node) string {
	t.Helper()
	if node == nil {
		return ""
	}
	var value any
	if err := node.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return cmp.Diff(nil, value)
}

// TestElsewhere tells of charts that are used and not there, if they are enabled, and what a lock says of them.
func TestElsewhere(t *testing.T) {
	files := small.With(treetest.Files{
		"c/Chart.yaml": `apiVersion: v2
name: c
version: 1.0.0
dependencies:
  - {name: redis, version: ^19.0.0, repository: https://example.com, alias: cache}
  - {name: postgresql, version: 15.1.0, repository: https://example.com, condition: postgresql.enabled}
  - {name: queue, version: ^2.0.0, repository: oci://example.com/charts}
  - {name: odd, version: ^2.0.0, repository: https://example.com}
  - {name: near, version: 1.x, repository: file://../near}
  - {name: far, version: 2.x, repository: file://../near}
`,
		"c/Chart.lock": `dependencies:
  - {name: redis, version: 19.2.1, repository: https://example.com/}
  - {name: odd, version: 1.9.0, repository: https://example.com}
  - {name: near, version: 1.0.0, repository: file://../near}
`,
		"c/values.yaml":         "cache: {image: {tag: v1}}\npostgresql: {enabled: false}\nnear: {tag: v3}\n",
		"near/Chart.yaml":       "{apiVersion: v2, name: near, version: 1.2.0}",
		"near/templates/n.yaml": "kind: Near\ntag: {{ .Values.tag }}\n",
	})
	r := render(t, files, Order{Dir: "c"})
	var got []string
	for _, d := range r.Elsewhere {
		got = append(got, strings.Join([]string{d.Name, d.Alias, d.Version, d.Locked, d.OutOfStep}, "|"))
	}
	want := []string{
		"redis|cache|^19.0.0|19.2.1|",
		"queue||^2.0.0||does not lock queue of oci://example.com/charts",
		"odd||^2.0.0||locks odd at 1.9.0, which is not in ^2.0.0",
		"far||2.x||does not lock far of file://../near",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if tag := document.Text(document.Get(r.Elsewhere[0].Values, "image", "tag")); tag != "v1" {
		t.Errorf("its values have the tag %q", tag)
	}
	if len(r.Objects) != 2 || !r.Partial() {
		t.Errorf("%+v", r)
	}
}

// TestLeftOut requires that what fails leaves the others, and names the values that it would have been made of.
func TestLeftOut(t *testing.T) {
	r := render(t, small.With(treetest.Files{
		"c/values.yaml":          "image: {tag: v1, other: x}\nname: nn\ndeep: {er: {a: 1}}\nunused: u\n",
		"c/templates/_h.tpl":     `{{ define "tag" }}{{ .Values.image.tag }}{{ include "tag" . }}{{ end }}`,
		"c/templates/fails.yaml": "kind: A\n{{ fail \"never\" }}\nimage: {{ include \"tag\" . }}\n",
		"c/templates/needs.yaml": "kind: A\nname: {{ required \"a size\" .Values.size }}{{ $.Values.deep.er }}\n",
		"c/templates/parse.yaml": "kind: A\nname: {{ .Values.name }\n",
		"c/templates/nil.yaml":   "name: {{ .Values.no.way.out }}\n",
		"c/templates/yaml.yaml":  "kind: Good\n---\nkind: [\n---\nkind: Better\n---\njust text\n",
	}), Order{Dir: "c"})
	type part struct {
		Template string
		Line     int
		Reason   string
		Values   string
	}
	var got []part
	for _, p := range r.LeftOut {
		values := ""
		if p.Values != nil {
			values = strings.ReplaceAll(text(t, &Rendering{Objects: []Object{{Node: p.Values}}}), `"`, "")
		}
		got = append(got, part{p.Template, p.Line, p.Reason, values})
	}
	want := []part{
		{"c/templates/yaml.yaml", 0, "is not valid YAML: line 1: did not find expected node content", ""},
		{"c/templates/yaml.yaml", 0, "is no object", ""},
		{"c/templates/parse.yaml", 2, `unexpected "}" in operand`, "name: nn\n"},
		{"c/templates/nil.yaml", 1, "nil pointer evaluating interface {}.way", "{}\n"},
		{"c/templates/needs.yaml", 2, "a size", "deep:\n  er:\n    a: 1\n"},
		{"c/templates/fails.yaml", 2, "never", "image:\n  tag: v1\n"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(r.Objects) != 3 { // with a.yaml
		t.Error(text(t, r))
	}
}

// TestProblems tells what Helm would refuse a chart for, and renders what can be.
func TestProblems(t *testing.T) {
	metadata := "{apiVersion: v2, name: c, version: 1.0.0}"
	escaping := treetest.Packed(t, "s/Chart.yaml", "{apiVersion: v2, name: s, version: 1.0.0}", "s/../../../etc/passwd", "x")
	for name, test := range map[string]struct {
		files   treetest.Files
		order   Order
		path    string
		objects int
	}{
		"no chart":               {treetest.Files{"d/x": "y"}, Order{Dir: "d"}, "d/Chart.yaml", 0},
		"nothing":                {nil, Order{Dir: "d"}, "d", 0},
		"no version":             {treetest.Files{"c/Chart.yaml": "{apiVersion: v2, name: c}"}, Order{}, "c/Chart.yaml", 1},
		"values are no YAML":     {treetest.Files{"c/values.yaml": "a: ["}, Order{}, "c/values.yaml", 1},
		"a schema":               {treetest.Files{"c/values.schema.json": `{"properties": {"a": {"type": "string"}}}`}, Order{}, "c/values.schema.json", 1},
		"a schema, skipped":      {treetest.Files{"c/values.schema.json": `{"properties": {"a": {"type": "string"}}}`}, Order{SkipSchema: true}, "", 1},
		"a schema that fits":     {treetest.Files{"c/values.schema.json": `{"properties": {"a": {"type": "object"}}}`}, Order{}, "", 1},
		"a schema elsewhere":     {treetest.Files{"c/values.schema.json": `{"$ref": "https://example.com/schema.json"}`}, Order{}, "", 1},
		"a schema of the disk":   {treetest.Files{"c/values.schema.json": `{"$ref": "file:///etc/passwd"}`}, Order{}, "", 1},
		"a schema that is none":  {treetest.Files{"c/values.schema.json": `{`}, Order{}, "c/values.schema.json", 1},
		"another cluster":        {treetest.Files{"c/Chart.yaml": metadata[:len(metadata)-1] + ", kubeVersion: '<1.20'}"}, Order{KubeVersion: "1.30"}, "c/Chart.yaml", 1},
		"an unknown cluster":     {treetest.Files{"c/Chart.yaml": metadata[:len(metadata)-1] + ", kubeVersion: '<1.20'}"}, Order{}, "", 1},
		"a broken subchart":      {treetest.Files{"c/charts/s/Chart.yaml": "name: ["}, Order{}, "c/charts/s/Chart.yaml", 1},
		"a broken archive":       {treetest.Files{"c/charts/s.tgz": "none"}, Order{}, "c/charts/s.tgz", 1},
		"an archive that leaves": {treetest.Files{"c/charts/s.tgz": escaping}, Order{}, "c/charts/s.tgz", 1},
		"a value for a chart":    {treetest.Files{"c/charts/s/Chart.yaml": "{apiVersion: v2, name: s, version: 1.0.0}", "c/values.yaml": "s: text"}, Order{}, "c/values.yaml", 0},
		"a link outside":         {treetest.Files{"c/x": treetest.Link("/etc/passwd")}, Order{}, "c/x", 1},
		"a link to nothing":      {treetest.Files{"c/x": treetest.Link("y")}, Order{}, "c/x", 1},
		"a link to itself":       {treetest.Files{"c/x": treetest.Link("../c")}, Order{}, "c/x", 1},
		"a submodule":            {treetest.Files{"c/x": treetest.Submodule("x")}, Order{}, "c/x", 1},
		"an alias bomb":          {treetest.Files{"c/values.yaml": "a: &a [*a]"}, Order{}, "c/values.yaml", 1},
	} {
		t.Run(name, func(t *testing.T) {
			if test.order.Dir == "" {
				test.order.Dir = "c"
			}
			r := render(t, small.With(test.files), test.order)
			got := ""
			if len(r.Problems) > 0 {
				got = r.Problems[0].Path
			}
			if got != test.path || len(r.Problems) > 1 || len(r.Objects) != test.objects {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestLinks follows links in a chart.
func TestLinks(t *testing.T) {
	files := treetest.Files{
		"real/Chart.yaml": "{apiVersion: v2, name: c, version: 1.0.0}", "real/templates": treetest.Link("../shared"),
		"shared/a.yaml": "kind: A\nx: {{ .Files.Get \"file\" }}\n", "real/file": treetest.Link("../other/file"), "other/file": "text",
		"c": treetest.Link("real"), "v.yaml": treetest.Link("other/v.yaml"), "other/v.yaml": "a: 1",
	}
	r := render(t, files, Order{Dir: "c", Values: []Values{{File: "v.yaml"}}})
	if len(r.Objects) != 1 || document.Text(document.Get(r.Objects[0].Node, "x")) != "text" {
		t.Errorf("%+v", r)
	}
}

// TestFixed requires that what is random, or reads the clock, is the same each time.
func TestFixed(t *testing.T) {
	files := small.With(treetest.Files{"c/templates/a.yaml": `kind: A
{{- $ca := genCA "a" 365 }}
{{- $cert := genSignedCert "a" nil (list "a") 365 $ca }}
values:
  - {{ randAlphaNum 10 }}{{ randAlpha 3 }}{{ randNumeric 3 }}{{ randAscii 3 | quote | len }}{{ randBytes 3 }}{{ randInt 1 9 }}
  - {{ shuffle "abc" }} {{ uuidv4 }}
  - {{ $ca.Cert | b64enc }} {{ $cert.Key }} {{ (genSelfSignedCert "a" nil nil 1).Cert }} {{ (genCAWithKey "a" 1 "k").Key }}
  - {{ genPrivateKey "rsa" }} {{ htpasswd "u" "p" | quote }} {{ bcrypt "p" }} {{ derivePassword 1 "long" "p" "u" "s" }} {{ encryptAES "k" "t" }}
  - {{ now | date "2006-01-02 15:04" | quote }} {{ htmlDate now }} {{ date "2006" "none" }} {{ now | unixEpoch }} {{ ago now }}
  - {{ dateInZone "15:04 MST" now "Local" | quote }} {{ (toDate "2006" "2021").Format "2006-01-02T15:04Z07:00" }} {{ durationRound now }}
  - {{ getHostByName "example.com" | quote }} {{ lookup "v1" "Secret" "" "" | toJson }} {{ keys (dict "b" 1 "a" 2) }} {{ values (dict "b" 1 "a" 2) }}
`})
	files["c/templates/a.yaml"] = strings.ReplaceAll(files["c/templates/a.yaml"], "\n  - ", "\n  - >-\n    ")
	first := render(t, files, Order{Dir: "c"})
	if first.Partial() {
		t.Fatalf("%+v", first.LeftOut)
	}
	for range 5 {
		if diff := cmp.Diff(text(t, first), text(t, render(t, files, Order{Dir: "c"}))); diff != "" {
			t.Fatal(diff)
		}
	}
	values := document.Items(document.Get(first.Objects[0].Node, "values"))
	for i, want := range map[int]string{
		1: "abc 00000000-0000-4000-8000-000000000000",
		4: `"2020-01-01 00:00" 2020-01-01 2020 1577836800 0s`,
		5: `"00:00 UTC" 2021-01-01T00:00Z 0s`,
		6: `"" {} [a b] [2 1]`,
	} {
		if got := document.Text(values[i]); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestPackedChart renders a chart that is packed itself, and leaves out what it is told to.
func TestPackedChart(t *testing.T) {
	files := treetest.Files{"c.tgz": treetest.Packed(t,
		"c/Chart.yaml", "{apiVersion: v2, name: c, version: 1.0.0}",
		"c/crds/a.yaml", "kind: CRD",
		"c/templates/a.yaml", "kind: A\n---\nkind: Hook\nmetadata: {annotations: {helm.sh/hook: pre-install}}\n",
	)}
	for want, o := range map[string]Order{
		"A Hook CRD": {}, "A Hook": {SkipCRDs: true}, "A CRD": {SkipHooks: true},
	} {
		o.Dir = "c.tgz"
		r := render(t, files, o)
		var kinds []string
		for _, object := range r.Objects {
			kinds = append(kinds, document.Text(document.Get(object.Node, "kind")))
		}
		if got := strings.Join(kinds, " "); got != want || r.Objects[0].Template != "c.tgz/templates/a.yaml" {
			t.Errorf("%s, want %s, in %s", got, want, r.Objects[0].Template)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{
		"a: {{ .Values.a }}", `{{ define "x" }}{{ range until 3 }}{{ . }}{{ end }}{{ end }}{{ include "x" . }}`,
		`{{ tpl "{{ .Release.Name }}" . }}`, `{{ range $i, $x := .Values.a }}{{ if $i }}{{ break }}{{ else }}{{ continue }}{{ end }}{{ end }}`,
		`{{ with $x := dict "a" 1 }}{{ $x.a | printf "%05d" }}{{ end }}`, `{{ block "b" . }}{{ end }}`, "a: |\n  {{- nindent 2 .Chart.Name }}\n---\nb",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, template string) {
		b := newBudget("c")
		b.left /= 512
		_, err := within(t.Context(), b, treetest.New().Tree(t, small.With(treetest.Files{"c/templates/b.yaml": template})), Order{Dir: "c"})
		if err != nil && !strings.Contains(err.Error(), errTooMuch.Error()) {
			t.Fatal(err)
		}
	})
}
