package form_test

import (
	"slices"
	"testing"

	"github.com/promocheck/promocheck/check/form"
)

func TestContainers(t *testing.T) {
	testObjects(t, []example{
		{"Deployment", `
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, labels: {image: label:v1}, annotations: {image: note:v1}}
spec:
  template:
    metadata: {labels: {image: label:v1}}
    spec:
      initContainers:
        - {name: migrate, image: ghcr.io/acme/shop:v2}
      containers:
        - name: shop
          image: ghcr.io/acme/shop:v2
        - name: proxy
          image: registry.example.com:5000/proxy@` + digestA + `
        - name: untagged
          image: nginx
      ephemeralContainers:
        - {name: debug, image: busybox:1}
`, []string{
			"/spec/template/spec/initContainers/migrate: image acme/shop ghcr.io/acme/shop:v2, at 9:34",
			"/spec/template/spec/containers/shop: image acme/shop ghcr.io/acme/shop:v2, at 12:18",
			"/spec/template/spec/containers/proxy: image proxy registry.example.com:5000/proxy@" + digestA + ", at 14:18",
			"/spec/template/spec/containers/untagged: image nginx docker.io/library/nginx, at 16:18",
			"/spec/template/spec/ephemeralContainers/debug: image busybox docker.io/library/busybox:1, at 18:32",
		}},
		{"CronJob", `
apiVersion: batch/v1
kind: CronJob
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: job, image: "acme/job:v1"}]}}}}}
`, []string{"/spec/jobTemplate/spec/template/spec/containers/job: image acme/job docker.io/acme/job:v1, at 3:79"}},
		{"Job", `
apiVersion: batch/v1
kind: Job
spec: {template: {spec: {containers: [{name: job, image: acme/job:v1}]}}}
`, []string{"/spec/template/spec/containers/job: image acme/job docker.io/acme/job:v1, at 3:58"}},
		{"Pod, without names", `
apiVersion: v1
kind: Pod
spec: {containers: [{image: acme/a:v1}, {image: acme/b:v1}]}
`, []string{
			"/spec/containers/0: image acme/a docker.io/acme/a:v1, at 3:29",
			"/spec/containers/1: image acme/b docker.io/acme/b:v1, at 3:49",
		}},
		{"two of a name", `
apiVersion: v1
kind: Pod
spec: {containers: [{name: a, image: acme/a:v1}, {name: a, image: acme/a:v2}]}
`, []string{
			"/spec/containers/a: image acme/a docker.io/acme/a:v1, at 3:38",
			"/spec/containers/a#2: image acme/a docker.io/acme/a:v2, at 3:67",
		}},
		{"Argo Rollout", `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
spec: {template: {spec: {containers: [{name: shop, image: acme/shop:v1}]}}}
`, []string{"/spec/template/spec/containers/shop: image acme/shop docker.io/acme/shop:v1, at 3:59"}},
		{"image volume", `
apiVersion: v1
kind: Pod
spec:
  volumes:
    - {name: model, image: {reference: ghcr.io/acme/model:v3, pullPolicy: Always}}
    - {name: block, rbd: {image: disk, monitors: []}}
`, []string{"/spec/volumes/model: image acme/model ghcr.io/acme/model:v3, at 5:40"}},
		{"aliases", `
apiVersion: v1
kind: Pod
spec:
  initContainers: [{name: a, image: &image "acme/a:v1"}]
  containers: [{name: a, image: *image}]
`, []string{
			"/spec/initContainers/a: image acme/a docker.io/acme/a:v1, at 4:37",
			"/spec/containers/a: image acme/a docker.io/acme/a:v1, at 4:37",
		}},
		{"left to something else", `
apiVersion: v1
kind: Pod
spec: {containers: [{name: a, image: ""}, {name: b, image: " "}, {name: c}, {name: d, image: null}]}
`, nil},
		{"templates", `
apiVersion: v1
kind: Pod
spec:
  containers:
    - {name: a, image: "{{ .Values.image }}"}
    - {name: b, image: "acme/b:${TAG}"}
    - {name: c, image: acme/Shop:1}
`, []string{
			`/spec/containers/a: runs "{{ .Values.image }}", which is no image reference, at 5:24`,
			`/spec/containers/b: runs "acme/b:${TAG}", which is no image reference, at 6:24`,
			`/spec/containers/c: runs "acme/Shop:1", which is no image reference, at 7:24`,
		}},
		{"tags that look like numbers", `
apiVersion: v1
kind: Pod
spec:
  containers: [{image: a:1.10}, {image: b:0.4}, {image: c:12e5}, {image: d:0123}, {image: e:1095650}]
`, []string{
			"/spec/containers/0: image a docker.io/library/a:1.10, at 4:24",
			"/spec/containers/1: image b docker.io/library/b:0.4, at 4:41",
			"/spec/containers/2: image c docker.io/library/c:12e5, at 4:57",
			"/spec/containers/3: image d docker.io/library/d:0123, at 4:74",
			"/spec/containers/4: image e docker.io/library/e:1095650, at 4:91",
		}},
		{"schema", `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec: {default: {image: acme/a:v1}}
`, nil},
	})
}

