package unclaimed_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/unclaimed"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

var digestA = "sha256:" + strings.Repeat("a", 64)

func TestIn(t *testing.T) {
	for _, test := range []struct {
		name, document string
		want           []string
	}{
		{"references", "a: ghcr.io/acme/a:v1\nb: [x.example.com:5000/b:c, localhost/d:e]\nc: 'acme/x@" + digestA + "'", []string{
			"1 a reference ghcr.io/acme/a:v1", "2 b reference x.example.com:5000/b:c", "2 b reference localhost/d:e", "3 c digest acme/x@" + digestA,
		}},
		{"names with a tag", "a: acme/a:v1\nb: nginx:1.25.1\nc: nginx:abc1234", []string{"1 a name acme/a:v1", "2 b name nginx:1.25.1", "3 c name nginx:abc1234"}},
		{"addresses", "a: oci://ghcr.io/acme/a\nb: oci://ghcr.io/acme/b:v1", []string{"1 a address oci://ghcr.io/acme/a", "2 b reference oci://ghcr.io/acme/b:v1"}},
		{"what is none", `
a: redis:6379
b: https://ghcr.io/acme/a:v1
c: 10.0.0.1:80
d: arn:aws:iam::123:role/x
e: "12:30"
f: a/b
g: [com.example:lib, "system:masters", 'job:rate5m']
h: {checksum/config: 0123456789abcdef}
i: v1
`, []string{"4 d bare arn:aws:iam::123:role/x", "6 f bare a/b"}},
		{"words of a text", "a: run ghcr.io/acme/a:v1 now, with acme/b:v1\nb: 'see (ghcr.io/acme/c:v1)'", []string{
			"1 a reference ghcr.io/acme/a:v1", "1 a name acme/b:v1", "2 b reference ghcr.io/acme/c:v1",
		}},
		{"other keys that say image", `
imagePath: acme
image1: acme/x
img: {reference: acme/x, tagName: stable}
hub: acme
tag: stable1
`, []string{
			"1 imagePath image-key acme", "2 image1 image-key acme/x", "3 img.reference image-key acme/x", "3 img.tagName image-key stable",
			"4 hub image-key acme", "5 tag image-key stable1",
		}},
		{"lines that say image", `
a: |
  run --image acme/x --name y
  spark.container.image  acme/y
  sidecar.image : acme/z
b: "- {op: add, path: /image, value: acme/w}"
`, []string{
			"2 a.image image-key acme/x", "3 a.spark.container.image image-key acme/y", "4 a.sidecar.image image-key acme/z", "5 b.value.image image-key acme/w",
		}},
		{"a registry without a host", "registry: acme", []string{"1 registry bare acme"}},
		{"images to be filled in", "image: ENC[AES256_GCM,data:x,type:str]\nside: {image: '<path:a/b#c>', tag: ref+vault://a}\nc: $A", []string{
			"1 image hidden ENC[AES256_GCM,data:x,type:str]", "2 side.image hidden <path:a/b#c>", "2 side.tag hidden ref+vault://a",
		}},
		{"elements of lists", "a: [{tenant: x, tag: v1}, {tenant: y, tag: v2}]\nb: [{env: x, tag: v1}, {env: x, tag: v2}]", []string{
			"1 a.x.tag image-key v1", "1 a.y.tag image-key v2", "2 b.tag image-key v1", "2 b.tag image-key v2",
		}},
		{"variables from elsewhere", "env: [{name: AGENT_IMAGE, valueFrom: {configMapKeyRef: {name: a, key: b}}}, {name: LEVEL, valueFrom: {configMapKeyRef: {name: a, key: b}}}]", []string{
			"1 env.AGENT_IMAGE.valueFrom choice {configMapKeyRef: {key: b, name: a}}",
		}},
		{"annotations", "metadata: {annotations: {a.example/java-lib.version: v1.2.3, app.kubernetes.io/version: v1.2.3, version: v1.2.3}}", []string{
			"1 metadata.annotations.a.example/java-lib.version versioned v1.2.3",
			"1 metadata.annotations.app.kubernetes.io/version version v1.2.3", "1 metadata.annotations.version version v1.2.3",
		}},
		{"policies that mutate", `
apiVersion: kyverno.io/v1
kind: ClusterPolicy
spec:
  rules:
    - validate: {image: "*"}
    - mutate: {patch: {imagePullPolicy: Always}}
    - mutate: {patch: {image: x}}
`, []string{"7 spec.rules.mutate.patch.image image-key x", "7 spec acts {mutate: {patch: {image: x}}}"}},
		{"mirrors", "apiVersion: config.openshift.io/v1\nkind: ImageTagMirrorSet\nspec: {imageTagMirrors: [{source: a}]}", []string{
			"3 spec acts {imageTagMirrors: [{source: a}]}",
		}},
		{"names with a version among words", "a: docker run acme/a:v1.2 sh\nb: see acme/b:v1 of /c/d:1.2", []string{"1 a name acme/a:v1.2", "2 b name acme/b:v1"}},
		{"what may be a version", "a: 1.2.3\nb: abc123\nc: 1.2\nd: release\ne: a-b_1", []string{"1 a version 1.2.3", "2 b version abc123", "5 e version a-b_1"}},
		{"keys that say image", `
image: shop
imageTag: 5
dockerImageName: acme/shop
imageRegistry: example.com
IMAGE_VERSION: v1
RUNNER: acme/shop
imageTags: {web: v1}
images: {web: {repository: example.com/web, level: 3}}
tagOverride: v1
registry: example.com:5000
repository: example.com/acme/shop
`, []string{
			"1 image image-key shop", "2 imageTag image-key 5", "3 dockerImageName image-key acme/shop", "4 imageRegistry image-key example.com",
			"5 IMAGE_VERSION image-key v1", "6 RUNNER image-key acme/shop", "7 imageTags.web image-key v1",
			"8 images.web.repository image-key example.com/web", "9 tagOverride image-key v1", "10 registry image-key example.com:5000",
			"11 repository image-key example.com/acme/shop",
		}},
		{"keys that do not", `
imagePullPolicy: Always
imagePullSecrets: [{name: registry}]
image: {pullPolicy: IfNotPresent, port: 8080, debug: true}
imageSize: 5
logoImage: logo.png
imageURL: https://example.com/x
tags: [a1]
stage: x1
repository: https://example.com/shop.git
LOGO_IMAGE: acme/logo
logs: {tag: v1}
page: {image: logo.png, version: v1}
article: {imageURL: https://example.com/x, version: v1}
`, nil},
		{"a version beside a key that says image", "a: {image: shop, version: v1}\nb: {chart: web, version: 1.x}\nc: {targetRevision: v1}", []string{
			"1 a.image image-key shop", "1 a.version image-key v1", "2 b.version revision 1.x", "3 c.targetRevision revision v1",
		}},
		{"names beside values", "- {name: image.tag, value: v1}\n- {name: image.tag, path: files/tag}\n- {name: LEVEL, value: v1}", []string{
			"1 image.tag.value image-key v1", "2 image.tag.path image-key files/tag",
		}},
		{"entries for images", "images: [{name: acme/a, newName: example.com/a}, {name: 'acme/.*', newTag: v1}]", []string{
			"1 images.acme/a.newName image-key example.com/a", "1 images.acme/.*.newTag image-key v1",
		}},
		{"flags", "args: [--image-version, v1, --level, v2, '--sidecar-image=acme/x', 'TAG=v3', -v=2]", []string{
			"1 args.image-version image-key v1", "1 args.sidecar-image image-key acme/x", "1 args.TAG image-key v3",
		}},
		{"a JSON patch", "- {op: add, path: /spec/image~1tag, value: v1}\n- {op: remove, path: /spec/image}", []string{"1 value.spec.image/tag image-key v1"}},
		{"keys written in another way", "a: &k image\nb: {*k : acme/x}\n!!binary aW1hZ2U=: acme/y\nc: !!binary Z2hjci5pby9hL2E6djE=", []string{
			"2 b.image image-key acme/x", "3 image image-key acme/y", "4 c reference ghcr.io/a/a:v1",
		}},
		{"aliases", "a: &x {image: acme/x}\nb: *x", []string{"1 a.image image-key acme/x", "1 b.image image-key acme/x"}},
		{"YAML in a text", "a: |\n  b: 1\n  image: acme/x\nc: '{\"image\": \"acme/y\"}'", []string{"3 a.image image-key acme/x", "4 c.image image-key acme/y"}},
		{"a text that is no YAML", "a: |\n  {{- if .x }}\n  image: {tag: v1}\n  FROM ghcr.io/acme/x:v1\n  release: 1.2.3\n  {{- end }}", []string{
			"3 a.image.tag image-key v1", "4 a.image reference ghcr.io/acme/x:v1", "5 a.release versioned 1.2.3",
		}},
		{"what is empty", "image: {repository: '', tag: ''}\nimageTag:\nlevel: ''", []string{"1 image.repository emptied ", "1 image.tag emptied ", "2 imageTag emptied ", "3 level bare "}},
		{"what has no version", "a: acme/a\nb: see ghcr.io/acme/b and c/d\napiVersion: apps/v1", []string{"1 a bare acme/a", "2 b bare ghcr.io/acme/b"}},
		{"keys that say version alone", "version: 1.2\nappVersion: v1.2.3\nmain: {version: 0a1b2c3}\nlabels: {version: 1.2.3}\nmatch: {version: v1}\ntlsVersion: '1.2'", []string{
			"1 version versioned 1.2", "2 appVersion versioned v1.2.3", "3 main.version versioned 0a1b2c3", "4 labels.version version 1.2.3",
		}},
		{"what hints at a version", "tags: {web: 12, team: a}\nsync: {branch: wip, secretRef: v1, ref: refs/heads/a}\ngit: {ref: v1}\nurls: [\"https://a.dev/x-1.2.3.tgz\", \"10.0.0.1:80\", \"https://a.dev/?ref=v7&b=c\"]\nextraLabels: {release: a}\ntlsVersion: 2", []string{
			"1 tags.web version 12", "2 sync.branch version wip", "2 sync.ref version refs/heads/a", "3 git.ref version v1", "4 urls version https://a.dev/x-1.2.3.tgz",
			"4 urls.ref version v7",
		}},
		{"a route", "apiVersion: networking.istio.io/v1\nkind: VirtualService\nspec:\n  http:\n  - {timeout: 5s, route: [{weight: 10}]}\n  - {route: [{weight: 20}]}", []string{
			"6 spec.http.route choice [[{weight: 10}], [{weight: 20}]]",
		}},
		{"a name that is generated", "kind: Kustomization\napiVersion: kustomize.toolkit.fluxcd.io/v1\nspec: {postBuild: {substituteFrom: [{name: vals-bmhkctfgdg}]}}", []string{"3 spec.postBuild.substituteFrom choice [{name: vals}]"}},
		{"what is filled in", "a: 'ghcr.io/acme/${NAME}:v1'\nb: ${IMAGE}\nc: |\n  image: {{ .img }}:v1\n  <<- $build := 12 >>\nargs: [--agent=$(REG)/agent:$(VER)]\nenv: [{name: REG, value: ghcr.io}, {name: VER, value: v3}]", []string{
			"1 a reference ghcr.io/acme/${NAME}:v1", "4 c.image image-key {{ .img }}:v1", "5 c.build versioned 12", "6 args.agent reference ghcr.io/agent:v3", "7 env.VER.value version v3",
		}},
		{"a Secret", "kind: Secret\ndata: {a: Z2hjci5pby9hL2E6djE=}\nstringData: {b: ghcr.io/a/b:v1}", []string{
			"2 data.a reference ghcr.io/a/a:v1", "3 stringData.b reference ghcr.io/a/b:v1",
		}},
		{"parts of an image", "image: {repository: acme/x, org: acme, variant: alpine, level: a}\nimageSuffix: -alpine\nimages: [{name: web}]", []string{
			"1 image.repository image-key acme/x", "1 image.org image-key acme", "1 image.variant image-key alpine", "2 imageSuffix image-key -alpine",
		}},
		{"beside a tag", "a: {repo: acme/x, tag: v1}\nb: {name: acme/y, tag: v1}\nc: {name: web, tag: v1}\nd: {repo: acme/z}", []string{
			"1 a.repo image-key acme/x", "1 a.tag image-key v1", "2 b.name image-key acme/y", "2 b.tag image-key v1", "3 c.tag image-key v1", "4 d.repo bare acme/z",
		}},
		{"binary data", "kind: ConfigMap\nbinaryData: {a: Z2hjci5pby9hL2E6djE=}\ndata: {b: Z2hjci5pby9hL2E6djE=}", []string{"2 binaryData.a reference ghcr.io/a/a:v1"}},
		{"a subscription", "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nspec: {sourceNamespace: olm, source: redhat, name: shop, channel: stable, startingCSV: shop.v1}", []string{
			"3 spec.channel version stable", "3 spec.startingCSV version shop.v1", "3 spec taken olm redhat shop stable shop.v1",
		}},
		{"another subscription", "apiVersion: messaging.knative.dev/v1\nkind: Subscription\nspec: {channel: {name: a}, source: b}", nil},
		{"what picks versions", "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nspec:\n  imageRepositoryRef: {name: shop}\n  policy: {semver: {range: 1.x}, a: [b, c]}", []string{
			"4 spec.imageRepositoryRef.name image-key shop", "5 spec.policy choice {a: [b, c], semver: {range: 1.x}}",
		}},
		{"what refers to something that runs", "spec:\n  workflowTemplateRef: {name: build}\n  templateRef: a", []string{"2 spec.workflowTemplateRef choice {name: build}", "3 spec.templateRef choice a"}},
		{"a key twice", "image: acme/x\nimage: acme/y", []string{"2 image image-key acme/y"}},
		{"a commit without a digit", "tag: sha-bbccfbd", []string{"1 tag image-key sha-bbccfbd"}},
		{"templates", "image: '{{inputs.parameters.image}}'\ntag: '{{ \"v1\" }}'\nb: '{{ \"ghcr.io/acme/x:v1\" }}'", []string{"3 b reference ghcr.io/acme/x:v1"}},
		{"directories elsewhere", "repoURL: https://github.com/acme/x\npath: a\ndirectory: {include: b.yaml}", []string{"2 path directory github.com/acme/x//a (include b.yaml)"}},
		{"files of a chart elsewhere", "kind: Application\nspec: {source: {chart: web, helm: {valueFiles: [a.yaml, $v/b.yaml]}}}", []string{"2 spec.source.helm.valueFiles source a.yaml"}},
		{"images of OpenShift", "from: {kind: ImageStreamTag, name: 'nodejs:18'}\nto: {kind: ConfigMap, name: 'nodejs:18'}", []string{"1 from.name image-key nodejs:18"}},
		{"assignments", "a: |\n  image = \"alpine\"\n  level = 3\n  [x]\n", []string{"2 a.image image-key alpine"}},
		{"a schema", "kind: CustomResourceDefinition\nspec: {names: {kind: X}, versions: [{name: v1, schema: {image: {default: ghcr.io/acme/x:v1}}}]}", nil},
		{"no schema", "kind: CustomResourceDefinition\nspec: {schema: {image: {default: ghcr.io/acme/x:v1}}}", []string{"2 spec.schema.image.default reference ghcr.io/acme/x:v1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := parse(t, test.document)
			if diff := cmp.Diff(test.want, shown(unclaimed.In(root, nil, names{}))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// names are what a repo says of its own.
type names struct{}

func (names) Names(name string) (image, none bool) { return name == "RUNNER", name == "LOGO_IMAGE" }

func (names) NoTag(path string) bool { return path == "logs.tag" }

// TestClaims keeps what readers know apart from what they do not, also within a text.
func TestClaims(t *testing.T) {
	root := parse(t, "a: v1\nb: |\n  image: {repository: ghcr.io/acme/x, tag: v1}\n  sidecar: {tag: v2}\n  whole: ghcr.io/acme/x:v1\n  other: ghcr.io/acme/y:v1\n")
	version := artifact.Version{Repository: "ghcr.io/acme/x", Tag: "v1"}
	claims := unclaimed.Claims{document.Get(root, "a"): {version}, document.Get(root, "b"): {version}}
	want := []string{
		"1 a  v1", "3 b.image.repository  ghcr.io/acme/x", "3 b.image.tag  v1", "4 b.sidecar.tag image-key v2",
		"5 b.whole  ghcr.io/acme/x:v1", "6 b.other reference ghcr.io/acme/y:v1",
	}
	if diff := cmp.Diff(want, shown(unclaimed.In(root, claims, names{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMost has no text go unnoticed past the most that are told apart.
func TestMost(t *testing.T) {
	list := func(last string) []unclaimed.Text {
		var b strings.Builder
		for i := range 6000 {
			fmt.Fprintf(&b, "- ghcr.io/acme/x:v%d\n", i)
		}
		return unclaimed.In(parse(t, b.String()+"- "+last), nil, names{})
	}
	a, b := list("ghcr.io/acme/y:v1"), list("ghcr.io/acme/y:v2")
	if len(a) != 5001 || a[5000].Kind != unclaimed.Uncounted || a[5000] == b[5000] {
		t.Errorf("%d texts, the last %+v and %+v", len(a), a[len(a)-1], b[len(b)-1])
	}
}

func parse(t *testing.T, text string) *yaml.Node {
	t.Helper()
	documents, err := document.Parse([]byte(strings.TrimPrefix(text, "\n")))
	if err != nil || len(documents) != 1 {
		t.Fatalf("%d documents: %v", len(documents), err)
	}
	return documents[0]
}

func shown(texts []unclaimed.Text) []string {
	var list []string
	for _, text := range texts {
		list = append(list, fmt.Sprintf("%d %s %s %s", text.Line, text.Path, text.Kind, text.Value))
	}
	return list
}
