package form_test

import (
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/form"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func TestApplicationSet(t *testing.T) {
	set := func(generators, template string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: shops}\nspec:\n  generators:\n" + generators +
			"  template:\n    metadata: {name: 'shop-{{name}}'}\n    spec:\n      source:\n" + template
	}
	const git = "        {repoURL: 'https://github.com/acme/config', path: '{{path}}', targetRevision: '{{revision}}'}\n"
	const notGiven = "takes its version from a parameter that its generator does not give, or gives as a number that comes out differently"
	const elsewhere = "takes its version from what a Git repository holds; if that is this one, and its default branch, `repository` in .promocheck.yaml says so"
	testObjects(t, []example{
		{"list", set(`
    - list:
        elements:
          - {name: eu, revision: v1.10}
          - {name: us, revision: v1.9}
`, git), []string{
			"applications/shop-eu/source: git acme/config github.com/acme/config:v1.10, at 9:34",
			"applications/shop-us/source: git acme/config github.com/acme/config:v1.9, at 10:34",
		}},
		{"Go templates", `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  goTemplate: true
  generators:
    - list: {elements: [{name: eu, chart: {version: 1.2.3}}, {name: us, chart: {}}]}
  template:
    metadata: {name: "{{ .name }}"}
    spec:
      source: {repoURL: 'https://charts.example.com', chart: shop, targetRevision: "{{- .chart.version -}}"}
`, []string{
			"applications/eu/source: chart shop https://charts.example.com:1.2.3, at 6:53",
			"applications/us/source: " + notGiven + ", at 10:84",
		}},
		{"part of a version", set(`
    - list: {elements: [{name: eu, revision: "1.10"}, {name: us, revision: 1.10}, {name: asia, revision: 1095}]}
`, "        {repoURL: 'https://github.com/acme/config', targetRevision: 'v{{revision}}-{{name}}'}\n"), []string{
			"applications/shop-eu/source: git acme/config github.com/acme/config:v1.10-eu, at 7:46",
			"applications/shop-us/source: " + notGiven + ", at 12:69",
			"applications/shop-asia/source: git acme/config github.com/acme/config:v1095-asia, at 7:106",
		}},
		{"a version of the template's own", set(`
    - list: {elements: [{name: eu}, {name: us}]}
    - clusters: {}
`, "        {repoURL: 'https://github.com/acme/config', path: '{{name}}', targetRevision: HEAD}\n"), []string{
			"applications/shop-eu/source: git acme/config github.com/acme/config:HEAD, at 13:87",
			"applications/shop-us/source: git acme/config github.com/acme/config:HEAD, at 13:87",
			"applications/shop-{{name}}/source: git acme/config github.com/acme/config:HEAD, at 13:87",
		}},
		{"Git", set("    - git: {repoURL: 'https://github.com/acme/config', revision: HEAD, directories: [{path: 'apps/*'}]}\n", git), []string{
			"applications/shop-{{name}}/source: " + elsewhere + ", at 11:87",
		}},
		{"values of a generator", set("    - clusters: {selector: {values: {revision: no}}, values: {revision: v3}}\n",
			"        {repoURL: 'https://github.com/acme/config', targetRevision: '{{values.revision}}'}\n"), []string{
			"applications/shop-{{name}}/source: git acme/config github.com/acme/config:v3, at 6:73",
		}},
		{"repository", set("    - scmProvider: {}\n", "        {repoURL: '{{url}}', targetRevision: v1}\n"), []string{
			"applications/shop-{{name}}/source: names no Git repository, at 11:46",
		}},
		{"matrix", set(`
    - matrix:
        generators:
          - git: {directories: [{path: '*'}]}
          - list: {elements: [{name: eu, revision: v1}, {name: us, revision: v2}]}
`, git), []string{
			"applications/shop-eu/source: git acme/config github.com/acme/config:v1, at 10:52",
			"applications/shop-us/source: git acme/config github.com/acme/config:v2, at 10:78",
		}},
		{"merge", set(`
    - merge:
        mergeKeys: [name]
        generators:
          - list: {elements: [{name: eu, revision: v1}, {name: us, revision: v1}]}
          - list: {elements: [{name: us, revision: v2}, {name: asia, revision: v3}]}
`, git), []string{
			"applications/shop-eu/source: git acme/config github.com/acme/config:v1, at 10:52",
			"applications/shop-us/source: git acme/config github.com/acme/config:v2, at 11:52",
		}},
		{"merge onto clusters", set(`
    - merge:
        mergeKeys: [name]
        generators:
          - clusters: {values: {revision: v1}}
          - list: {elements: [{name: us, values: {revision: v2}}]}
`, "        {repoURL: 'https://github.com/acme/config', targetRevision: '{{values.revision}}'}\n"), []string{
			"applications/shop-{{name}}/source: git acme/config github.com/acme/config:v1, at 10:43",
			"applications/shop-us/source: git acme/config github.com/acme/config:v2, at 11:61",
		}},
		{"merge of what only Argo CD can ask", set(`
    - merge:
        mergeKeys: [name]
        generators:
          - list: {elements: [{name: eu, revision: v1}]}
          - git: {files: [{path: '*.json'}]}
`, git), []string{"applications/shop-eu/source: " + elsewhere + ", at 16:87"}},
		{"a generator's template", set(`
    - list:
        elements: [{name: eu}]
        template: {spec: {source: {targetRevision: v7}}}
`, git), []string{"applications/shop-eu/source: git acme/config github.com/acme/config:v7, at 9:52"}},
		{"images and values", set("    - list: {elements: [{name: eu, tag: v5}]}\n", `
        repoURL: https://github.com/acme/config
        targetRevision: v1
        path: charts/shop
        kustomize: {images: ['acme/a:{{tag}}', 'acme/b:{{other}}']}
        helm:
          values: |
            host: "{{name}}"
            image: {repository: acme/shop, tag: "{{tag}}"}
`), []string{
			"applications/shop-eu/source: git acme/config github.com/acme/config:v1, at 13:25",
			"applications/shop-eu/source/kustomize/images/acme/a: image acme/a docker.io/acme/a:v5, at 6:41",
			"applications/shop-eu/source/kustomize/images/acme/b:{{other}}: " + notGiven + ", at 15:48",
			"applications/shop-eu/source/helm/image: image acme/shop docker.io/acme/shop:v5, at 6:41",
		}},
		{"nothing to generate", set("    - list: {elements: []}\n", git), nil},
		{"templatePatch", `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  generators: []
  templatePatch: |
    spec: {source: {targetRevision: '{{.revision}}'}}
`, []string{"templatePatch: patches its sources with a template that only Argo CD can fill, at 5:18"}},
	})
}

// TestApplicationSetBounds requires that generators that multiply to a great many end in a problem, and
// soon.
func TestApplicationSetBounds(t *testing.T) {
	elements := "list: {elements: [" + strings.Repeat("{a: b}, ", 90) + "]}"
	nested := "{matrix: {generators: [{" + elements + "}, {" + elements + "}]}}"
	set := func(generators string) *yaml.Node {
		return parse(t, "{apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet, metadata: {name: shops}, spec: {generators: ["+generators+
			"], template: {spec: {source: {repoURL: 'https://github.com/acme/shop', targetRevision: '{{a}}'}}}}}")
	}
	problems := map[string]int{}
	for _, found := range form.NewReader(form.Settings{}).Object(set(strings.Repeat(nested+", ", 20))) {
		problems[found.Problem]++
	}
	if problems["generates more than promocheck reads"] != 1 {
		t.Errorf("problems: %v", problems)
	}
	found := form.NewReader(form.Settings{}).Object(set("{matrix: {generators: [" + nested + ", " + nested + "]}}"))
	if len(found) != 1 || found[0].Problem == "" {
		t.Errorf("found: %v", found)
	}
}
