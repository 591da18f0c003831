package form_test

import "testing"

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
