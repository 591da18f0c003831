package form_test

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/tree"
)

func TestApplication(t *testing.T) {
	application := func(spec string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec:\n" + spec
	}
	testObjects(t, []example{
		{"Git", application("  source: {repoURL: 'https://github.com/acme/config', path: apps/shop, targetRevision: v1.10}\n"),
			[]string{"source: git acme/config github.com/acme/config:v1.10, at 5:88"}},
		{"HEAD", application("  source: {repoURL: 'git@github.com:acme/config.git', path: apps/shop, targetRevision: HEAD}\n"),
			[]string{"source: git acme/config github.com/acme/config:HEAD, at 5:88"}},
		{"no revision", application("  source: {repoURL: 'https://github.com/acme/config', path: .}\n"),
			[]string{"source: git acme/config github.com/acme/config, at 5:21"}},
		{"chart", application("  source: {repoURL: 'https://charts.example.com', chart: redis, targetRevision: 1.10}\n"),
			[]string{"source: chart redis https://charts.example.com:1.10, at 5:81"}},
		{"registry", application("  source: {repoURL: 'oci://ghcr.io/acme/manifests', path: ., targetRevision: v1}\n"),
			[]string{"source: chart acme/manifests ghcr.io/acme/manifests:v1, at 5:78"}},
		{"several", application(`
  source: {repoURL: 'https://github.com/acme/ignored', targetRevision: v9}
  sources:
    - {repoURL: 'https://charts.example.com', chart: redis, targetRevision: '1.*'}
    - {repoURL: 'https://github.com/acme/values', ref: values, targetRevision: main}
    - {repoURL: 'https://github.com/acme/more', name: more, path: ., targetRevision: v1}
`), []string{
			"sources/0: chart redis https://charts.example.com:1.*, at 8:77",
			"sources/values: git acme/values github.com/acme/values:main, at 9:80",
			"sources/more: git acme/more github.com/acme/more:v1, at 10:86",
		}},
		{"hydrated", application(`
  sourceHydrator:
    drySource: {repoURL: 'https://github.com/acme/config', path: shop, targetRevision: v1}
    syncSource: {targetBranch: environments/prod, path: shop}
`), []string{"sourceHydrator: git acme/config github.com/acme/config:v1, at 7:88"}},
		{"no source", application("  project: shop\n"), nil},
		{"no repository", application("  source: {repoURL: shop}\n"), []string{"source: names no Git repository, at 5:21"}},
	})
}

func TestApplicationKustomizeImages(t *testing.T) {
	testObjects(t, []example{{"every way to write them", `
apiVersion: argoproj.io/v1alpha1
kind: Application
spec:
  source:
    kustomize:
      images:
        - ghcr.io/acme/a:1.10
        - acme/b@` + digestA + `
        - acme/c=eu.example.com/c:v1
        - acme/d=eu.example.com/d@` + digestA + `
        - acme/e=*:v2
        - acme/f=eu.example.com/f
        - acme/g=eu.example.com/g:*
        - acme/h
        - "acme/i:{{tag}}"
`, []string{
		"source/kustomize/images/acme/a: image acme/a ghcr.io/acme/a:1.10, at 7:11",
		"source/kustomize/images/acme/b: image acme/b docker.io/acme/b@" + digestA + ", at 8:11",
		"source/kustomize/images/acme/c: image acme/c eu.example.com/c:v1, at 9:11",
		"source/kustomize/images/acme/d: image acme/d eu.example.com/d@" + digestA + ", at 10:11",
		"source/kustomize/images/acme/e: image acme/e docker.io/acme/e:v2, at 11:11",
		`source/kustomize/images/acme/f: overrides "acme/f=eu.example.com/f", whose version is not said there, at 12:11`,
		`source/kustomize/images/acme/g: overrides "acme/g=eu.example.com/g:*", whose version is not said there, at 13:11`,
		`source/kustomize/images/acme/i:{{tag}}: overrides "acme/i:{{tag}}", which is no image, at 15:11`,
	}}})
}

