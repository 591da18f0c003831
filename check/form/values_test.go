package form_test

import (
	"testing"

	"github.com/promocheck/promocheck/check/form"
)

func TestValues(t *testing.T) {
	testValues(t, []example{
		{"references", `
image: ghcr.io/acme/shop:v1
sidecarImage: acme/proxy:v2
initImage: untagged
worker: {image: "acme/worker@` + digestA + `"}
`, []string{
			": image acme/shop ghcr.io/acme/shop:v1, at 1:8",
			"/sidecarImage: image acme/proxy docker.io/acme/proxy:v2, at 2:15",
			"/worker: image acme/worker docker.io/acme/worker@" + digestA + ", at 4:17",
		}},
		{"mappings", `
image:
  registry: ghcr.io
  repository: acme/shop
  tag: 1.10
web:
  image: {name: acme/web, tag: v1, digest: ` + digestA + `}
  migrationImage: {repository: acme/migrate, digest: ` + digestA + `}
proxy:
  image: {repository: acme/proxy, tag: v3@` + digestA + `}
`, []string{
			"/image: image acme/shop ghcr.io/acme/shop:1.1, at 4:8",
			"/web/image: image acme/web docker.io/acme/web:v1@" + digestA + ", at 6:44",
			"/web/migrationImage: image acme/migrate docker.io/acme/migrate@" + digestA + ", at 7:54",
			"/proxy/image: image acme/proxy docker.io/acme/proxy:v3@" + digestA + ", at 9:40",
		}},
		{"tag beside the image", `
image: acme/shop
tag: v1
`, []string{": image acme/shop docker.io/acme/shop:v1, at 2:6"}},
		{"tag beside an image further down", `
controller: {image: acme/shop, tag: v1}
`, []string{"/controller: image acme/shop docker.io/acme/shop:v1, at 1:37"}},
		{"tag only", `
image: {tag: 0123}
worker: {image: {tag: 12e5}}
`, []string{
			"/image: image image :83, at 1:14",
			"/worker/image: image worker.image :1.2e+06, at 2:23",
		}},
		{"the chart's own", "image: {repository: acme/shop, tag: '', pullPolicy: Always}", nil},
		{"lists", `
extra:
  - {name: a, image: acme/a:v1}
  - image: {repository: acme/b, tag: v1}
extraContainers: [{name: c, image: acme/c:v1}]
containers: [{name: d, image: nginx}]
`, []string{
			"/extra/a: image acme/a docker.io/acme/a:v1, at 2:22",
			"/extra/1/image: image acme/b docker.io/acme/b:v1, at 3:38",
			"/extraContainers/c: image acme/c docker.io/acme/c:v1, at 4:36",
			"/containers/d: image nginx docker.io/library/nginx, at 5:31",
		}},
		{"templates", `
image: {repository: acme/shop, tag: "${TAG}"}
worker: {image: {repository: "{{ .Values.global.registry }}/a", tag: v1}}
other: {image: {repository: "A B", tag: v1}}
`, []string{
			`/image: takes its version from a template: "docker.io/acme/shop:${TAG}", at 1:37`,
			`/worker/image: takes its version from a template: "{{ .Values.global.registry }}/a:v1", at 2:70`,
			`/other/image: runs "A B", which is no image repository, at 3:41`,
		}},
		{"a file for an image", "{repository: acme/shop, tag: v1}", []string{": image acme/shop docker.io/acme/shop:v1, at 1:30"}},
		{"a tag for an image, and more", "{tag: v1, worker: {image: {image: acme/worker, tag: v2}}}", []string{
			"image: image image :v1, at 1:7",
			"/worker/image: image acme/worker docker.io/acme/worker:v2, at 1:53",
		}},
		{"a tag alone", "1.10", []string{"image: image image :1.10, at 1:1"}},
		{"variables", "{SHOP_DOCKER_TAG: v1, SHOP_IMAGE: 'acme/shop:v2', COLOUR: red}", []string{
			"/SHOP_DOCKER_TAG: image SHOP_DOCKER_TAG :v1, at 1:19",
			"/SHOP_IMAGE: image acme/shop docker.io/acme/shop:v2, at 1:35",
		}},
		{"tags by other names", `
imageTag: v1
web: {dockerTag: v2, image: acme/web}
api: {imageRepository: acme/api, image_tag: v3}
images: {db: {tag: v4}, cache: acme/cache:v5}
proxy: {repository: acme/proxy, tag: v6}
worker: {tag: v7}
logs: {tag: "docker.{{.Name}}"}
version: v8
source: {repository: "https://example.com/shop.git", tag: v9}
`, []string{
			"/imageTag: image imageTag :v1, at 1:11",
			"/web/dockerTag: image web.dockerTag :v2, at 2:18",
			"/api: image acme/api docker.io/acme/api:v3, at 3:45",
			"/images/db: image images.db :v4, at 4:20",
			"/images/cache: image acme/cache docker.io/acme/cache:v5, at 4:32",
			"/proxy: image acme/proxy docker.io/acme/proxy:v6, at 5:38",
			"/worker/tag: image worker.tag :v7, at 6:15",
		}},
		{"a text", "[]", nil},
	})
}

// TestChart reads what a chart is made of.
func TestChart(t *testing.T) {
	test(t, form.Chart, []example{
		{"a chart", `
apiVersion: v2
name: shop
version: 1.0.0
dependencies:
  - {name: redis, version: 1.x, repository: "https://charts.example.com"}
`, []string{"dependencies/redis: chart redis https://charts.example.com:1.x, at 5:28"}},
		{"a chart of nothing else", "{apiVersion: v2, name: shop, version: 1.0.0}", nil},
	})
}