func TestSteps(t *testing.T) {
	testObjects(t, []example{
		{"Argo Workflow", `
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
spec:
  templates:
    - name: main
      steps: [[{name: one, template: build}]]
    - name: build
      container: {image: alpine}
      sidecars: [{name: cache, image: redis:7}]
    - name: test
      script: {image: python:3.12, source: print()}
    - name: given
      container: {image: "{{inputs.parameters.image}}"}
`, []string{
			"/spec/templates/build/container: image alpine docker.io/library/alpine, at 8:26",
			"/spec/templates/build/sidecars/cache: image redis docker.io/library/redis:7, at 9:39",
			"/spec/templates/test/script: image python docker.io/library/python:3.12, at 11:23",
		}},
		{"Tekton", `
apiVersion: tekton.dev/v1
kind: Task
spec:
  stepTemplate: {image: acme/base:v1}
  steps:
    - {name: build, image: acme/builder}
    - {name: given, image: $(params.image)}
`, []string{
			"/spec/stepTemplate: image acme/base docker.io/acme/base:v1, at 4:25",
			"/spec/steps/build: image acme/builder docker.io/acme/builder, at 6:28",
		}},
	})
}

func TestOtherImages(t *testing.T) {
	testObjects(t, []example{
		{"operators' resources", `
apiVersion: example.com/v1
kind: Database
spec:
  image: ghcr.io/acme/postgres:16.1
  initImage: acme/init:v1
  backup: {image: {repository: acme/backup, tag: 1.10}}
  monitoring: {image: {tag: v1}}
`, []string{
			"/spec: image acme/postgres ghcr.io/acme/postgres:16.1, at 4:10",
			"/spec/initImage: image acme/init docker.io/acme/init:v1, at 5:14",
			"/spec/backup/image: image acme/backup docker.io/acme/backup:1.10, at 6:50",
			"/spec/monitoring/image: image Database/spec.monitoring.image :v1, at 7:29",
		}},
		{"parts beside each other", `
apiVersion: example.com/v1
kind: Database
metadata: {name: orders}
spec:
  image: acme/postgres
  tag: 16.10
  proxy: {image: acme/proxy, imageTag: v2}
  init: {imageRepository: acme/init, imageTag: v3, imageRegistry: ghcr.io}
  metrics: {baseImage: quay.io/prometheus/prometheus, version: v2.50.0}
  backup: {repository: acme/backup, tag: v4, digest: ` + digestA + `}
  cache: {repository: acme/cache, digest: ` + digestA + `}
  restore: {image: {repository: acme/restore, version: v5}}
  sha: {image: {repository: acme/sha, tag: v6, sha: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}
  workerImageTag: v7
`, []string{
			"/spec: image acme/postgres docker.io/acme/postgres:16.10, at 6:8",
			"/spec/workerImageTag: image Database/orders/spec.workerImageTag :v7, at 14:19",
			"/spec/proxy: image acme/proxy docker.io/acme/proxy:v2, at 7:40",
			"/spec/init: image acme/init ghcr.io/acme/init:v3, at 8:48",
			"/spec/metrics: image prometheus/prometheus quay.io/prometheus/prometheus:v2.50.0, at 9:64",
			"/spec/backup: image acme/backup docker.io/acme/backup:v4@" + digestA + ", at 10:54",
			"/spec/cache: image acme/cache docker.io/acme/cache@" + digestA + ", at 11:43",
			"/spec/restore/image: image acme/restore docker.io/acme/restore:v5, at 12:56",
			"/spec/sha/image: image acme/sha docker.io/acme/sha:v6@" + digestA + ", at 13:53",
		}},
		{"parts of something else", `
apiVersion: example.com/v1
kind: Source
spec:
  git: {repository: "https://github.com/acme/shop", tag: v1}
  label: {tag: blue, version: v1}
  picture: {image: logo, version: v1}
  named: {image: "acme/a:v1", version: v2}
`, []string{"/spec/named: image acme/a docker.io/acme/a:v1, at 7:18"}},
		{"several", `
apiVersion: example.com/v1
kind: Stack
spec:
  images: [acme/a:v1, acme/b, {name: acme/c, newTag: v3}, {name: acme/d, newName: eu.example.com/d, digest: ` + digestA + `}]
  extraImages: {web: acme/e:v5, db: {repository: acme/f, tag: v6}}
`, []string{
			"/spec/images/0: image acme/a docker.io/acme/a:v1, at 4:12",
			"/spec/images/acme/c: image acme/c docker.io/acme/c:v3, at 4:54",
			"/spec/images/acme/d: image acme/d eu.example.com/d@" + digestA + ", at 4:109",
			"/spec/extraImages/web: image acme/e docker.io/acme/e:v5, at 5:22",
			"/spec/extraImages/db: image acme/f docker.io/acme/f:v6, at 5:63",
		}},
		{"other names", `
apiVersion: example.com/v1
kind: Stack
spec: {imageName: "acme/a:v1", proxyImageURL: "acme/b:v1", image-ref: "acme/c:v1", images_path: "acme/d:v1", imagePullPolicy: "e:v1"}
`, []string{
			"/spec/imageName: image acme/a docker.io/acme/a:v1, at 3:19",
			"/spec/proxyImageURL: image acme/b docker.io/acme/b:v1, at 3:47",
			"/spec/image-ref: image acme/c docker.io/acme/c:v1, at 3:71",
		}},
		{"annotations and arguments", `
apiVersion: apps/v1
kind: Deployment
metadata: {annotations: {image: "note:v1"}}
spec:
  template:
    metadata: {annotations: {sidecar.example.com/proxyImage: "acme/proxy:v1", example.com/agent-image: "acme/agent:v2", example.com/note: "a:b"}}
    spec:
      containers:
        - name: operator
          command: [operator, --worker-image, acme/worker:v3, --image-pull-policy, a:b]
          args: ["--solver-image=acme/solver:v4", "--logo-image=logo", --init-image]
`, []string{
			"/spec/template/metadata/annotations/sidecar.example.com/proxyImage: image acme/proxy docker.io/acme/proxy:v1, at 6:62",
			"/spec/template/metadata/annotations/example.com/agent-image: image acme/agent docker.io/acme/agent:v2, at 6:104",
			"/spec/template/spec/containers/operator/command/--worker-image: image acme/worker docker.io/acme/worker:v3, at 10:47",
			"/spec/template/spec/containers/operator/args/--solver-image: image acme/solver docker.io/acme/solver:v4, at 11:18",
		}},
		{"parameters", `
apiVersion: tekton.dev/v1
kind: PipelineRun
spec:
  params: [{name: IMAGE, value: "acme/a:v1"}, {name: image-tag, value: v2}, {name: tag, value: v3}]
  taskSpec: {params: [{name: builderImage, default: "acme/b:v1"}]}
`, []string{
			"/spec/params/IMAGE: image acme/a docker.io/acme/a:v1, at 4:33",
			"/spec/params/image-tag: image image-tag :v2, at 4:72",
			"/spec/taskSpec/params/builderImage: image acme/b docker.io/acme/b:v1, at 5:53",
		}},
		{"pictures", `
apiVersion: example.com/v1
kind: Page
spec:
  a: {image: https://example.com/logo.png}
  b: {image: /img/logo.png}
  c: {image: img/logo.png}
  d: {image: logo}
  e: {image: Our team at work}
  f: {backgroundImage: "url(a.png)"}
`, nil},
		{"variables", `
apiVersion: v1
kind: Pod
spec:
  containers:
    - name: operator
      env:
        - {name: IMAGE, value: acme/a:v1}
        - {name: WORKER_IMAGE, value: "acme/b:v1"}
        - {name: RELATED_IMAGE_PROXY, value: acme/c@` + digestA + `}
        - {name: UNTAGGED_IMAGE, value: acme/d}
        - {name: SECRET_IMAGE, valueFrom: {secretKeyRef: {name: a, key: b}}}
        - {name: IMAGE_PULL_POLICY, value: "acme/e:v1"}
        - {name: PICTURE, value: "acme/f:v1"}
`, []string{
			"/spec/containers/operator/env/IMAGE: image acme/a docker.io/acme/a:v1, at 7:32",
			"/spec/containers/operator/env/WORKER_IMAGE: image acme/b docker.io/acme/b:v1, at 8:39",
			"/spec/containers/operator/env/RELATED_IMAGE_PROXY: image acme/c docker.io/acme/c@" + digestA + ", at 9:46",
		}},
		{"no object at all", `[1, {a: b}, image]`, nil},
		{"fields of other types", `
apiVersion: v1
kind: Pod
spec: {containers: {image: [a]}, initContainers: text, volumes: [text, [1]], env: {a: 1}, image: [1]}
`, nil},
	})
}

// TestVariables adds names that the configuration has, and takes some out.
func TestVariables(t *testing.T) {
	root := parse(t, `
apiVersion: v1
kind: Pod
spec:
  containers:
    - image: acme/a:v1
      args: [--job_RUNNER=acme/b:v1]
      env:
        - {name: JOB_RUNNER, value: "acme/c:v1"}
        - {name: LOGO_IMAGE, value: "acme/d:v1"}
        - {name: LOGO_BUILDER, value: "acme/e:v1"}
        - {name: A_IMAGE, value: "acme/f:v1"}
  field_RUNNER: acme/g:v1
`)
	found, _ := form.Object(root, form.Settings{Variables: []string{"*_RUNNER", "!LOGO_*", "LOGO_BUILD*"}})
	var got []string
	for _, found := range found {
		got = append(got, found.Artifact.Name)
	}
	if want := []string{"acme/a", "acme/b", "acme/c", "acme/e", "acme/f", "acme/g"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