func TestApplicationHelm(t *testing.T) {
	application := func(helm string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    repoURL: https://charts.example.com\n    chart: shop\n    targetRevision: 1.0.0\n    helm:\n" + helm
	}
	const chart = "source: chart shop https://charts.example.com:1.0.0, at 7:21"
	testObjects(t, []example{
		{"parameters", application(`
      parameters:
        - {name: image.repository, value: acme/shop}
        - {name: image.tag, value: "1.10"}
        - {name: worker.image, value: acme/worker:v1}
        - {name: proxy.image.tag, value: v2}
        - {name: replicas, value: "2"}
        - {name: image}
`), []string{
			chart,
			"source/helm/image: image acme/shop docker.io/acme/shop:1.10, at 12:36",
			"source/helm/worker: image acme/worker docker.io/acme/worker:v1, at 13:39",
			"source/helm/proxy/image: image shop/proxy.image :v2, at 14:42",
		}},
		{"values as text", application(`
      values: |
        image: {repository: acme/shop, tag: v1}
`), []string{chart, "source/helm/image: image acme/shop docker.io/acme/shop:v1, at 10:15"}},
		{"no YAML", application("      values: 'a: [}'\n"), []string{chart, "source/helm/values: has values that are no YAML: did not find expected node content, at 9:15"}},
		{"values as an object, over text", application(`
      values: "image: {repository: acme/shop, tag: v9}"
      valuesObject: {image: {repository: acme/shop, tag: v1}}
`), []string{chart, "source/helm/image: image acme/shop docker.io/acme/shop:v1, at 11:58"}},
		{"parameters over values", application(`
      valuesObject:
        image: {repository: acme/shop, tag: v1}
      parameters: [{name: image.tag, value: v2}]
`), []string{chart, "source/helm/image: image acme/shop docker.io/acme/shop:v2, at 12:45"}},
	})
}

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
			"applications/shop-eu/source/helm/image: image acme/shop docker.io/acme/shop:v5, at 6:41",
			"applications/shop-eu/source/kustomize/images/acme/a: image acme/a docker.io/acme/a:v5, at 6:41",
			"applications/shop-eu/source/kustomize/images/acme/b:{{other}}: " + notGiven + ", at 15:48",
		}},
		{"nothing to generate", set("    - list: {elements: []}\n", git), nil},
		{"templatePatch", `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  generators: [list: {elements: [{env: prod}]}]
  templatePatch: |
    spec: {source: {targetRevision: '{{.revision}}'}}
`, []string{"templatePatch: patches its sources with a template that only Argo CD can fill, at 5:18"}},
	})
}

// oneFile is a repo that has a single file.
type oneFile struct{ path, text string }

func (f oneFile) ReadFile(path string) ([]byte, error) {
	if path != f.path {
		return nil, fs.ErrNotExist
	}
	return []byte(f.text), nil
}

func (f oneFile) Walk(string, func(string, tree.Entry) error) error { return nil }

// TestApplicationFiles requires that a version says which file of the repo it was read from, and the object
// what it takes from there.
func TestApplicationFiles(t *testing.T) {
	repo := &argocd.Repo{
		Addresses: func() []string { return []string{"https://github.com/acme/config"} },
		Files:     oneFile{"shop/live.yaml", "image: {repository: acme/shop, tag: v1}\nproxy: {image: 'acme/proxy:v1'}\n"},
	}
	found, made := form.Object(parse(t, `
apiVersion: argoproj.io/v1alpha1
kind: Application
spec:
  source:
    repoURL: git@github.com:acme/config.git
    path: shop
    helm: {valueFiles: [live.yaml], parameters: [{name: proxy.image, value: "acme/proxy:v2"}]}
`), form.Settings{Repo: repo})
	var got []string
	for _, f := range found {
		got = append(got, shown(f)+" of "+f.File)
	}
	want := []string{
		"source: git acme/config github.com/acme/config, at 5:14 of ",
		"source/helm/image: image acme/shop docker.io/acme/shop:v1, at 1:37 of shop/live.yaml",
		"source/helm/proxy: image acme/proxy docker.io/acme/proxy:v2, at 7:77 of ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if !slices.Equal(made.Taken.Files, []string{"shop/.argocd-source.yaml", "shop/live.yaml"}) {
		t.Errorf("made.Taken: %v", made.Taken.Files)
	}
}
