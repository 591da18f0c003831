package form_test

import (
	"testing"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// TestConfiguredTags requires that the keys that images.tags names have tags, and no others.
func TestConfiguredTags(t *testing.T) {
	settings := form.Settings{Tags: []string{"*.version", "!chart.version", "**.build", "SHOP_RELEASE", "web*Version", "!proxy.tag"}}
	test(t, func(root *yaml.Node) []form.Found { return form.Values(root, true, settings) }, []example{
		{"beside its image", "main_app: {image: team/shop, version: v1}", []string{
			"/main_app/version: image team/shop docker.io/team/shop:v1, at 1:39",
		}},
		{"beside its repository and registry", "main_app: {registry: ghcr.io, repository: team/shop, version: 1.10}", []string{
			"/main_app/version: image team/shop ghcr.io/team/shop:1.1, at 1:63",
		}},
		{"beside a mapping that has no tag", "main_app: {image: {repository: team/shop}, version: v1}", []string{
			"/main_app/version: image team/shop docker.io/team/shop:v1, at 1:53",
		}},
		{"without an image", "main_app: {version: v1}", []string{"/main_app/version: image main_app.version :v1, at 1:21"}},
		{"beside what is of something else", "main_app: {repository: 'https://charts.example.com', version: v1}", []string{
			"/main_app/version: image main_app.version :v1, at 1:63",
		}},
		{"several beside one another", "{webImage: team/web, webVersion: v1, web_api_Version: v2}", []string{
			"/webVersion: image team/web docker.io/team/web:v1, at 1:34",
			"/web_api_Version: image web_api_Version :v2, at 1:55",
		}},
		{"a digest", "main_app: {image: team/shop, version: '" + digestA + "'}", []string{
			"/main_app/version: image team/shop docker.io/team/shop@" + digestA + ", at 1:39",
		}},
		{"deeper than the glob", "a: {b: {version: v1}}", nil},
		{"at any depth", "{build: v1, a: {b: {c: {build: v2}}}}", []string{
			"/build: image build :v1, at 1:9",
			"/a/b/c/build: image a.b.c.build :v2, at 1:32",
		}},
		{"taken out", "chart: {version: v1}", nil},
		{"a usual one taken out", "{proxy: {repository: team/proxy, tag: v1}, web: {repository: team/web, tag: v1}}", []string{
			"/web: image team/web docker.io/team/web:v1, at 1:77",
		}},
		{"in an image's mapping", "image: {repository: team/shop, version: v1}", []string{
			"/image/version: image team/shop docker.io/team/shop:v1, at 1:41",
		}},
		{"a variable", "SHOP_RELEASE: v1", []string{"/SHOP_RELEASE: image SHOP_RELEASE :v1, at 1:15"}},
		{"no tag", "main_app: {version: '>= 1.0'}", []string{
			`/main_app/version: has ">= 1.0" where images.tags says that a tag is, at 1:21`,
		}},
		{"a template", "main_app: {version: '${TAG}'}", []string{
			`/main_app/version: takes its version from a template: "main_app.version:${TAG}", at 1:21`,
		}},
		{"a mapping, or nothing", "{main_app: {version: {a: b}}, other: {version: ''}}", nil},
	})
}

// TestConfiguredTagsAreOfValues requires that an object's own fields are none.
func TestConfiguredTagsAreOfValues(t *testing.T) {
	for text, want := range map[string]int{
		"{apiVersion: example.com/v1, kind: Search, metadata: {name: a}, spec: {version: v1}}":                                                0,
		"{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: a}, spec: {values: {spec: {version: v1}}, version: v2}}": 1,
	} {
		documents, err := document.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if found, _ := form.Object(documents[0], form.Settings{Tags: []string{"*.version"}}); len(found) != want {
			t.Errorf("%s: %+v", text, found)
		}
	}
}
