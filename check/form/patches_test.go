package form_test

import (
	"testing"

	"github.com/promocheck/promocheck/check/form"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func TestOperations(t *testing.T) {
	test(t, func(root *yaml.Node) []form.Found { return form.Operations(root, form.Settings{}) }, []example{
		{"what says a version", `
- {op: replace, path: /spec/template/spec/containers/0/image, value: "acme/a:v1"}
- {op: add, path: /spec/workerImage, value: "acme/b:v2"}
- {op: replace, path: /spec/image/tag, value: v3}
- {op: replace, path: /spec/chart/spec/version, value: 1.10}
- {op: replace, path: /spec/source/targetRevision, value: v5}
- {op: replace, path: /spec/ref/semver, value: 6.x}
- {op: add, path: /spec/template/spec/containers/-, value: {name: c, image: "acme/c:v7"}}
`, []string{
			"/spec/template/spec/containers/0/image#0: image acme/a docker.io/acme/a:v1, at 1:70",
			"/spec/workerImage#1: image acme/b docker.io/acme/b:v2, at 2:45",
			"/spec/image/tag#2: image spec.image :v3, at 3:47",
			"/spec/chart/spec/version#3: chart spec.chart.spec :1.10, at 4:56",
			"/spec/source/targetRevision#4: git spec.source :v5, at 5:59",
			"/spec/ref/semver#5: git spec.ref :6.x, at 6:48",
			"/spec/template/spec/containers/-#6: image acme/c docker.io/acme/c:v7, at 7:77",
		}},
		{"what takes a version away, or from elsewhere", `
- {op: remove, path: /spec/template/spec/containers/0/image}
- {op: copy, from: /metadata/annotations/next, path: /spec/template/spec/containers/0/image}
- {op: move, from: /metadata/annotations/next, path: /metadata/labels/next}
- {op: add, path: /spec/template/spec/containers/1, value: {name: proxy, image: nginx}}
`, []string{
			`/spec/template/spec/containers/0/image#0: takes away "/spec/template/spec/containers/0/image", at 1:22`,
			`/spec/template/spec/containers/0/image#1: puts what is at "/metadata/annotations/next" at "/spec/template/spec/containers/0/image", at 2:20`,
			"/spec/template/spec/containers/1#3: image nginx docker.io/library/nginx, at 4:81",
		}},
		{"what says none", `
- {op: replace, path: /metadata/labels/version, value: v1}
- {op: replace, path: /spec/replicas, value: 3}
- {op: add, path: /spec/logoImage, value: logo}
- {op: replace, path: /spec/branch, value: main}
`, nil},
	})
}

func TestSaysVersion(t *testing.T) {
	for key, want := range map[string]bool{
		"tag": true, "newTag": true, "digest": true, "version": true, "targetRevision": true, "semver": true, "branch": true, "commit": true,
		"imageTag": true, "SHOP_IMAGE_TAG": true, "docker-tag": true,
		"image": false, "name": false, "newName": false, "stage": false, "SHOP_TAG": false, "": false,
	} {
		if got := form.SaysVersion(key); got != want {
			t.Errorf("%q: %v", key, got)
		}
	}
}
