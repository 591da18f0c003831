package form_test

import (
	"fmt"
	"testing"
)

func TestGitRepository(t *testing.T) {
	repository := func(ref string) string {
		return "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nspec:\n  url: https://github.com/acme/shop\n  ref: " + ref + "\n"
	}
	testObjects(t, []example{
		{"branch", repository("{branch: main}"), []string{"ref: git acme/shop github.com/acme/shop:main, at 5:17"}},
		{"tag", repository("{branch: main, tag: 1.10}"), []string{"ref: git acme/shop github.com/acme/shop:1.10, at 5:28"}},
		{"semver", repository("{semver: '>=1.0.0', tag: v1}"), []string{"ref: git acme/shop github.com/acme/shop:>=1.0.0, at 5:17"}},
		{"name", repository("{semver: 1.x, name: refs/tags/v1}"), []string{"ref: git acme/shop github.com/acme/shop:refs/tags/v1, at 5:28"}},
		{"commit", repository("{branch: main, name: refs/heads/main, commit: 0123456}"), []string{"ref: git acme/shop github.com/acme/shop:0123456, at 5:54"}},
		{"none", repository("{}"), []string{"ref: git acme/shop github.com/acme/shop, at 4:8"}},
		{"empty", repository("{tag: ''}"), []string{"ref: git acme/shop github.com/acme/shop, at 4:8"}},
		{"substituted", repository("{tag: '${TAG}'}"), []string{`ref: takes its version from a template: "github.com/acme/shop:${TAG}", at 5:14`}},
	})
}

func TestGitURLs(t *testing.T) {
	for url, want := range map[string]string{
		"https://github.com/acme/shop":                     "github.com/acme/shop",
		"https://GitHub.com/acme/shop.git/":                "github.com/acme/shop",
		"https://user:secret@git.example.com:8443/a/b.git": "git.example.com:8443/a/b",
		"ssh://git@github.com/acme/shop.git":               "github.com/acme/shop",
		"git@github.com:acme/shop.git":                     "github.com/acme/shop",
		"github.com:acme/shop":                             "github.com/acme/shop",
		"https://git.example.com/group/sub/shop":           "git.example.com/group/sub/shop",
		"https://github.com":                               "",
		"https://":                                         "",
		"shop":                                             "",
		"":                                                 "",
	} {
		root := parse(t, fmt.Sprintf("{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, spec: {url: %q}}", url))
		got := object(root)
		if len(got) != 1 || got[0].Version.Repository != want || (got[0].Problem == "") != (want != "") {
			t.Errorf("%s: got %+v", url, got)
		}
	}
}

func TestOCIRepository(t *testing.T) {
	repository := func(ref string) string {
		return "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nspec:\n  url: oci://ghcr.io/acme/charts/shop\n  ref: " + ref + "\n"
	}
	testObjects(t, []example{
		{"tag", repository("{tag: 6.5.0}"), []string{"ref: chart acme/charts/shop ghcr.io/acme/charts/shop:6.5.0, at 5:14"}},
		{"semver over tag", repository("{tag: v1, semver: '6.x'}"), []string{"ref: chart acme/charts/shop ghcr.io/acme/charts/shop:6.x, at 5:26"}},
		{"digest over tag", repository("{tag: v1, digest: '" + digestA + "'}"), []string{"ref: chart acme/charts/shop ghcr.io/acme/charts/shop:v1@" + digestA + ", at 5:26"}},
		{"none", repository("{}"), []string{"ref: chart acme/charts/shop ghcr.io/acme/charts/shop, at 4:8"}},
		{"no repository", "{apiVersion: source.toolkit.fluxcd.io/v1, kind: OCIRepository, spec: {url: 'oci://shop'}}", []string{"ref: names no OCI repository, at 1:76"}},
	})
}

func TestHelmChart(t *testing.T) {
	testObjects(t, []example{
		{"version", `
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmChart
spec: {chart: redis, version: 1.2.3, sourceRef: {kind: HelmRepository, name: acme}}
`, []string{"chart: chart redis acme:1.2.3, at 3:31"}},
		{"in Git, whose revision is its version", `
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmChart
spec: {chart: ./charts/shop, version: 1.2.3, sourceRef: {kind: GitRepository, name: acme}}
`, nil},
		{"in a bucket, where it has none", `
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmChart
spec: {chart: ./charts/shop, version: 1.2.3, sourceRef: {kind: Bucket, name: acme}}
`, []string{"chart: chart ./charts/shop acme, at 3:15"}},
	})
}

func TestHelmRelease(t *testing.T) {
	release := func(chart, values string) string {
		return `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop}
spec:
  chart: {spec: {` + chart + `}}
  values: {` + values + `}
`
	}
	const redis = "chart: redis, sourceRef: {kind: HelmRepository, name: acme}, version: "
	testObjects(t, []example{
		{"version", release(redis+"1.10", ""), []string{"chart: chart redis acme:1.10, at 5:88"}},
		{"range", release(redis+"'>=1.0.0'", ""), []string{"chart: chart redis acme:>=1.0.0, at 5:88"}},
		{"no version", release("chart: redis, sourceRef: {kind: HelmRepository, name: acme}", ""), []string{"chart: chart redis acme, at 5:25"}},
		{"no chart", release("version: 1.0.0", ""), []string{"chart: names no chart, at 5:27"}},
		{"image", release(redis+"1.0.0", "image: acme/shop:v1"), []string{
			"chart: chart redis acme:1.0.0, at 5:88",
			"values: image acme/shop docker.io/acme/shop:v1, at 6:19",
		}},
		{"tag only", release(redis+"1.0.0", "image: {tag: v1}"), []string{
			"chart: chart redis acme:1.0.0, at 5:88",
			"values/image: image redis/image :v1, at 6:25",
		}},
		{"in Git", release("chart: ./charts/shop, sourceRef: {kind: GitRepository, name: acme}", "image: {tag: v1}"), []string{
			"values/image: image charts/shop/image :v1, at 6:25",
		}},
		{"chartRef and images after rendering", `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop}
spec:
  chartRef: {kind: OCIRepository, name: shop}
  values: {worker: {image: {tag: v1}}}
  postRenderers:
    - kustomize: {images: [{name: acme/shop, newName: registry.example.com/acme/shop, newTag: v2}]}
`, []string{
			"values/worker/image: image shop/worker.image :v1, at 6:34",
			"images/acme/shop: image acme/shop registry.example.com/acme/shop:v2, at 8:95",
		}},
	})
}

func TestFluxKustomization(t *testing.T) {
	testObjects(t, []example{{"images", `
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
spec:
  images:
    - {name: acme/a, newTag: 1.10}
    - {name: acme/b, newName: eu.example.com/b, newTag: v1, digest: ` + digestA + `}
    - {name: acme/c, newName: eu.example.com/c}
    - {name: "{{c}}", newTag: v1}
    - {name: acme/d, newName: "E F", newTag: v1}
`, []string{
		"images/acme/a: image acme/a docker.io/acme/a:1.10, at 5:30",
		"images/acme/b: image acme/b eu.example.com/b:v1@" + digestA + ", at 6:69",
		`images/acme/c: takes "acme/c" from "eu.example.com/c", at a version that is not said there, at 7:31`,
		`images/{{c}}: runs "{{c}}", which is no image reference, at 8:31`,
		`images/acme/d: runs "E F", which is no image reference, at 9:46`,
	}}})
}
