package form_test

import "testing"

func TestImageStreams(t *testing.T) {
	testObjects(t, []example{
		{"ImageStream", `
apiVersion: image.openshift.io/v1
kind: ImageStream
metadata: {name: shop}
spec:
  tags:
    - name: latest
      from: {kind: DockerImage, name: "quay.io/acme/shop:v0.11.3"}
    - name: previous
      from:
        kind: ImageStreamTag
        name: v0.11.2
    - name: base
      from: {kind: ImageStreamTag, name: "runtime:1.10", namespace: builds}
    - name: pinned
      from: {kind: ImageStreamImage, name: shop@` + digestA + `}
    - name: pushed
`, []string{
			"tags/latest: image acme/shop quay.io/acme/shop:v0.11.3, at 7:39",
			"tags/previous: image shop shop:v0.11.2, at 11:15",
			"tags/base: image runtime builds/runtime:1.10, at 13:42",
			"tags/pinned: image shop shop@" + digestA + ", at 15:44",
		}},
		{"before API groups", `
apiVersion: v1
kind: ImageStream
metadata: {name: shop}
spec: {tags: [{name: latest, from: {kind: DockerImage, name: "quay.io/acme/shop:v1"}}]}
`, []string{"tags/latest: image acme/shop quay.io/acme/shop:v1, at 4:62"}},
		{"without tags", `
apiVersion: image.openshift.io/v1
kind: ImageStream
metadata: {name: shop}
spec: {lookupPolicy: {local: true}}
`, nil},
		{"a tag of its own", `
apiVersion: image.openshift.io/v1
kind: ImageStreamTag
metadata: {name: "shop:latest"}
tag:
  name: latest
  from: {kind: ImageStreamTag, name: v2}
`, []string{"tags/latest: image shop shop:v2, at 6:38"}},
		{"no image", `
apiVersion: image.openshift.io/v1
kind: ImageStream
metadata: {name: shop}
spec:
  tags:
    - {name: a, from: {kind: DockerImage, name: "${IMAGE}"}}
    - {name: b, from: {kind: ImageStreamTag}}
`, []string{
			`tags/a: runs "${IMAGE}", which is no image reference, at 6:49`,
			`tags/b: follows "", which is no tag of an image stream, at nowhere`,
		}},
	})
}
